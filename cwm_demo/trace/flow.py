"""Which lines of a program can run next, by its syntax tree alone. For telling equal lines apart.

    flow = Flow(source)
    flow.lines("    i += 1")     # the statement lines with this text: [4, 7]
    flow.after(3)                # lines that can run after line 3 in the same activation: {4}
    flow.start(1)                # lines at which a call of the function defined on line 1 can begin
    flow.caught(4)               # lines at which an exception raised on line 4 can be dealt with
    flow.function(4)             # the `def` line of the function that line 4 is a statement of, or None

It knows no values: both branches of an `if` can follow it. A source that does not parse has no flow,
only lines.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass

Lines = frozenset[int]
NOWHERE: Lines = frozenset()
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class _Place:
    """What surrounds a statement: where break, continue and an exception lead, and whose line it is."""

    function: int | None = None
    on_break: Lines = NOWHERE
    on_continue: Lines = NOWHERE
    on_error: Lines = NOWHERE


class Flow:
    def __init__(self, source: str) -> None:
        self._after: dict[int, Lines] = {}
        self._start: dict[int, Lines] = {}
        self._caught: dict[int, Lines] = {}
        self._function: dict[int, int | None] = {}
        self._nodes: dict[int, ast.AST] = {}
        self._named: dict[int, str] = {}
        self._generators: set[int] = set()
        self._lines: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(source.split("\n"), 1):  # not splitlines: a form feed ends no line
            self._lines[line].append(number)
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        self._block(tree.body, NOWHERE, _Place())

    def lines(self, text: str) -> list[int]:
        """The numbers of the lines with this text (without newline); statements only, if any is one."""
        numbers = self._lines.get(text, [])
        return [number for number in numbers if number in self._function] or numbers

    def definitions(self, text: str) -> list[int]:
        """The numbers of the `def` lines with this text."""
        return [number for number in self._lines.get(text, []) if number in self._named]

    def name(self, definition: int | None) -> str:
        return self._named.get(definition, "<module>") if definition else "<module>"

    def is_generator(self, definition: int | None) -> bool:
        return definition in self._generators

    def after(self, line: int | None) -> Lines:
        return self._after.get(line, NOWHERE) if line else NOWHERE

    def start(self, definition: int | None) -> Lines:
        return self._start.get(definition, NOWHERE) if definition else NOWHERE

    def caught(self, line: int | None) -> Lines:
        return self._caught.get(line, NOWHERE) if line else NOWHERE

    def function(self, line: int) -> int | None:
        return self._function.get(line)

    def node(self, line: int | None) -> ast.AST | None:
        """The statement, handler or case whose frame has this line."""
        return self._nodes.get(line) if line else None

    def _block(self, statements: list[ast.stmt], after: Lines, place: _Place) -> Lines:
        """Record the flow of a block that `after` follows; the lines at which it can begin."""
        for statement in reversed(statements):
            after = self._statement(statement, after, place)
        return after

    def _statement(self, node: ast.stmt, after: Lines, place: _Place) -> Lines:
        silent = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if silent or isinstance(node, ast.Global | ast.Nonlocal):
            return after
        decorators = getattr(node, "decorator_list", [])
        line = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        self._function[line] = place.function
        self._nodes[line] = node
        self._caught[line] = place.on_error
        here = frozenset({line})
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node)
            case ast.ClassDef():  # one frame: its body's lines are no frames of their own
                for inner in node.body:
                    if isinstance(inner, FunctionNode):
                        self._define(inner)
            case ast.If():
                after = self._block(node.body, after, place) | self._block(node.orelse, after, place)
            case ast.For() | ast.While() | ast.AsyncFor():
                inside = _Place(place.function, after, here, place.on_error)
                body = self._block(node.body, here, inside)
                after = body | self._block(node.orelse, after, place)
            case ast.With() | ast.AsyncWith():
                after = self._block(node.body, after | here, place)
            case ast.Try() | ast.TryStar():
                after = self._try(node, after, place)
            case ast.Match():
                after = self._match(node, after, place)
            case ast.Return() | ast.Raise():
                after = NOWHERE
            case ast.Break():
                after = place.on_break
            case ast.Continue():
                after = place.on_continue
        self._after[line] = self._after.get(line, NOWHERE) | after
        return here

    def _define(self, node: FunctionNode) -> None:
        self._named[node.lineno] = node.name
        if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in _own_nodes(node)):
            self._generators.add(node.lineno)
        self._start[node.lineno] = self._block(node.body, NOWHERE, _Place(node.lineno))

    def _try(self, node: ast.Try | ast.TryStar, after: Lines, place: _Place) -> Lines:
        final = self._block(node.finalbody, after, place) if node.finalbody else after
        on_error = final if node.finalbody else place.on_error
        following = NOWHERE
        for handler in reversed(node.handlers):
            inside = _Place(place.function, place.on_break, place.on_continue, on_error)
            self._function[handler.lineno] = place.function
            self._nodes[handler.lineno] = handler
            self._after[handler.lineno] = self._block(handler.body, final, inside) | following
            following = frozenset({handler.lineno})
        inside = _Place(place.function, place.on_break, place.on_continue, following | on_error)
        return self._block(node.body, self._block(node.orelse, final, place), inside)

    def _match(self, node: ast.Match, after: Lines, place: _Place) -> Lines:
        following = after
        for case in reversed(node.cases):
            line = case.pattern.lineno
            self._function[line] = place.function
            self._nodes[line] = case
            self._after[line] = self._block(case.body, after, place) | following
            following = frozenset({line})
        return following


def _own_nodes(function: FunctionNode) -> list[ast.AST]:
    """The nodes of a function's body that belong to it and not to a function or lambda inside."""
    nodes, todo = [], list(function.body)
    while todo:
        node = todo.pop()
        nodes.append(node)
        if not isinstance(node, ast.Lambda | FunctionNode | ast.ClassDef):
            todo += ast.iter_child_nodes(node)
    return nodes
