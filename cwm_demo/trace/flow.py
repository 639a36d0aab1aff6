"""Which lines of a program can run next, by its syntax tree alone. For telling equal lines apart.

    flow = Flow(source)
    flow.lines("    i += 1")     # the statement lines with this text: [4, 7]
    flow.after(3)                # lines that can run after line 3 in the same activation: {4}
    flow.start(1)                # lines at which a call of the function defined on line 1 can begin
    flow.caught(4)               # lines at which an exception raised on line 4 can be dealt with
    flow.belongs(4, 1)           # whether line 4 is a statement of the function defined on line 1

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
        self._class: dict[int, str] = {}  # of methods, by `def` line
        self._bases: dict[str, list[str]] = {}
        self._text = source.split("\n")  # not splitlines: a form feed ends no line
        self._lines: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self._text, 1):
            self._lines[line].append(number)
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        self._block(tree.body, NOWHERE, _Place())

    def text(self, line: int) -> str:
        return self._text[line - 1]

    def lines(self, text: str) -> list[int]:
        """The numbers of the lines with this text (without newline); statements only, if any is one."""
        numbers = self._lines.get(text, [])
        return [number for number in numbers if number in self._function] or numbers

    def definitions(self, text: str) -> list[int]:
        """The numbers of the `def` lines with this text."""
        return [number for number in self._lines.get(text, []) if number in self._named]

    def method(self, definitions: list[int], instance: str, caller: int | None) -> int | None:
        """Which of several methods with one `def` line is called on an instance of the class `instance`.

        `caller` is the definition of the method that calls it with `super()`, None for a plain call.
        """
        order = self._resolution_order(instance)
        if caller in self._class and self._class[caller] in order:
            order = order[order.index(self._class[caller]) + 1 :]
        for name in order:
            for definition in definitions:
                if self._class.get(definition) == name:
                    return definition
        return None

    def _resolution_order(self, name: str) -> list[str]:
        """Depth first, which is Python's own order except for diamonds."""
        bases = self._bases.get(name, [])
        return list(dict.fromkeys([name, *(each for base in bases for each in self._resolution_order(base))]))

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

    def belongs(self, line: int, definition: int | None) -> bool:
        """Whether a statement of the function defined on line `definition` (None: of none) has this line."""
        if line == definition:
            return line in self._start.get(line, NOWHERE)  # def f(n): return n
        return self._function.get(line) == definition

    def node(self, line: int | None) -> ast.AST | None:
        """The statement, handler or case whose frame has this line."""
        return self._nodes.get(line) if line else None

    def _block(self, statements: list[ast.stmt], after: Lines, place: _Place) -> Lines:
        """Record the flow of a block that `after` follows; the lines at which it can begin."""
        for statement in reversed(statements):
            after = self._statement(statement, after, place)
        return after

    def _statement(self, node: ast.stmt, after: Lines, place: _Place) -> Lines:
        if isinstance(node, ast.Global | ast.Nonlocal):
            return after
        decorators = getattr(node, "decorator_list", [])
        line = min([node.lineno, *(decorator.lineno for decorator in decorators)])
        here = frozenset({line})
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._define(node)
            case ast.ClassDef():  # one frame: its body's lines are no frames of their own
                self._bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                for inner in node.body:
                    if isinstance(inner, FunctionNode):
                        self._define(inner)
                        self._class[inner.lineno] = node.name
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
        # After its body: of statements that share a line, the outermost has the frame.
        self._function[line] = place.function
        self._nodes[line] = node
        self._caught[line] = place.on_error
        self._after[line] = self._after.get(line, NOWHERE) | after
        return here

    def _define(self, node: FunctionNode) -> None:
        self._named[node.lineno] = node.name
        if any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in _own_nodes(node)):
            self._generators.add(node.lineno)
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        self._start[node.lineno] = self._block(body, NOWHERE, _Place(node.lineno))

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
