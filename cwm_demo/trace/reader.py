"""Turns frames as their tokens say them into frames in their context.

    reader = Reader(source)
    for raw in raws:
        frame = reader.peek(raw)   # FormatError when it can't be what follows; changes nothing
        reader.advance(frame)      # this is what happened; a real frame will do as well

The tokens of a trace hold neither line numbers, nor which activation a frame belongs to, nor the values
written as `..`. All are inferred from the frames before: a call begins an activation, unless it resumes a
generator; a return ends or suspends it; a frame belongs to the innermost running activation whose
function has its line. Among equal lines the one that can follow the line before is taken.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from cwm_demo.trace.delta import deleted, delta, targets
from cwm_demo.trace.flow import Flow
from cwm_demo.trace.frame import Event, Frame
from cwm_demo.trace.text import UNCHANGED, FormatError, RawFrame


@dataclass(slots=True)
class _Activation:
    number: int
    depth: int
    definition: int | None  # its `def` line, None for <module> and where it isn't known
    locals: Mapping[str, str] = field(default_factory=dict)
    line: int | None = None
    event: Event = "call"
    suspended: bool = False  # a generator that yielded


class Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.flow = Flow(source)
        self._known: dict[int, _Activation] = {}
        self._running: list[_Activation] = []  # the innermost last

    def peek(self, raw: RawFrame) -> Frame:
        """The frame that `raw` is after the frames so far. Raises FormatError."""
        text = raw.source.rstrip("\n")
        if raw.event == "call":
            activation = self._called(raw, text)
            numbers = [activation.definition] if activation.definition else self.flow.lines(text)
        else:
            activation = self._owner(raw, text)
            numbers = self._numbers(activation, text)
        line = self._line(activation, raw, numbers)
        values = self._resolve(activation, raw)
        changed = delta(activation.locals, values)
        assigned = self._assigned(activation, raw, line)
        return Frame(
            event=raw.event,
            line=line,
            source=raw.source,
            function=self.flow.name(activation.definition),
            depth=activation.depth,
            activation=activation.number,
            locals=values,
            delta=changed,
            assigned=tuple(name for name in assigned if name in values and name not in changed),
            deleted=deleted(activation.locals, values),
            value=raw.value,
            stdout=raw.stdout,
        )

    def advance(self, frame: Frame) -> None:
        """Go on from `frame`, real or predicted."""
        activation = self._known.get(frame.activation)
        resumed = activation is not None and frame.event == "call"
        if activation is None:
            definition = frame.line if frame.event == "call" else None
            activation = _Activation(frame.activation, frame.depth, definition)
            self._known[frame.activation] = activation
        if activation in self._running:
            del self._running[self._running.index(activation) + 1 :]
        else:
            self._running = [other for other in self._running if other.depth < frame.depth]
            self._running.append(activation)
        activation.locals = dict(frame.locals)
        activation.event = "line" if resumed else frame.event  # a generator goes on from where it yielded
        if not resumed:
            activation.line = frame.line
        activation.suspended = False
        if frame.event == "return":
            self._running.remove(activation)
            activation.suspended = self.flow.is_generator(activation.definition) and "yield" in frame.source

    def _called(self, raw: RawFrame, text: str) -> _Activation:
        definitions = self.flow.definitions(text)
        values = raw.locals or {}
        if UNCHANGED in values.values() or not values:
            resumable = [
                activation
                for activation in self._known.values()
                if activation.suspended
                and activation.definition in definitions
                and activation.locals.keys() == values.keys()
            ]
            if resumable:
                return resumable[-1]
        depth = self._running[-1].depth + 1 if self._running else 0
        return _Activation(len(self._known), depth, self._definition(definitions, values))

    def _definition(self, definitions: list[int], arguments: Mapping[str, str]) -> int | None:
        if len(definitions) < 2 or not arguments:
            return definitions[0] if definitions else None
        instance = next(iter(arguments.values())).partition("(")[0]
        caller = self._running[-1] if self._running else None
        calls_super = caller is not None and caller.line and "super()" in self.flow.text(caller.line)
        method = self.flow.method(definitions, instance, caller.definition if calls_super else None)
        return method or definitions[0]

    def _owner(self, raw: RawFrame, text: str) -> _Activation:
        running = self._running
        if raw.event == "exception" and len(running) > 1 and running[-1].event == "exception":
            running = running[:-1]  # it has left the activation in which it was last seen
        # A generator that delegates goes on without a call frame when what it delegated to has ended.
        waiting = [activation for activation in self._known.values() if activation not in running]
        waiting = [activation for activation in waiting if self.flow.is_generator(activation.definition)]
        for activation in [*reversed(running), *reversed(waiting)]:
            if self._numbers(activation, text):
                return activation
        return running[-1] if running else _Activation(len(self._known), 0, None)

    def _numbers(self, activation: _Activation, text: str) -> list[int]:
        return [
            number for number in self.flow.lines(text) if self.flow.belongs(number, activation.definition)
        ]

    def _line(self, activation: _Activation, raw: RawFrame, numbers: list[int]) -> int | None:
        if raw.event in ("return", "exception") and activation.line in numbers:
            return activation.line  # the line that was about to run is the one that left
        if activation.event == "exception":
            possible = self.flow.caught(activation.line)
        elif activation.event == "call" and activation.line == activation.definition:
            possible = self.flow.start(activation.definition)
        else:
            possible = self.flow.after(activation.line)
        last = activation.line or 0
        return min(numbers, key=lambda number: (number not in possible, number <= last, number), default=None)

    def _resolve(self, activation: _Activation, raw: RawFrame) -> dict[str, str]:
        if raw.locals is None:
            return dict(activation.locals)
        values = {}
        for name, value in raw.locals.items():
            if value == UNCHANGED:
                if name not in activation.locals:
                    raise FormatError(f"“{name}” is said to be unchanged, but it had no value before")
                value = activation.locals[name]
            values[name] = value
        return values

    def _assigned(self, activation: _Activation, raw: RawFrame, line: int | None) -> tuple[str, ...]:
        """The names that the activation's last line set, if it came to that."""
        node = self.flow.node(activation.line)
        if node is None or activation.event != "line" or raw.event == "exception":
            return ()
        if raw.event == "return" and line == activation.line and not isinstance(node, ast.Return):
            return ()  # it yields: what it assigns comes when it goes on
        if isinstance(node, ast.For | ast.AsyncFor | ast.match_case):
            entered = line is not None and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0)
            return targets(node) if entered else ()
        return targets(node)
