"""Python source as HTML, one string a line, coloured by pygments' short classes (assets/styles/code.css)."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES, Token, _TokenType

# The bidirectional controls can make a line read as another one ("trojan source"), and C0, C1 and the
# characters without width can't be seen at all: each is shown as its code.
_HIDDEN_RANGES = (
    *((0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0x061C, 0x061C), (0x200B, 0x200F)),
    *((0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x206F), (0xFEFF, 0xFEFF)),
)
_HIDDEN = {code: f"⟨U+{code:04X}⟩" for first, last in _HIDDEN_RANGES for code in range(first, last + 1)}


def plain(text: str) -> str:
    """`text` as HTML that shows every character and is never markup."""
    return escape(text.translate(_HIDDEN))


@lru_cache(maxsize=512)
def lines(source: str) -> tuple[str, ...]:
    """The HTML of each line of `source`, without line ends."""
    done: list[str] = []
    line = ""
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(source):
        for i, piece in enumerate(text.split("\n")):
            if i:
                done.append(line)
                line = ""
            if piece:
                line += _span(kind, piece)
    done.append(line)
    return tuple(done)


def code(text: str) -> str:
    """One line or expression as HTML."""
    return " ".join(lines(text.strip("\n")))


def _span(kind: _TokenType, text: str) -> str:
    while kind not in STANDARD_TYPES and kind is not Token:
        kind = kind.parent
    name = STANDARD_TYPES.get(kind, "")
    return f'<span class="{name}">{plain(text)}</span>' if name and name != "w" else plain(text)
