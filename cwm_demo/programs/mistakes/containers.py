"""The wrong method of a list, a dictionary, a set or a string; a copy that is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cwm_demo.programs.kinds import MAPPINGS, NUMBERS
from cwm_demo.programs.spots import Edit, Spot

_ONE_OR_MANY = {"append": "extend", "extend": "append", "add": "update", "update": "add"}
_NEIGHBOURS = {
    **{"keys": "values", "values": "keys", "items": "keys"},
    **{"get": "setdefault", "setdefault": "get"},
    **{"union": "intersection", "intersection": "union", "issubset": "issuperset", "issuperset": "issubset"},
    **{"popleft": "pop", "appendleft": "append", "index": "count", "count": "index"},
    **{"upper": "lower", "lower": "upper", "isupper": "islower", "islower": "isupper"},
    **{"isdigit": "isalpha", "isalpha": "isdigit", "startswith": "endswith", "endswith": "startswith"},
    **{"strip": "lstrip", "lstrip": "rstrip", "rstrip": "lstrip", "find": "count"},
}
_FUNCTIONS = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SETS = {"set", "frozenset"}
_CLASSES = {"list", "str", "tuple", "deque", *_SETS, *MAPPINGS, None}  # a method of another class is its own


def append_for_extend(spot: Spot) -> Iterator[Edit]:
    """`append` for `extend`, `add` for `update`, and the other way round."""
    for node in spot.walk():
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=method), args=[item], keywords=[]):
                kind = spot.kind(owner)
                if method not in _ONE_OR_MANY or kind in MAPPINGS or kind not in _CLASSES:
                    continue
                if method in ("extend", "update") or spot.kind(item) not in NUMBERS:
                    yield spot.method(node.func, _ONE_OR_MANY[method])


def alias_for_copy(spot: Spot) -> Iterator[Edit]:
    """`a` for `a[:]`, `a.copy()`, `list(a)` or `deepcopy(a)`: the same object in the place of a copy."""
    for node in spot.walk():
        match node:
            case ast.Subscript(value=owner, slice=ast.Slice(lower=None, upper=None, step=None)):
                if not isinstance(node.ctx, ast.Load) or spot.kind(owner) == "str":
                    continue
            case ast.Call(func=ast.Attribute(value=owner, attr="copy"), args=[]):
                pass
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="copy"), attr="copy" | "deepcopy"), args=[owner]
            ):
                pass
            case ast.Call(func=ast.Name(id="copy" | "deepcopy"), args=[owner]):
                pass
            case ast.Call(func=ast.Name(id="list" | "dict" | "set" as maker), args=[owner], keywords=[]):
                if spot.kind(owner) != maker:
                    continue
            case _:
                continue
        if isinstance(owner, ast.Name | ast.Attribute | ast.Subscript):
            yield spot.replace(node, spot.source(owner))


def wrong_method(spot: Spot) -> Iterator[Edit]:
    """A method of the same family; the other end of a list; `a.sort()` for `sorted(a)`; `|` for `&`."""
    for node in spot.walk():
        match node:
            case ast.Call(func=ast.Attribute(value=owner)) if spot.kind(owner) not in _CLASSES:
                pass
            case ast.Call(func=ast.Attribute(attr="pop"), args=[], keywords=[]):
                yield Edit(node.func.end_col_offset, node.end_col_offset, "(0)")
            case ast.Call(func=ast.Attribute(attr="append") as function, args=[item], keywords=[]):
                yield spot.replace(node, f"{spot.source(function.value)}.insert(0, {spot.source(item)})")
            case ast.Call(func=ast.Attribute(attr=method) as function) if method in _NEIGHBOURS:
                yield spot.method(function, _NEIGHBOURS[method])
            case ast.Call(func=ast.Name(id="sorted"), args=[ast.Name(id=name) as items], keywords=[]):
                if spot.kind(items) in ("list", None):
                    yield spot.replace(node, f"{name}.sort()")
            case ast.Call(func=ast.Name(id=name)) if name in _FUNCTIONS:
                yield spot.replace(node.func, _FUNCTIONS[name])
            case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() as op, right=right):
                if _SETS & {spot.kind(left), spot.kind(right)}:
                    yield spot.operator(left, right, "|" if isinstance(op, ast.BitAnd) else "&")
