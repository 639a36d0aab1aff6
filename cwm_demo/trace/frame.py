"""The one record that every room speaks: a frame of a trace, real or predicted.

The rules that say when a frame is written and what stands in it are in `docs/trace-format.md`;
this module holds the data and its JSON form and knows nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Event = Literal["call", "line", "return", "exception"]
EVENTS: tuple[Event, ...] = ("call", "line", "return", "exception")

# Why a run was stopped. "syntax" and "input" mean that it never began, or read what was not there.
Reason = Literal["events", "cpu", "wall", "memory", "output", "exit", "killed", "syntax", "input"]
REASONS: tuple[Reason, ...] = (
    "events",
    "cpu",
    "wall",
    "memory",
    "output",
    "exit",
    "killed",
    "syntax",
    "input",
)

# Ends the source line whose outermost call starts the trace (CWM's prompting guide).
START_OF_TRACE = "# << START_OF_TRACE"


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of a trace.

    `locals` is complete and resolved (never `".."`), name to `repr` text, in order of definition;
    `delta` holds the names that are new or changed since the last frame of the same activation,
    `assigned` those that were set again to an equal value, `deleted` those that are gone. What a line
    did is therefore seen in the *next* frame of its activation.
    """

    event: Event
    line: int | None  # 1-based line in the source; None where a predicted line is no line of it
    source: str  # the source line as written, indentation and trailing newline included
    function: str  # name of the running function, "<module>" at top level
    depth: int  # 0 for the entry
    activation: int  # which running call, numbered in the order in which they began, from 0
    locals: Mapping[str, str] = field(default_factory=dict)
    delta: Mapping[str, str] = field(default_factory=dict)
    assigned: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    value: str | None = None  # what is returned (repr), or raised ("ValueError: message")
    stdout: str = ""  # what was printed since the last frame of this activation, as text

    def to_json(self) -> dict[str, Any]:
        return {
            "event": self.event,
            "line": self.line,
            "source": self.source,
            "function": self.function,
            "depth": self.depth,
            "activation": self.activation,
            "locals": dict(self.locals),
            "delta": dict(self.delta),
            "assigned": list(self.assigned),
            "deleted": list(self.deleted),
            "value": self.value,
            "stdout": self.stdout,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Frame:
        """The frame of a `to_json` record. Raises KeyError or ValueError when it is not one."""
        if data["event"] not in EVENTS:
            raise ValueError(f"unknown event {data['event']!r}")
        return cls(
            event=data["event"],
            line=data["line"],
            source=data["source"],
            function=data["function"],
            depth=data["depth"],
            activation=data["activation"],
            locals=dict(data["locals"]),
            delta=dict(data["delta"]),
            assigned=tuple(data["assigned"]),
            deleted=tuple(data["deleted"]),
            value=data["value"],
            stdout=data["stdout"],
        )


class Unfrozen:
    """A `Frame` while it is written: takes its fields at a fraction of the cost, then becomes one.

    frame = Unfrozen()
    frame.event = "line"        # and all other fields
    frame.__class__ = Frame     # the same slots, so the same object
    """

    __slots__ = tuple(Frame.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run did not come to its own end."""

    reason: Reason
    message: str  # one sentence for the learner: what happened, and what can be done
    line: int | None = None  # of a syntax error, 1-based
    column: int | None = None  # of a syntax error, 1-based

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"reason": self.reason, "message": self.message}
        if self.line is not None:
            data |= {"line": self.line, "column": self.column}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stop:
        return cls(data["reason"], data["message"], data.get("line"), data.get("column"))


@dataclass(frozen=True, slots=True)
class Trace:
    """What one run did: its frames, and how it ended.

    `source` is SOURCE of the trace format: the program and its marked call, nothing else.
    `returned` is what the marked call gave back (`"None"` if nothing), and None where nothing was
    returned: the run raised, was stopped, or has no call (a module program).
    """

    source: str
    frames: tuple[Frame, ...] = ()
    returned: str | None = None
    raised: str | None = None
    stdout: str = ""
    stopped: Stop | None = None

    @property
    def complete(self) -> bool:
        return self.stopped is None

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "frames": [frame.to_json() for frame in self.frames],
            "returned": self.returned,
            "raised": self.raised,
            "stdout": self.stdout,
            "stopped": self.stopped.to_json() if self.stopped else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Trace:
        return cls(
            source=data["source"],
            frames=tuple(Frame.from_json(frame) for frame in data["frames"]),
            returned=data["returned"],
            raised=data["raised"],
            stdout=data["stdout"],
            stopped=Stop.from_json(data["stopped"]) if data["stopped"] else None,
        )
