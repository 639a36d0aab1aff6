"""What is on paper alone: the other choices of what the screen shows one of."""


def print_only(inner: str, tag: str = "div", also: str = "") -> str:
    """HTML that print shows and the screen doesn't; `also` names further classes.

    It is hidden where it stands, because on a first visit our sheets come a moment after a page's elements.
    """
    classes = f"cwm-print-only {also}".strip()
    return f'<{tag} class="{classes}" style="display: none">{inner}</{tag}>'
