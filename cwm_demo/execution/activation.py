"""One running call: turns Python's events into frames, by the rules of docs/trace-format.md."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Mapping, Sequence
from operator import is_
from typing import TYPE_CHECKING, Any

from cwm_demo.execution.statements import Statement
from cwm_demo.execution.values import LEAST, SMALL, Seen, render, render_exception
from cwm_demo.execution.visits import Visits
from cwm_demo.trace.delta import deleted
from cwm_demo.trace.frame import Event, Frame, Unfrozen

if TYPE_CHECKING:
    from cwm_demo.execution.tracer import Run

_NOTHING = object()  # that no name is bound to


class Activation:
    """One running call: its local trace function, and what its last frame showed."""

    __slots__ = (
        "code",
        "depth",
        "dunders",
        "last",
        "locals",
        "name",
        "number",
        "printed",
        "raised_at",
        "raises",
        "ran",
        "returning",
        "run",
        "seen",
        "starts",
        "statement",
        "thrown",
        "traced",
        "visits",
    )

    def __init__(self, run: Run, visits: Visits, number: int) -> None:
        self.run = run
        self.visits = visits
        self.name, self.starts, self.dunders = visits.name, visits.starts, visits.dunders
        self.traced = self.event  # bound once: Python asks for it after every event
        self.seen = Seen()
        self.number = number
        self.depth = 0
        self.locals: Mapping[str, str] = {}
        self.printed: list[str] = []
        self.ran: list[Statement] = []  # visited since the last frame that told what they did
        self.statement: Statement | None = None  # the one visited last
        self.returning: Statement | None = None  # a `return` that a `finally` holds up
        self.raises: dict[Statement, str] = {}  # what was raised where, the latest last
        self.raised_at = -1  # offset of the exception that is on its way
        self.last: Event | None = None
        self.thrown = False  # resumed, but not yet known by which exception
        self.code: types.CodeType | None = None

    def begin(self, frame: types.FrameType) -> Any:
        self.code = frame.f_code
        self.enter()
        if self.visits.line:  # a module has no call frame
            self.write(frame, "call", self.visits.line)
        return self.traced

    def enter(self) -> None:
        self.depth = len(self.run.stack)
        self.run.stack.append(self)

    def resume(self, frame: types.FrameType) -> Any:
        """A generator goes on; the values that a `yield from` passes on are no business of its own."""
        self.enter()
        if frame.f_lasti in self.visits.thrown:
            self.thrown = True
        elif frame.f_lasti not in self.visits.delegations:
            self.write(frame, "call", self.visits.line)
        return self.traced

    def event(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        """The local trace function."""
        if not self.run.active:
            return None
        try:
            if event == "line":
                statement = self.starts.get(frame.f_lasti)
                if statement is not None:
                    self.visit(frame, statement)
            elif event == "return":
                self.leave(frame, arg)
            elif event == "exception":
                self.exception(frame, arg[1])
        except MemoryError:
            self.run.out_of_memory()
        return self.traced

    def visit(self, frame: types.FrameType, statement: Statement) -> None:
        former, ran = self.statement, self.ran
        self.statement = statement
        self.raised_at = -1
        if self.returning is not None or (former is not None and former.returns):
            self.returning = self.held_up(former)
        if former is not None and former.line == statement.line and former.order < statement.order:
            ran.append(statement)  # a further statement of the same line
        else:
            assigned: Sequence[str] = ()
            if len(ran) == 1:  # as nearly always
                one = ran[0]
                if one.targets and (not one.conditional or statement.order in one.body):
                    assigned = one.targets
                ran[0] = statement
            else:
                assigned = self.assigned(statement)
                self.ran = [statement]
            self.write(frame, "line", statement.line, None, assigned)
        if statement.bare_raise:
            error = sys.exc_info()[1]
            if error is not None:  # Python reports no exception here, only that the frame is left
                self.note_raised(frame, statement, render_exception(error))

    def leave(self, frame: types.FrameType, value: Any) -> None:
        offset = frame.f_lasti
        visits = self.visits
        statement = self.statement
        over = True
        if offset == self.raised_at:
            self.unwind(frame)
        elif offset in visits.delegations:
            over = False
        elif offset in visits.yields:
            over = False
            self.write(frame, "return", statement.line if statement else visits.line, render(value))
        elif offset in visits.exits:
            if self.last == "exception":  # swallowed by a `with`, at whose end the function ends
                statement = visits.keys.get(offset, statement)
            statement = self.held_up(statement) or statement
            line = statement.line if statement else visits.line
            self.write(frame, "return", line or 1, render(value), self.assigned(None))
        else:
            self.unwind(frame)
        self.run.stack.pop()
        if over:
            self.run.ended(self)

    def unwind(self, frame: types.FrameType) -> None:
        """The activation is left by an exception: Python's `return None` here is a phantom."""
        if self.last != "exception" and self.raises:
            statement = self.origin()
            self.write(frame, "exception", statement.line, self.raises[statement])

    def exception(self, frame: types.FrameType, error: BaseException) -> None:
        kind = type(error)
        offset = frame.f_lasti
        if offset in self.visits.iterating and issubclass(kind, (StopIteration, StopAsyncIteration)):
            return  # the end of a loop
        self.raised_at = offset
        thrown, self.thrown = self.thrown, False
        suspended = thrown or offset in self.visits.delegations
        if kind is GeneratorExit and suspended and offset in self.visits.unprotected:
            self.last = "exception"  # closed where it stood: from 3.13 on Python runs nothing there either
            return
        if thrown:
            self.write(frame, "call", self.visits.line)
        statement = self.visits.keys.get(offset) or self.statement
        if statement is not None:
            self.note_raised(frame, statement, render_exception(error))

    def note_raised(self, frame: types.FrameType, statement: Statement, value: str) -> None:
        self.raises.pop(statement, None)
        self.raises[statement] = value
        self.returning = None
        self.write(frame, "exception", statement.line, value, hidden=statement.inner)
        self.ran = []

    def held_up(self, current: Statement | None) -> Statement | None:
        """The `return` that still waits while `current`, inside its `finally`, runs."""
        if current is None:
            return None
        if current.returns:
            return current
        if self.returning is None or isinstance(current.node, (ast.Break, ast.Continue)):
            return None
        around = self.run.program.statements.around(self.returning)
        return self.returning if any(current.order in outer.final for outer in around) else None

    def origin(self) -> Statement:
        """The statement whose exception goes on after a `finally`, or past unfit `except`s."""
        latest = list(reversed(self.raises))
        current = self.statement
        if current is None:
            return latest[0]
        around = list(self.run.program.statements.around(current))
        for at, outer in enumerate([current, *around]):
            if isinstance(outer.node, ast.ExceptHandler):
                part = around[at].body
            elif current.order in outer.final:
                part = range(outer.order + 1, outer.final.start)
            else:
                continue
            for statement in latest:
                if statement.order in part:
                    return statement
        return latest[0]

    def assigned(self, following: Statement | None) -> Sequence[str]:
        """The targets of what ran since the last frame."""
        names: list[str] = []
        for at, statement in enumerate(self.ran):
            if not statement.targets:
                continue
            after = self.ran[at + 1] if at + 1 < len(self.ran) else following
            if not statement.conditional or (after is not None and after.order in statement.body):
                names += statement.targets
        return names

    def write(
        self,
        frame: types.FrameType,
        event: Event,
        line: int,
        value: str | None = None,
        assigned: Sequence[str] = (),
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        """One frame. Most of a trace's time is spent here: what is as it was is not written again."""
        before, seen = self.locals, self.seen
        plain, lists = seen.plain, seen.lists
        values = frame.f_locals
        dunders = self.dunders
        shown = len(values)
        change: dict[str, str] = {}
        for name, item in values.items():
            if plain.get(name, _NOTHING) is item:
                continue
            if dunders and name[:2] == "__" and name[-2:] == "__":
                shown -= 1  # `__class__` of a method, the dunder names of a module
                continue
            kind = type(item)
            if kind is list:
                held = lists.get(name)
                if held is not None and len(held) == len(item) and all(map(is_, held, item)):
                    continue
            elif kind is dict and seen.same_dict(name, item):
                continue
            if hidden and name in hidden:
                continue
            if (kind is int or kind is str) and name in plain:
                plain[name] = item
                text = repr(item) if kind is int and LEAST < item < SMALL else render(item)
            else:
                text = seen.look(name, item)
            if before.get(name) != text:
                change[name] = text
        after, gone = before, ()
        if hidden:
            after, gone = self.without(hidden, values, change)
        elif change or shown != len(before):
            after = {**before, **change}  # names in the order in which they came
            if len(after) != shown:
                after = {name: text for name, text in after.items() if name in values}
                gone = deleted(before, after)
                for name in gone:
                    seen.forget(name)
        self.locals = after
        self.last = event
        text = ""
        if self.printed:
            text = "".join(self.printed)
            self.printed.clear()
        same: tuple[str, ...] = ()
        for name in assigned:
            if name not in change and name in after and name not in same:
                same = (*same, name)
        run = self.run
        new = Unfrozen()
        new.event = event
        new.line = line
        new.source = run.lines[line - 1]
        new.function = self.name
        new.depth = self.depth
        new.activation = self.number
        new.locals = after
        new.delta = change
        new.assigned = same
        new.deleted = gone
        new.value = value
        new.stdout = text
        new.__class__ = Frame
        if run.on_frame is None and len(run.frames) < run.events:
            run.frames.append(new)
        else:
            run.write(new)

    def without(
        self, hidden: frozenset[str], values: Mapping[str, Any], change: dict[str, str]
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        """What is shown while a comprehension has failed, whose own names are no part of it."""
        before = self.locals
        for name in hidden:
            self.seen.forget(name)
        after = {
            name: text for name, text in {**before, **change}.items() if name in values or name in hidden
        }
        gone = deleted(before, after)
        for name in gone:
            self.seen.forget(name)
        return after, gone
