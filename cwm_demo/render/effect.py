"""What a frame says happened, as rows for the screen: changed, set again, not touched, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cwm_demo.rollout.step import Step
from cwm_demo.trace.frame import Frame

Kind = Literal["new", "changed", "same", "deleted", "untouched"]


@dataclass(frozen=True, slots=True)
class Row:
    kind: Kind
    name: str
    old: str | None
    new: str | None


def before(step: Step) -> Frame | None:
    """The frame that holds the old values: the line whose effect is shown, or the one that is running."""
    if step.credited is not None:
        return step.credited
    return step.current if step.current is not None and step.current.event in ("line", "call") else None


def rows(frame: Frame, before: Frame | None) -> list[Row]:
    """A row for every variable, what changed first; a call's arguments are all new."""
    old = {} if frame.event == "call" or before is None else before.locals
    found = []
    for name, value in frame.locals.items():
        if frame.event == "call" or name in frame.delta:
            same = old.get(name) == value
            kind: Kind = "same" if same else "changed" if name in old else "new"
            found.append(Row(kind, name, None if same else old.get(name), value))
        elif name in frame.assigned:
            found.append(Row("same", name, None, value))
        else:
            found.append(Row("untouched", name, None, value))
    found += [Row("deleted", name, old.get(name), None) for name in frame.deleted]
    return sorted(found, key=lambda row: row.kind == "untouched")


def differing(one: Frame | None, other: Frame | None) -> frozenset[str]:
    """Names whose values differ between the two frames, one being a prediction of the other.

    None where they are of two functions: then the line already says what is wrong, and the names are others.
    """
    if one is None or other is None or (one.event, one.function) != (other.event, other.function):
        return frozenset()
    names = {*one.locals, *other.locals}
    return frozenset(name for name in names if one.locals.get(name) != other.locals.get(name))
