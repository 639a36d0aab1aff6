"""Breakpoints: lines at which a visitor wants the run to halt, and the steps at which it does."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cwm_demo.render.panels import call_line
from cwm_demo.rollout.step import Rollout
from cwm_demo.ui import state


def halts(rollout: Rollout, stops: Collection[int]) -> tuple[int, ...]:
    """Indices of the steps before which a line with a breakpoint is about to run."""
    found = [
        step.index
        for step in rollout.steps
        if step.current and step.current.event == "line" and step.current.line in stops
    ]
    at_the_call = rollout.steps and call_line(rollout) in stops
    return tuple([0, *found] if at_the_call else found)


def next_halt(steps: Sequence[int], after: int) -> int | None:
    """The next step to halt at; from the last one it starts again at the first."""
    return next((index for index in steps if index > after), steps[0] if steps else None)


def toggle(line: int) -> None:
    """Sets the breakpoint on a line, or takes it away."""
    stops = set(state.place().stops) ^ {line}
    state.go(stops=tuple(sorted(stops)))
