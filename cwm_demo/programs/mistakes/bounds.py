"""Where counting and cutting begin and end."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cwm_demo.programs.kinds import MAPPINGS
from cwm_demo.programs.spots import Edit, Spot

# Bind looser than `+`, so that `+ 1` behind them would end up inside.
_LOOSE = (ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr)
_LOOSE_OPERATORS = (ast.BitOr, ast.BitAnd, ast.BitXor, ast.LShift, ast.RShift)


def off_by_one(spot: Spot) -> Iterator[Edit]:
    """An index, a bound of `range`, or `len(...) - 1`, one too small or too large."""
    for node in spot.walk():
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[*bounds]):
                shifted = bounds[:2]
            case ast.Subscript(value=owner, slice=index):
                number = spot.kind(index) == "int"
                shifted = [index] if number and spot.kind(owner) not in MAPPINGS else []
            case ast.BinOp(
                left=ast.Call(func=ast.Name(id="len")),
                op=ast.Add() | ast.Sub(),
                right=ast.Constant(value=int()),
            ):
                shifted = [node]
            case _:
                continue
        for part in shifted:
            if not isinstance(part, ast.Starred):
                yield spot.replace(part, plus(spot, part, -1))
                yield spot.replace(part, plus(spot, part, 1))


def wrong_slice_bound(spot: Spot) -> Iterator[Edit]:
    """A bound of a slice one too small or too large; the other end of it (`a[:k]` for `a[k:]`)."""
    for node in spot.walk():
        match node:
            case ast.Slice(lower=lower, upper=upper, step=None):
                pass
            case ast.Slice(step=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1) as one) as step):
                yield spot.replace(step, spot.source(one))
                continue
            case _:
                continue
        for bound in (lower, upper):
            if bound is not None and spot.kind(bound) in ("int", None):
                yield spot.replace(bound, plus(spot, bound, -1))
                yield spot.replace(bound, plus(spot, bound, 1))
        if (lower is None) != (upper is None):
            yield spot.replace(node, f":{spot.source(lower)}" if lower else f"{spot.source(upper)}:")


def plus(spot: Spot, node: ast.expr, by: int) -> str:
    """The text of `node + by`, as a person would write it."""
    match node:
        case ast.Constant(value=int(number)):
            return str(number + by)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return str(by - number)
        case ast.BinOp(
            left=left, op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=int(number)) as right
        ):
            sign = spot.operator(left, right, "")
            kept = spot.text[node.col_offset : sign.start].decode().rstrip()
            total = (number if isinstance(op, ast.Add) else -number) + by
            return f"{kept} {'+' if total > 0 else '-'} {abs(total)}" if total else kept
    text = spot.source(node)
    if isinstance(node, _LOOSE) or (isinstance(node, ast.BinOp) and isinstance(node.op, _LOOSE_OPERATORS)):
        text = f"({text})"
    return f"{text} {'+' if by > 0 else '-'} {abs(by)}"
