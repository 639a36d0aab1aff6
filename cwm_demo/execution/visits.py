"""Where in the bytecode a statement is entered, left, or suspended.

A `line` event is a new visit of its statement only where control comes from outside the statement, or
comes back from a loop's body to its test or iteration. Everything else on the same line is inside the
visit: the turns of a comprehension (inlined from Python 3.12 on), the steps of a `yield from`, the
exit of a `with`.
"""

from __future__ import annotations

import ast
import dis
from types import CodeType

from cwm_demo.execution.statements import Statement, Statements, def_line

_NO_FALL_THROUGH = frozenset(
    (
        "RETURN_VALUE",
        "RETURN_CONST",
        "RAISE_VARARGS",
        "RERAISE",
        "JUMP_FORWARD",
        "JUMP_BACKWARD",
        "JUMP_BACKWARD_NO_INTERRUPT",
    )
)
_ITERATING = frozenset(("FOR_ITER", "SEND", "GET_ANEXT"))
_JUMPS = frozenset(dis.hasjrel) | frozenset(dis.hasjabs)
_OUTSIDE = 0  # a key that no statement has


class Visits:
    """What the tracer must know about one code object; offsets are those of `frame.f_lasti`."""

    __slots__ = ("delegations", "exits", "iterating", "keys", "line", "name", "starts", "yields")

    def __init__(self, code: CodeType, statements: Statements) -> None:
        by_key = statements.by_key
        self.name = code.co_name
        own = by_key.get(code.co_firstlineno)
        self.line = def_line(own.node) if own is not None and self.name != "<module>" else 0
        steps = _steps(code)
        operation = {offset: name for offset, _, name, _, _ in steps}
        self.exits = {at for at, name in operation.items() if name in ("RETURN_VALUE", "RETURN_CONST")}
        self.iterating = {at for at, name in operation.items() if name in _ITERATING}
        self.keys = {offset: by_key[key] for offset, _, _, key, _ in steps if key in by_key}
        self.yields: set[int] = set()
        self.delegations: set[int] = set()
        for (_, _, before, _, _), (offset, _, name, _, _), (after, _, _, _, _) in zip(
            steps, steps[1:], steps[2:]
        ):
            if name == "YIELD_VALUE":
                (self.delegations if before == "SEND" else self.yields).update((offset, after))
        self.starts = _starts(steps, by_key)


# offset, offset of its first EXTENDED_ARG, name, key of its statement, index of the jump's target
_Step = tuple[int, int, str, int | None, int | None]


def _steps(code: CodeType) -> list[_Step]:
    found = []
    first = None
    for instruction in dis.get_instructions(code):
        if first is None:
            first = instruction.offset
        if instruction.opname == "EXTENDED_ARG":
            continue
        target = instruction.argval if instruction.opcode in _JUMPS else None
        key = instruction.positions.lineno if instruction.positions else None
        found.append((instruction.offset, first, instruction.opname, key, target))
        first = None
    index = {}
    for at, step in enumerate(found):
        index[step[0]] = index[step[1]] = at
    return [(offset, first, name, key, index.get(target)) for offset, first, name, key, target in found]


def _starts(steps: list[_Step], by_key: dict[int, Statement]) -> dict[int, Statement]:
    sources: list[list[int]] = [[] for _ in steps]
    for at, (_, _, name, _, target) in enumerate(steps):
        if name not in _NO_FALL_THROUGH and at + 1 < len(steps):
            sources[at + 1].append(at)
        if target is not None:
            sources[target].append(at)
    origins = _origins(steps, sources)
    starts = {}
    for at, (offset, first, name, key, _) in enumerate(steps):
        statement = by_key.get(key) if key is not None else None
        if statement is None:
            continue
        before = {origin for source in sources[at] for origin in origins[source] if origin != key}
        if any(_enters(by_key.get(origin), statement, name) for origin in before):
            starts[offset] = starts[first] = statement
    return starts


def _origins(steps: list[_Step], sources: list[list[int]]) -> list[set[int]]:
    """The keys of every step; one without a line of its own has those that lead to it."""
    origins = [{key} if key is not None else set() for _, _, _, key, _ in steps]
    for at, (_, _, name, key, _) in enumerate(steps):
        if key is None and (name == "PUSH_EXC_INFO" or not sources[at]):
            origins[at].add(_OUTSIDE)
    moved = True
    while moved:
        moved = False
        for at, (_, _, _, key, _) in enumerate(steps):
            if key is None:
                size = len(origins[at])
                for source in sources[at]:
                    origins[at] |= origins[source]
                moved = moved or len(origins[at]) > size
    return origins


def _enters(origin: Statement | None, statement: Statement, name: str) -> bool:
    if origin is None or not statement.holds(origin):
        return True
    if isinstance(statement.node, (ast.For, ast.AsyncFor)):
        return name in _ITERATING
    return isinstance(statement.node, ast.While)
