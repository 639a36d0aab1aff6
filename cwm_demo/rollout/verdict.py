"""Verdicts on a predicted frame, and judgements about a bug. Both rules are the project's own.

A verdict holds a prediction against the run. A judgement says what that means when the world model was
shown the intended program while another one, with a bug, was running (`docs/design.md`, question B).
"""

from __future__ import annotations

from cwm_demo.predict.prediction import Prediction
from cwm_demo.rollout.step import Judgement, Verdict
from cwm_demo.trace.frame import Frame, Trace


def same_action(one: Frame, other: Frame) -> bool:
    """Event and line agree. Lines are compared by text: a predicted line has no number of its own."""
    return one.event == other.event and one.source.rstrip("\n") == other.source.rstrip("\n")


def same_state(one: Frame, other: Frame) -> bool:
    """All locals, what was printed, and the value returned or raised agree."""
    return dict(one.locals) == dict(other.locals) and one.value == other.value and one.stdout == other.stdout


def verdict(prediction: Prediction, expected: Frame | None) -> Verdict:
    """The first that applies: unreadable, one of the two ends here, another line, another state, a match.

    `expected` is the run's frame with its line as the model was shown it, None where the run has ended.
    """
    if prediction.frame is None and not prediction.ended:
        return "invalid"
    if prediction.frame is None or expected is None:
        return "match" if prediction.frame is None and expected is None else "end"
    if not same_action(prediction.frame, expected):
        return "line"
    return "match" if same_state(prediction.frame, expected) else "state"


def parting(intended: Trace, candidate: Trace) -> int | None:
    """Index of the first frame in which the two runs differ, None when they don't.

    Lines are compared by number: a mutation keeps the number of lines, and its own line's text differs
    anyway. Where one run was stopped at a limit, what it would have done next is not known, so that its
    end is not a difference.
    """
    for index, (one, other) in enumerate(zip(intended.frames, candidate.frames)):
        if (one.event, one.line) != (other.event, other.line) or not same_state(one, other):
            return index
    if len(intended.frames) == len(candidate.frames):
        return None
    shorter = min(intended, candidate, key=lambda trace: len(trace.frames))
    return len(shorter.frames) if shorter.complete else None


def judgement(
    index: int,
    parting: int | None,
    prediction: Prediction,
    meant: Frame | None,
    happened: Frame | None,
) -> Judgement | None:
    """What a prediction from the intended program says about the candidate's run, None for a clean step.

    `meant` is frame `index` of the intended run and `happened` that of the candidate's, both with the
    lines of the intended program; None where that run has ended.
    """
    if parting is not None and index > parting:
        return "after"
    as_happened = verdict(prediction, happened) == "match"
    if parting is None or index < parting:
        return None if as_happened else "slip"
    as_meant = verdict(prediction, meant) == "match"
    if as_meant == as_happened:
        return "unclear"
    return "caught" if as_meant else "missed"
