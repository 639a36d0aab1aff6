"""What tracing a program will watch, before it runs: each statement, and what Python will report of it.

Nothing is put into the program for that. Python calls the tracer (`sys.settrace`) at every event of a kind;
this says which events a statement can have, and which names it sets.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from cwm_demo.execution.statements import Statement, Statements
from cwm_demo.trace.frame import START_OF_TRACE

_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Hook:
    line: int
    source: str
    events: tuple[str, ...]  # in the order in which they come
    names: tuple[str, ...]  # that the statement sets; of a function's entry its parameters


def hooks(source: str) -> list[Hook]:
    """A hook for each statement that can be reported, in the order of the source; [] where it can't be read.

    With a marked call only what runs inside functions is; what stands at top level is run before.
    """
    lines = source.split("\n")
    try:
        statements = Statements(ast.parse(source), len(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    marked = any(line.rstrip().endswith(START_OF_TRACE) for line in lines)
    found = []
    for statement in statements.by_order:
        around = [other.node for other in statements.around(statement)]
        runs = not marked or any(isinstance(node, _FUNCTION) for node in around)
        in_class = bool(around) and isinstance(around[0], ast.ClassDef)
        found += _of(statement, lines, runs and not in_class)
    return found


def _of(statement: Statement, lines: list[str], runs: bool) -> Iterator[Hook]:
    """`runs`: whether the statement itself is reported when it runs; a `def` also has its calls."""
    node = statement.node
    if runs:
        ends = {ast.Return: ("return",), ast.Raise: ("exception",)}.get(type(node), ())
        yield Hook(statement.line, lines[statement.line - 1], ("line", *ends), statement.targets)
    if isinstance(node, _FUNCTION):
        line = statement.def_line
        yield Hook(line, lines[line - 1], ("call",), _parameters(node.args))


def _parameters(arguments: ast.arguments) -> tuple[str, ...]:
    plain = [
        *arguments.posonlyargs,
        *arguments.args,
        arguments.vararg,
        *arguments.kwonlyargs,
        arguments.kwarg,
    ]
    return tuple(argument.arg for argument in plain if argument)
