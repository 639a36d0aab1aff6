"""The statements of a program, each on a line of its own, so that Python itself reports every visit once.

Python's `line` events follow physical lines: they bounce inside a statement of several lines, in ways that
differ between versions, and see only one of two statements on one line. So before a program is
compiled every node of a statement's header is moved to one line number, its *key*: the statement's first
line, or a number past the end of the program where another statement has that line already. A line event
then names its statement.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from cwm_demo.trace.delta import targets

Node = ast.stmt | ast.ExceptHandler | ast.match_case

# What is switched on to make the program itself raise: see `_braked`.
BRAKE = "__brake__"


@dataclass(slots=True, eq=False)
class Statement:
    """A statement, an `except` clause or a `case`. Ranges are of `order`, its place in the source."""

    node: Node
    line: int  # 1-based physical line of its first character, a decorator's included
    def_line: int  # the line with the word `def`, where that is another one
    order: int
    targets: tuple[str, ...]  # names that its header assigns
    inner: frozenset[str]  # names that only its comprehensions know
    conditional: bool  # a loop or `case`: its targets are assigned only when the body is entered
    returns: bool
    bare_raise: bool
    end: int = 0  # orders from `order` up to here, not included, stand inside it
    body: range = range(0)  # what runs when the header lets it in
    final: range = range(0)  # the body of its `finally`

    def holds(self, other: Statement) -> bool:
        """Whether `other` stands inside this statement."""
        return self.order < other.order < self.end


class Statements:
    """All statements of a syntax tree, which is changed in place: lines become keys, brakes are put in."""

    def __init__(self, tree: ast.Module, lines: int) -> None:
        self.by_key: dict[int, Statement] = {}
        self.by_order: list[Statement] = []
        self._taken: set[int] = set()
        self._next_key = lines + 1
        docstring = ast.get_docstring(tree, clean=False) is not None
        if docstring:  # sets `__doc__`; of a function it is no statement either
            _move(_header(tree.body[0]), self._new_key())
        self._number(tree.body[docstring:])
        for node in (tree, *(statement.node for statement in self.by_order)):
            _brake(node)

    def around(self, statement: Statement) -> Iterator[Statement]:
        """The statements that hold this one, innermost first."""
        for other in reversed(self.by_order[: statement.order]):
            if other.holds(statement):
                yield other

    def _new_key(self) -> int:
        self._next_key += 1
        return self._next_key - 1

    def _number(self, nodes: list[Node]) -> range:
        first = len(self.by_order)
        for node in nodes:
            self._add(node)
        return range(first, len(self.by_order))

    def _add(self, node: Node) -> None:
        line = first_line(node)
        key = self._new_key() if line in self._taken else line
        self._taken.add(line)
        header = _header(node)
        statement = Statement(
            node=node,
            line=line,
            def_line=getattr(node, "lineno", line),
            order=len(self.by_order),
            targets=targets(node),
            inner=_comprehended(header),
            conditional=isinstance(node, (ast.For, ast.AsyncFor, ast.match_case)),
            returns=isinstance(node, ast.Return),
            bare_raise=isinstance(node, ast.Raise) and node.exc is None,
        )
        self.by_key[key] = statement
        self.by_order.append(statement)
        _move(header, key)
        statement.body = self._number(getattr(node, "body", []))
        self._number(getattr(node, "handlers", []))
        self._number(getattr(node, "cases", []))
        self._number(getattr(node, "orelse", []))
        statement.final = self._number(getattr(node, "finalbody", []))
        statement.end = len(self.by_order)


def first_line(node: Node) -> int:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    decorators = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _header(node: Node) -> list[ast.AST]:
    """The node and all below it that belongs to no statement inside it."""
    found: list[ast.AST] = [node]
    for part in found:
        for child in ast.iter_child_nodes(part):
            if not isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case)):
                found.append(child)
    return found


def _move(header: list[ast.AST], key: int) -> None:
    """Put the whole header on one line. Columns say nothing there, and must not contradict."""
    for part in header:
        if hasattr(part, "lineno"):
            part.lineno = part.end_lineno = key
            part.col_offset = part.end_col_offset = 0


def _comprehended(header: list[ast.AST]) -> frozenset[str]:
    return frozenset(
        name.id
        for part in header
        if isinstance(part, ast.comprehension)
        for name in ast.walk(part.target)
        if isinstance(name, ast.Name)
    )


def _brake(node: ast.AST) -> None:
    """Give the program a brake that its own `except`, `finally` and `with` can't take off.

    A trace function that raises is removed by Python; what the program does after catching the exception
    would then run on untraced, and perhaps for ever. So every clause that could hold up the exception
    begins with `if __brake__: raise __brake__()`, and so does every function, where the same brake
    raises RecursionError at a depth that leaves room for the tracer.
    """
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        at = next((i for i, part in enumerate(node.body) if _has_code(part, i)), None)
        if at is not None:
            node.body.insert(at, _check(node.body[at].lineno))
    elif isinstance(node, ast.ExceptHandler):
        node.body.insert(0, _check(node.lineno))
    elif isinstance(node, (ast.Try, ast.TryStar)) and node.finalbody:
        node.finalbody.insert(0, _check(node.finalbody[0].lineno))
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, [])
        for at in reversed(range(len(block))):
            if isinstance(block[at], (ast.With, ast.AsyncWith)):
                block.insert(at + 1, _check(block[at].lineno))


def _has_code(node: ast.stmt, at: int) -> bool:
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return False
    if isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name):
        return False
    docstring = at == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return not (docstring and isinstance(node.value.value, str))  # type: ignore[attr-defined]


def _check(line: int) -> ast.If:
    place = {"lineno": line, "end_lineno": line, "col_offset": 0, "end_col_offset": 0}

    def brake() -> ast.Name:
        return ast.Name(BRAKE, ast.Load(), **place)

    raising = ast.Raise(ast.Call(brake(), [], [], **place), None, **place)
    return ast.If(brake(), [raising], [], **place)
