"""Python source as HTML, one string a line, coloured by pygments' short classes (assets/styles/code.css)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise

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
    return escape(visible(text))


def visible(text: str) -> str:
    """`text` with a code in the place of each character that can't be seen. It is no HTML yet."""
    return text.translate(_HIDDEN)


@lru_cache(maxsize=512)
def lines(source: str) -> tuple[str, ...]:
    """The HTML of each line of `source`, without line ends."""
    return tuple("".join(_span(name, text) for name, text in line) for line in parts_of_speech(source))


@lru_cache(maxsize=512)
def parts_of_speech(source: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Each line of `source` as its parts of speech: the short class, empty for none, and the text."""
    done: list[tuple[tuple[str, str], ...]] = []
    line: list[tuple[str, str]] = []
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(source):
        for i, piece in enumerate(text.split("\n")):
            if i:
                done.append(tuple(line))
                line = []
            if piece:
                line.append((_name(kind), piece))
    done.append(tuple(line))
    return tuple(done)


def code(text: str, parts: Sequence[tuple[int, int]] = ()) -> str:
    """One line or expression as HTML; `parts` of it, from and to, are marked."""
    return _marked(text, tuple(parts)) if parts else " ".join(lines(text.strip("\n")))


@lru_cache(maxsize=512)
def _marked(text: str, parts: tuple[tuple[int, int], ...]) -> str:
    """A text of one line. `parts` don't overlap and are in order."""
    html, place = "", 0
    bounds = [bound for part in parts for bound in part]
    for kind, word in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        begin, end = place, place + len(word)
        cuts = [begin, *(bound for bound in bounds if begin < bound < end), end]
        for start, stop in pairwise(cuts):
            if start in bounds[::2]:
                html += "<mark>"
            html += _span(_name(kind), text[start:stop])
            if stop in bounds[1::2]:
                html += "</mark>"
        place = end
    return html


def _name(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES and kind is not Token:
        kind = kind.parent
    name = STANDARD_TYPES.get(kind, "")
    return "" if name == "w" else name


def _span(name: str, text: str) -> str:
    return f'<span class="{name}">{plain(text)}</span>' if name else plain(text)
