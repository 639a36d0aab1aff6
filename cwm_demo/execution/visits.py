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
from typing import NamedTuple

from cwm_demo.execution.statements import Statement, Statements

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

    __slots__ = (
        "begins",
        "delegations",
        "dunders",
        "exits",
        "iterating",
        "keys",
        "line",
        "name",
        "starts",
        "thrown",
        "unprotected",
        "yields",
    )

    def __init__(self, code: CodeType, statements: Statements) -> None:
        by_key = statements.by_key
        steps = _steps(code)
        names = {step.offset: step.name for step in steps}
        own = by_key.get(code.co_firstlineno)
        self.name = code.co_name
        known = (*code.co_varnames, *code.co_cellvars, *code.co_freevars)
        # Whether a name that is not shown may be among the locals: of a function its code tells.
        self.dunders = code.co_name == "<module>" or any(name.startswith("__") for name in known)
        self.line = own.def_line if own is not None and self.name != "<module>" else 0
        self.begins = next(step.offset for step in steps if step.name == "RESUME")
        self.exits = {at for at, name in names.items() if name in ("RETURN_VALUE", "RETURN_CONST")}
        self.keys = {step.offset: by_key[step.key] for step in steps if step.key in by_key}
        self.starts = _starts(steps, by_key)

        # The end of an iteration is reported where a loop asks for more, or where a delegation goes on.
        self.iterating: set[int] = set()
        # Where a generator is suspended: the `yield` itself, and what follows it, by which of them Python
        # names the place differs between versions. Thrown into, it is resumed at the `yield` itself.
        self.yields: set[int] = set()
        self.delegations: set[int] = set()
        self.thrown: set[int] = set()
        for at, step in enumerate(steps):
            if step.name in _ITERATING:
                self.iterating |= {step.offset, steps[step.target].offset if step.target else step.offset}
            if step.name == "YIELD_VALUE" and steps[at - 1].name == "SEND":
                self.delegations |= {part.offset for part in steps[at : at + 3]}
            elif step.name == "YIELD_VALUE":
                self.yields |= {part.offset for part in steps[at : at + 2]}
                self.thrown.add(step.offset)
        suspended = self.yields | self.delegations
        self.unprotected = suspended - _handled(code, names) if suspended else suspended


def _handled(code: CodeType, names: dict[int, str]) -> set[int]:
    """The offsets at which an exception meets a handler that the program wrote."""
    entries = dis.Bytecode(code).exception_entries  # type: ignore[attr-defined]
    handled: set[int] = set()
    for entry in entries:
        if names.get(entry.target) not in ("CLEANUP_THROW", "CALL_INTRINSIC_1"):
            handled.update(range(entry.start, entry.end, 2))
    for entry in entries:  # what a delegation's own handler passes on meets the one around it
        if names.get(entry.target) == "CLEANUP_THROW" and entry.target in handled:
            handled.update(range(entry.start, entry.end, 2))
    return handled


class _Step(NamedTuple):
    offset: int
    first: int  # offset of its first EXTENDED_ARG, else its own
    name: str
    key: int | None  # of its statement
    target: int | None  # index of the step that it may jump to


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
        found.append(_Step(instruction.offset, first, instruction.opname, key, target))
        first = None
    index = {offset: at for at, step in enumerate(found) for offset in (step.offset, step.first)}
    return [step._replace(target=index.get(step.target)) for step in found]


def _starts(steps: list[_Step], by_key: dict[int, Statement]) -> dict[int, Statement]:
    sources: list[list[int]] = [[] for _ in steps]
    for at, step in enumerate(steps):
        if step.name not in _NO_FALL_THROUGH and at + 1 < len(steps):
            sources[at + 1].append(at)
        if step.target is not None:
            sources[step.target].append(at)
    origins = _origins(steps, sources)
    starts = {}
    for at, step in enumerate(steps):
        statement = by_key.get(step.key) if step.key is not None else None
        if statement is None:
            continue
        before = {origin for source in sources[at] for origin in origins[source] if origin != step.key}
        if any(_enters(by_key.get(origin), statement, step.name) for origin in before):
            starts[step.offset] = starts[step.first] = statement
    return starts


def _origins(steps: list[_Step], sources: list[list[int]]) -> list[set[int]]:
    """The keys of every step; one without a line of its own has those that lead to it."""
    origins = [{step.key} if step.key is not None else set() for step in steps]
    for at, step in enumerate(steps):
        if step.key is None and step.name == "PUSH_EXC_INFO":
            origins[at].add(_OUTSIDE)
    moved = True
    while moved:
        moved = False
        for at, step in enumerate(steps):
            if step.key is None:
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
    # The end of a `finally` that ends in a loop is ascribed to that loop by Python 3.11.
    return isinstance(statement.node, ast.While) and name != "RERAISE"
