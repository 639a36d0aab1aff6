"""The mutation operators: how people really get a line wrong.

Each is one function that looks at a spot and gives the edits that its mistake would make there, and one row
of `OPERATORS`. An edit stays on its line; whether it changes what the program does is found out by running.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cwm_demo.programs.kinds import MAPPINGS, NUMBERS
from cwm_demo.programs.spots import Edit, Spot


@dataclass(frozen=True, slots=True)
class Operator:
    name: str  # in links and JSON
    title: str  # on the screen
    why: str  # one sentence on why people make this mistake
    edits: Callable[[Spot], Iterable[Edit]]


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
                yield spot.replace(part, _plus(spot, part, -1))
                yield spot.replace(part, _plus(spot, part, 1))


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


def missing_line(spot: Spot) -> Iterator[Edit]:
    """The statement is forgotten: `pass` stands in its place."""
    if spot.simple:
        yield spot.replace(spot.node, "pass")


# In the order in which they are offered. Of two operators that make the same change the first counts.
OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator(
            "off-by-one",
            "Off by one",
            "Counting starts at 0 and a range leaves out its end: the first or last item is easily missed.",
            off_by_one,
        ),
        Operator(
            "inverted-condition",
            "Condition turned around",
            "One thinks of when to stop and writes when to go on, or loses count of the negations.",
            inverted_condition,
        ),
        Operator(
            "wrong-comparison",
            "Wrong comparison",
            "Nobody says aloud whether the border itself counts, and < and > are easily read backwards.",
            wrong_comparison,
        ),
        Operator(
            "wrong-arithmetic",
            "Wrong arithmetic",
            "The operators are neighbours in meaning and on the keyboard, and / and // differ by one stroke.",
            wrong_arithmetic,
        ),
        Operator(
            "wrong-variable",
            "Wrong variable",
            "Two variables of the same type look alike, and a line that was copied keeps the old name.",
            wrong_variable,
        ),
        Operator(
            "missing-accumulation",
            "Replaced, not added to",
            "With = in the place of += the old value is lost, and the line still reads right.",
            missing_accumulation,
        ),
        Operator(
            "wrong-start-value",
            "Wrong start value",
            "What to begin with is decided before the loop is written, and seldom thought of again.",
            wrong_start_value,
        ),
        Operator(
            "missing-line",
            "Missing line",
            "The step is so obvious in the head that it never reaches the file.",
            missing_line,
        ),
    )
}

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
# Bind looser than `+`, so that `+ 1` behind them would end up inside.
_LOOSE = (ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr)
_LOOSE_OPERATORS = (ast.BitOr, ast.BitAnd, ast.BitXor, ast.LShift, ast.RShift)


def _plus(spot: Spot, node: ast.expr, by: int) -> str:
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


def _opposite(spot: Spot, test: ast.expr) -> Edit:
    match test:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return spot.operator(left, right, _OPPOSITES[type(operator)])
        case ast.UnaryOp(op=ast.Not()):
            return spot.replace(test, spot.source(test).removeprefix("not").lstrip())
        case ast.IfExp() | ast.Lambda() | ast.NamedExpr():
            return spot.replace(test, f"not ({spot.source(test)})")
    return spot.replace(test, f"not {spot.source(test)}")


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
