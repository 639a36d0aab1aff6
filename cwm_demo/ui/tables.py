"""A table of facts that scrolls by itself where the screen is too narrow for it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def facts(label: str, head: Iterable[str], rows: Iterable[str], name: str = "") -> str:
    """HTML of a table. `head` and `rows` (whole `<tr>`s) are HTML already; `name` is a class of its own."""
    cells = "".join(f"<th>{cell}</th>" for cell in head)
    return (
        f'<div class="cwm-wide" tabindex="0" role="region" aria-label="{escape(label, quote=True)}">'
        f'<table class="cwm-facts {name}"><tr>{cells}</tr>{"".join(rows)}</table></div>'
    )
