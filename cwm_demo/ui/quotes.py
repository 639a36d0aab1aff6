"""Typographic characters that word processors and phones put into code, and straight ones for them."""

from __future__ import annotations

import ast

_STRAIGHT = {
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‘’‚‛′‹›", "'"),
    **dict.fromkeys("−–‐‑", "-"),
    **dict.fromkeys("\u00a0\u2007\u202f\u2009", " "),
    **{"…": "...", "×": "*", "÷": "/", "\u2028": "\n", "\u2029": "\n"},
}
_TABLE = str.maketrans(_STRAIGHT)


def straight(text: str) -> str:
    return text.translate(_TABLE)


def is_curly(text: str) -> bool:
    """Whether `text` is no Python, and holds characters that straight ones can be offered for."""
    return straight(text) != text and not _parses(text)


def _parses(text: str) -> bool:
    try:
        ast.parse(text.strip())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True
