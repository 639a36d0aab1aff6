"""Citations: [^key] in prose becomes a small numbered link to the list at the chapter's end."""

from __future__ import annotations

from html import escape

from cwm_demo.course.chapters import CITATION, load_sources


class Citations:
    """The sources of one chapter, numbered in the order in which they are first cited."""

    def __init__(self, keys: list[str]) -> None:
        self._numbers = {key: i for i, key in enumerate(keys, 1)}

    def number(self, key: str) -> int:
        """Raises KeyError for a source that assets/course/sources.toml doesn't have."""
        load_sources()[key]
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def markdown(self, text: str) -> str:
        """`text` with its citations as links."""
        return CITATION.sub(lambda found: self._markdown_link(found[1]), text)

    def html(self, key: str) -> str:
        """One citation for use in st.html."""
        label, title = self._label(key), escape(load_sources()[key].title, quote=True)
        return (
            f'<a class="cwm-cite" href="#source-{key}" target="_self" title="{title}">[{escape(label)}]</a>'
        )

    def _markdown_link(self, key: str) -> str:
        title = load_sources()[key].title.replace('"', "'")
        return f'[\\[{self._label(key)}\\]](#source-{key} "{title}")'

    def _label(self, key: str) -> str:
        number = self.number(key)
        return str(number) if load_sources()[key].confirmed else f"{number}, reported"

    def list_html(self) -> str:
        """The list at the chapter's end; empty without a citation."""
        if not self._numbers:
            return ""
        items = "".join(self._item(key) for key in self._numbers)
        return f'<section class="cwm-sources"><h2>Sources</h2><ol>{items}</ol></section>'

    def _item(self, key: str) -> str:
        source = load_sources()[key]
        title = escape(source.title)
        if source.url:
            title = f'<a href="{escape(source.url, quote=True)}" target="_blank" rel="noopener">{title}</a>'
        mark = "" if source.confirmed else '<b class="cwm-reported">reported, not confirmed</b> '
        note = f" <span>{escape(source.note)}</span>" if source.note else ""
        return f'<li id="source-{key}">{mark}{title}.{note}</li>'
