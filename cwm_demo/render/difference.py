"""What changed inside a value: which item of a list, which entry of a dictionary, by the values' texts.

A text that is no Python expression (`<object at …>`, a value that was cut) has no insides here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

LONGEST = 4_000  # characters of a text whose insides are compared
MOST = 400  # items of a container

Part = tuple[int, int]  # characters from, to


@lru_cache(maxsize=512)
def changed_parts(old: str, new: str) -> tuple[Part, ...]:
    """The parts of `new` that are not so in `old`; none when nothing inside of it stayed as it was."""
    if old == new or not new.isascii() or not old.isascii() or max(len(old), len(new)) > LONGEST:
        return ()  # columns of the syntax tree are bytes
    one, other = _parsed(old), _parsed(new)
    if one is None or other is None:
        return ()
    try:
        parts = tuple(_changed(one, other, old, new))
    except RecursionError:
        return ()
    return () if parts == (_part(other),) else parts


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _changed(one: ast.expr, other: ast.expr, old: str, new: str) -> Iterator[Part]:
    if _text(one, old) == _text(other, new):
        return
    match one, other:
        case (ast.Dict(), ast.Dict()):
            values = {_text(key, old): value for key, value in zip(one.keys, one.values) if key}
            for key, value in zip(other.keys, other.values):
                before = values.get(_text(key, new)) if key else None
                if before is None:
                    yield (_part(key or value)[0], _part(value)[1])
                else:
                    yield from _changed(before, value, old, new)
        case (ast.List(), ast.List()) | (ast.Tuple(), ast.Tuple()):
            yield from _items(one.elts, other.elts, old, new)
        case (ast.Set(), ast.Set()):
            known = {_text(item, old) for item in one.elts}
            yield from (_part(item) for item in other.elts if _text(item, new) not in known)
        case (ast.Call(), ast.Call()) if _text(one.func, old) == _text(other.func, new):
            yield from _items(one.args, other.args, old, new)
            named = {word.arg: word.value for word in one.keywords}
            for word in other.keywords:
                if word.arg in named:
                    yield from _changed(named[word.arg], word.value, old, new)
                else:
                    yield (word.col_offset, word.end_col_offset)
        case _:
            yield _part(other)


def _items(ones: list[ast.expr], others: list[ast.expr], old: str, new: str) -> Iterator[Part]:
    if len(ones) == len(others):  # place by place: of two that were swapped both are marked
        for one, other in zip(ones, others):
            yield from _changed(one, other, old, new)
        return
    before, after = [_text(item, old) for item in ones], [_text(item, new) for item in others]
    if max(len(before), len(after)) > MOST:
        return
    for what, _, _, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what in ("insert", "replace"):
            yield (_part(others[c])[0], _part(others[d - 1])[1])


def _part(node: ast.expr) -> Part:
    return node.col_offset, node.end_col_offset


def _text(node: ast.expr, source: str) -> str:
    start, end = _part(node)
    return source[start:end]
