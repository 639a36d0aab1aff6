"""Finds the marked call, where a trace starts."""

from __future__ import annotations

import ast
import io
import tokenize

from cwm_demo.trace.frame import START_OF_TRACE

# Stands for the callee of the marked call: `f(3)` becomes `__entry__(f)(3)`, so that receiver and
# arguments are evaluated before the trace begins.
ENTRY = "__entry__"


class EntryError(ValueError):
    """The marker is there, but starts nothing. `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def marked_line(source: str) -> int | None:
    """The line (1-based) whose comment is the marker, None when there is none.

    `source` must be valid Python. Raises EntryError when two lines are marked.
    """
    if START_OF_TRACE not in source:
        return None
    lines = [
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and token.string.rstrip().endswith(START_OF_TRACE)
    ]
    if len(lines) > 1:
        raise EntryError(f"Only one line may be marked with {START_OF_TRACE}, not several.", lines[1])
    return lines[0] if lines else None


def mark_entry(tree: ast.Module, line: int) -> None:
    """Wrap the callee of the outermost call on `line`. Raises EntryError where there is no call."""
    call = _outermost_call(tree, line)
    if call is None:
        raise EntryError(
            f"The line marked with {START_OF_TRACE} has no call: write a call such as f(3) there, "
            "or take the marker away to trace the whole program.",
            line,
        )
    callee = call.func
    wrapper = ast.Call(ast.Name(ENTRY, ast.Load()), [callee], [])
    call.func = ast.fix_missing_locations(ast.copy_location(wrapper, callee))


def _outermost_call(tree: ast.Module, line: int) -> ast.Call | None:
    """Level by level, so that a call is met before those in its receiver and arguments."""
    waiting: list[ast.AST] = [tree]
    for node in waiting:
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or 0):
            return node
        if not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return None
