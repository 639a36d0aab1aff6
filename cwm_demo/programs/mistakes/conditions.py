"""What decides: conditions, comparisons, `and`, `or` and `not`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from cwm_demo.programs.spots import Edit, Spot

# What else could stand there: the border, then the direction.
_COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
}
_ORDERED: dict[type[ast.cmpop], tuple[str, ...]] = {ast.Eq: ("<=", ">="), ast.NotEq: ("<", ">")}
_OPPOSITES: dict[type[ast.cmpop], str] = {
    ast.Lt: ">=",
    ast.LtE: ">",
    ast.Gt: "<=",
    ast.GtE: "<",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}


def inverted_condition(spot: Spot) -> Iterator[Edit]:
    """The condition of an `if`, `while` or comprehension, or one part of it, turned into its opposite."""
    tests = [spot.node.test] if isinstance(spot.node, ast.If | ast.While | ast.Assert) else []
    for node in spot.walk():
        match node:
            case ast.IfExp(test=test):
                tests.append(test)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                tests += [test for loop in node.generators for test in loop.ifs]
    while tests:
        test = tests.pop(0)
        match test:
            case ast.BoolOp(values=values):
                tests = [*values, *tests]
            case ast.Constant():
                pass  # `while True` is meant as it is
            case _ if test.lineno == test.end_lineno == spot.line:
                yield _opposite(spot, test)


def wrong_comparison(spot: Spot) -> Iterator[Edit]:
    """`<` for `<=`, `>` for `<`, and so on."""
    for node in spot.walk():
        if not isinstance(node, ast.Compare):
            continue
        operands = [node.left, *node.comparators]
        for left, operator, right in zip(operands, node.ops, node.comparators):
            others = _COMPARISONS[type(operator)]
            if {spot.kind(left), spot.kind(right)} <= {"int", "float"}:
                others += _ORDERED.get(type(operator), ())
            for other in others:
                yield spot.operator(left, right, other)


def and_for_or(spot: Spot) -> Iterator[Edit]:
    """`and` for `or`, and `or` for `and`."""
    for node in spot.walk():
        if isinstance(node, ast.BoolOp):
            other = "or" if isinstance(node.op, ast.And) else "and"
            for left, right in pairwise(node.values):
                yield spot.operator(left, right, other)


def missing_not(spot: Spot) -> Iterator[Edit]:
    """A `not` is left out."""
    for node in spot.walk():
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield spot.replace(node, _without_not(spot, node))


def _opposite(spot: Spot, test: ast.expr) -> Edit:
    match test:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return spot.operator(left, right, _OPPOSITES[type(operator)])
        case ast.UnaryOp(op=ast.Not()):
            return spot.replace(test, _without_not(spot, test))
        case ast.IfExp() | ast.Lambda() | ast.NamedExpr():
            return spot.replace(test, f"not ({spot.source(test)})")
    return spot.replace(test, f"not {spot.source(test)}")


def _without_not(spot: Spot, node: ast.expr) -> str:
    return spot.source(node).removeprefix("not").lstrip()
