"""The answer chip: a result against the program's checks. A green step is not a right program."""

from __future__ import annotations

from cwm_demo.programs.program import Case
from cwm_demo.rollout.step import Answer
from cwm_demo.trace.frame import Trace


def answer(case: Case | None, truth: Trace) -> Answer:
    """What the run gave against the case's check; a run that was stopped gave no right answer."""
    if case is None or (case.returns is None and case.raises is None and case.prints is None):
        return "unknown"
    if truth.stopped:
        return "wrong"
    held = (
        (case.returns is None or case.returns == truth.returned)
        and case.raises == truth.raised
        and (case.prints is None or case.prints == truth.stdout)
    )
    return "right" if held else "wrong"


def answer_to(case: Case | None, final: str | None) -> Answer:
    """The same for a final value alone, as a model imagines it: what it returns or raises."""
    expected = (case.raises or case.returns) if case else None
    if final is None or expected is None:
        return "unknown"
    return "right" if final == expected else "wrong"
