"""The right things in the wrong order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from cwm_demo.programs.spots import Edit, Spot

_TIGHT = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Set)
_ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_SEQUENCES = {"str", "list", "tuple"}


def swapped_operands(spot: Spot) -> Iterator[Edit]:
    """`b - a` for `a - b`, `f(b, a)` for `f(a, b)`, `b, a` for `a, b`."""
    for node in spot.walk():
        match node:
            case ast.BinOp(left=left, right=right) if _order_matters(spot, node):
                pairs = [(left, right)]
            case ast.Call(args=args):
                pairs = [pair for pair in pairwise(args) if _look_alike(spot, *pair)]
            case ast.Tuple(elts=parts):
                pairs = list(pairwise(parts))
            case _:
                continue
        for one, other in pairs:
            yield _swapped(spot, one, other)


def _order_matters(spot: Spot, node: ast.BinOp) -> bool:
    """Whether exchanging the operands matters, and is likely: nobody writes `1 - n` for `n - 1`."""
    for part in (node.left, node.right):
        bracketed = _span(spot, part)[0] < part.col_offset
        if isinstance(part, ast.Constant) or not (bracketed or isinstance(part, _TIGHT)):
            return False
    if isinstance(node.op, ast.Add):
        return bool({spot.kind(node.left), spot.kind(node.right)} & _SEQUENCES)
    return isinstance(node.op, _ONE_WAY)


def _look_alike(spot: Spot, one: ast.expr, other: ast.expr) -> bool:
    if isinstance(one, ast.Starred) or isinstance(other, ast.Starred):
        return False
    kinds = spot.kind(one), spot.kind(other)
    return kinds[0] == kinds[1] or None in kinds


def _swapped(spot: Spot, one: ast.expr, other: ast.expr) -> Edit:
    (start, middle), (behind, end) = _span(spot, one), _span(spot, other)
    text = spot.text
    return Edit(start, end, (text[behind:end] + text[middle:behind] + text[start:middle]).decode())


def _span(spot: Spot, node: ast.expr) -> tuple[int, int]:
    """Where an operand stands, with the round brackets of its own."""
    start, end = node.col_offset, node.end_col_offset
    while (opened := re.search(rb"\(\s*$", spot.text[:start])) and (
        closed := re.match(rb"\s*\)", spot.text[end:])
    ):
        start, end = opened.start(), end + closed.end()
    return start, end
