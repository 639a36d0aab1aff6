"""The wrong value: arithmetic, what a variable begins with, constants and defaults."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cwm_demo.programs.kinds import NUMBERS
from cwm_demo.programs.spots import Edit, Spot

_ARITHMETIC: dict[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("-",),
    ast.Sub: ("+",),
    ast.Mult: ("+", "-"),
    ast.Div: ("//", "*"),
    ast.FloorDiv: ("/", "%"),
    ast.Mod: ("//", "/"),
    ast.Pow: ("*",),
    ast.BitAnd: ("|",),
    ast.BitOr: ("&",),
    ast.LShift: (">>",),
    ast.RShift: ("<<",),
}
# Nobody adds 0 or divides by 1 by mistake.
_NEUTRAL: dict[type[ast.operator], str] = {
    **dict.fromkeys((ast.Add, ast.Sub), "0"),
    **dict.fromkeys((ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow), "1"),
}


def wrong_arithmetic(spot: Spot) -> Iterator[Edit]:
    """`-` for `+`, `/` for `//`, between numbers."""
    for node in spot.walk():
        if isinstance(node, ast.BinOp) and _may_be_numbers(spot, node.left, node.right):
            for other in _ARITHMETIC.get(type(node.op), ()):
                yield spot.operator(node.left, node.right, other)
    node = spot.node
    if isinstance(node, ast.AugAssign) and _may_be_numbers(spot, node.target, node.value):
        for other in _ARITHMETIC.get(type(node.op), ()):
            yield spot.operator(node.target, node.value, other + "=")


def missing_accumulation(spot: Spot) -> Iterator[Edit]:
    """`=` for `+=`; in longhand, `x = 1` for `x = x + 1`, or for `d[k] = d.get(k, 0) + 1`."""
    node = spot.node
    match node:
        case ast.AugAssign():
            yield spot.operator(node.target, node.value, "=")
        case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right)):
            for old, new in ((left, right), (right, left)):
                if _reads(target, old):
                    yield spot.replace(node.value, spot.source(new))


def wrong_start_value(spot: Spot) -> Iterator[Edit]:
    """What a variable begins with; the default of `get`, the start of `enumerate`."""
    node = spot.node
    if isinstance(node, ast.Assign):
        for target in node.targets:
            for name, value in _pairs(target, node.value):
                if _is_start(spot, name, value):
                    yield from _other_starts(spot, value)
    for call in spot.walk():
        match call:
            case ast.Call(func=ast.Attribute(attr="get" | "setdefault"), args=[_, start]):
                yield from _other_starts(spot, start)
            case ast.Call(func=ast.Name(id="enumerate" | "sum"), args=[_, start]):
                yield from _other_starts(spot, start)


def wrong_default(spot: Spot) -> Iterator[Edit]:
    """The default of a parameter."""
    node = spot.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for default in spot.expressions:
            match default:
                case ast.Constant(value=None):
                    yield spot.replace(default, "[]")
                case ast.List(elts=[]) | ast.Dict(keys=[]):
                    yield spot.replace(default, "None")
                case _:
                    yield from _other_starts(spot, default)


def wrong_constant(spot: Spot) -> Iterator[Edit]:
    """A number beside the right one, True for False, a letter of the wrong case, a space for nothing."""
    node = spot.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return  # `wrong_default`
    meant = {id(node.test)} if isinstance(node, ast.While) else set()  # `while True`
    neutral = {id(node.value): _NEUTRAL.get(type(node.op))} if isinstance(node, ast.AugAssign) else {}
    for node in spot.walk():
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                neutral |= dict.fromkeys((id(left), id(right)), _NEUTRAL.get(type(op)))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as number):
                meant.add(id(number))
                yield spot.replace(node, spot.source(number))
            case ast.Constant(value=value) if id(node) not in meant:
                for other in _other_constants(value, spot.source(node)):
                    if other != neutral.get(id(node)):
                        yield spot.replace(node, other)


def _may_be_numbers(spot: Spot, *nodes: ast.expr) -> bool:
    return {spot.kind(node) for node in nodes} <= {*NUMBERS, None}


def _reads(target: ast.expr, value: ast.expr) -> bool:
    """Whether `value` is the old value of `target`: the same variable, or `d.get(k, …)` for `d[k]`."""
    if isinstance(target, ast.Subscript) and isinstance(value, ast.Call) and value.args:
        function = value.func
        if isinstance(function, ast.Attribute) and function.attr == "get":
            return _same(target.value, function.value) and _same(target.slice, value.args[0])
    return _same(target, value)


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.unparse(one) == ast.unparse(other)


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts))
    return [(target, value)]


def _is_start(spot: Spot, target: ast.expr, value: ast.expr) -> bool:
    """Whether something begins here that is updated later; not where a constant only gets its name."""
    if isinstance(target, ast.Name):
        first = spot.scope.bound.get(target.id) == spot.line
        return first and (spot.scope.stores[target.id] > 1 or isinstance(value, ast.List))
    return isinstance(target, ast.Attribute) and isinstance(value, ast.Constant | ast.List)


def _other_starts(spot: Spot, value: ast.expr) -> Iterator[Edit]:
    match value:
        case ast.Constant(value=bool(truth)):
            starts = [str(not truth)]
        case ast.Constant(value=int(number)):
            starts = [str(number + 1), str(number - 1)]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            starts = [str(1 - number), str(-1 - number)]
        case ast.Constant(value=float(number)):
            starts = [str(number + 1)]
        case ast.Constant(value=None):
            starts = ["0"]
        case ast.List(elts=[]):
            starts = ["[0]"]
        case ast.List(elts=[_]):
            starts = ["[]"]
        case ast.Call(func=ast.Name(id="float")) | ast.Subscript(slice=ast.Constant()):
            starts = ["0"]  # the largest of negative numbers is then 0, which is none of them
        case _:
            starts = []
    for start in starts:
        yield spot.replace(value, start)


def _other_constants(value: object, text: str) -> list[str]:
    match value:
        case bool(truth):
            return [str(not truth)]
        case int(number):
            return [str(number + 1), str(number - 1)] if number > 0 else [str(number + 1)]
        case str(inner) if text in (repr(inner), f'"{inner}"'):
            quote = text[0]
            if inner.strip(" ") == "" and len(inner) < 2:
                return [f"{quote}{quote}" if inner else f"{quote} {quote}"]
            if inner.isalpha() and inner[0].swapcase() != inner[0]:
                return [f"{quote}{inner[0].swapcase()}{inner[1:]}{quote}"]
    return []
