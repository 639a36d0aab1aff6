"""The wrong name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cwm_demo.programs.spots import Edit, Spot


def wrong_variable(spot: Spot) -> Iterator[Edit]:
    """Another variable of the same type."""
    names = spot.names()
    called = {id(node.func) for node in spot.walk() if isinstance(node, ast.Call)}
    for node in spot.walk():
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or id(node) in called:
            continue
        kind = spot.kind(node)
        if kind and node.id in names:
            for name in names:
                if name != node.id and spot.kinds.get(name) == kind:
                    yield spot.replace(node, name)


def shadowed_name(spot: Spot) -> Iterator[Edit]:
    """A result stored under a name that is taken, or under a new local in the place of an attribute.

    The name that it should have had is bound elsewhere too, so that the program goes on with an old value.
    """
    match spot.node:
        case ast.Assign(targets=targets, value=value):
            pass
        case ast.AugAssign(target=target, value=value):
            targets = [target]
        case _:
            return
    for target in targets:
        match target:
            case ast.Name(id=name):
                for other in spot.names():
                    same = isinstance(value, ast.Name) and value.id == other  # `a = a` is a missing line
                    if other != name and not same and _may_take(spot, name, other):
                        yield spot.replace(target, other)
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if isinstance(spot.node, ast.Assign):
                yield spot.replace(target, name)


def _may_take(spot: Spot, name: str, other: str) -> bool:
    kind = spot.kinds.get(name)
    bound_elsewhere = spot.scope.stores[name] > 1 or spot.scope.bound.get(name, spot.line) < spot.line
    return bound_elsewhere and kind is not None and kind == spot.kinds.get(other) and other in spot.scope.read
