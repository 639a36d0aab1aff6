"""SOURCE, read and compiled for the tracer: what can be wrong with it as a text is found here."""

from __future__ import annotations

import ast
import types
import warnings
from collections.abc import Callable
from typing import Any

from cwm_demo.execution.entry import EntryError, mark_entry, marked_line
from cwm_demo.execution.statements import Statements
from cwm_demo.execution.visits import Visits
from cwm_demo.trace.frame import Stop

FILENAME = "<program>"


class Unreadable(Exception):
    """Not a program, or one with no place to start. `stop` says what and where."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.stop = Stop("syntax", message, line, column)


class Program:
    """SOURCE, compiled so that events name statements."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = [f"{line}\n" for line in source.split("\n")]
        tree = _parse(source)
        if not tree.body:
            raise Unreadable("There is no program: write some Python first.", 1, 1)
        try:
            self.marked = marked_line(source)
            if self.marked is not None:
                mark_entry(tree, self.marked)
        except EntryError as problem:
            raise Unreadable(str(problem), problem.line, 1) from None
        self.statements = Statements(tree, len(self.lines))
        self.code = _guarded(lambda: compile(tree, FILENAME, "exec", dont_inherit=True, optimize=0))
        self._code_of: dict[int, types.CodeType] = {}
        self._visits: dict[int, Visits] = {}
        self._collect(self.code)

    def _collect(self, code: types.CodeType) -> None:
        """Note the code whose calls are activations: functions, not lambdas, comprehensions or classes."""
        for part in code.co_consts:
            if isinstance(part, types.CodeType):
                statement = self.statements.by_key.get(part.co_firstlineno)
                function = statement is not None and isinstance(
                    statement.node, (ast.FunctionDef, ast.AsyncFunctionDef)
                )
                if function and not part.co_name.startswith("<") and part.co_name != "__del__":
                    self._code_of[id(part)] = part
                self._collect(part)

    def visits(self, code: types.CodeType) -> Visits | None:
        """What is known about `code`, None unless a call of it is an activation."""
        key = id(code)
        known = self._visits.get(key)
        if known is None and (key in self._code_of or code is self.code):
            known = self._visits[key] = Visits(code, self.statements)
        return known


def _parse(source: str) -> ast.Module:
    if "\0" in source:
        line = source[: source.index("\0")].count("\n") + 1
        raise Unreadable("The program holds a null byte, which Python can't read.", line, 1)

    def parse() -> ast.Module:
        tree = ast.parse(source, FILENAME)
        compile(source, FILENAME, "exec", dont_inherit=True)  # finds more, and still knows the real places
        return tree

    return _guarded(parse)


def _guarded(step: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return step()
        except SyntaxError as error:
            raise Unreadable(error.msg or "invalid syntax", error.lineno or 1, error.offset or 1) from None
        except (RecursionError, MemoryError):
            raise Unreadable("The program is nested too deeply for Python to read.", 1, 1) from None
        except (ValueError, OverflowError) as error:
            raise Unreadable(f"Python can't read this as a program: {error}", 1, 1) from None
