"""Holds a value that a model wrote against the real one."""

from __future__ import annotations

import ast
from typing import Literal

Kind = Literal["right", "nothing", "unreadable", "other type", "other value"]


def reads_back(text: str | None) -> bool:
    """Whether a value's text is a literal, so that a model can be asked to write it after `==`."""
    return text is not None and _literal(text) is not _NOT


def kind_of(said: str, expected: str) -> Kind:
    """How what a model wrote stands to the real value. Equal values may be written differently: `{1,2}`."""
    if said == expected:
        return "right"
    if not said:
        return "nothing"
    value, real = _literal(said), _literal(expected)
    if value is _NOT:
        return "unreadable"
    if type(value) is not type(real):
        return "other type"
    return "right" if value == real else "other value"


_NOT = object()  # what text that is no literal stands for


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _NOT
