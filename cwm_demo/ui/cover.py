"""Python's panel covered: the model goes first, on its own, and its result judges the candidate.

What it imagines as the final result is held against the program's check. That rejects or passes the
candidate before anybody looks at what Python did; the opened panel then says whether that was right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.programs.program import Case
from cwm_demo.render import highlight
from cwm_demo.render.panels import panel
from cwm_demo.render.verdict import answer_chip
from cwm_demo.rollout.rollout import rollout as join
from cwm_demo.rollout.step import Rollout, Step
from cwm_demo.trace.frame import Trace
from cwm_demo.ui import state
from cwm_demo.ui.url import Cover

WORDS = {"right": "Candidate passed", "wrong": "Candidate rejected", "unknown": "No judgement"}
SIGNS = {"right": "=", "wrong": "≠", "unknown": "…"}


def covered(
    rollout: Rollout,
    case: Case,
    predictions: Sequence[Prediction] | None,
    guesses: Mapping[int, LineGuess] | None,
) -> Rollout:
    """A rollout as it looks while Python's panel is covered: the model's own frames in the run's place.

    What it wrote last, if that is neither a frame nor an end, is a step as well.
    """
    frames = tuple(prediction.frame for prediction in predictions or () if prediction.frame)
    own = join(
        Trace(rollout.intended.source, frames),
        Trace(rollout.truth.source, frames),
        case,
        mode="imagine",
        read=rollout.read,
        predictions=predictions,
        guesses=guesses,
    )
    last = predictions[-1] if predictions else None
    if last is None or last.frame or last.ended:
        return own
    current = frames[-1] if frames else None
    guess = guesses.get(current.line) if guesses and current and current.line else None
    step = Step(len(frames), current, None, None, last, None, None, guess)
    return replace(own, steps=(*own.steps, step))


def go(cover: Cover) -> None:
    """Covers Python's panel or opens it. The model then runs on its own, and reads what really runs."""
    if cover == "on":
        read = "candidate" if state.place().bug else state.place().read
        state.go(cover=cover, mode="imagine", read=read, step=0)
    else:
        state.go(cover=cover)


def covered_verdict(rollout: Rollout, case: Case, status: str) -> str:
    """The verdict panel while Python is covered: what the model's result says of the candidate."""
    if not rollout.steps:
        return panel("verdict", "Verdict", "", f'<p class="cwm-wait">{highlight.plain(status)}</p>')
    answer = rollout.imagined_answer
    body = (
        f'<p class="cwm-headline"><span class="cwm-answer cwm-answer-{answer}">{SIGNS[answer]}</span> '
        f'<b>{headline(rollout)}</b></p><p class="cwm-why">{_reason(rollout, case)}</p>'
        f'<div class="cwm-answers">{answer_chip("Python’s answer", None, "")}</div>'
    )
    return panel("verdict", "Verdict on the candidate", "", body)


def headline(rollout: Rollout) -> str:
    """A few words, also for the bar at the bottom of a phone."""
    return f"{WORDS[rollout.imagined_answer]}, before Python is opened"


def _reason(rollout: Rollout, case: Case) -> str:
    if rollout.imagined is None:
        last = rollout.steps[-1].prediction
        why = f": {highlight.plain(last.problem)}" if last and last.problem else ""
        return f"The world model’s run came to no end{why}. There is no result to hold against the check."
    said = f"The world model’s own run ends with <code>{highlight.code(rollout.imagined)}</code>."
    check = case.raises or case.returns
    if check is None:
        return f"{said} This call has no check: choose one of the program’s own calls."
    return f"{said} The program’s check wants <code>{highlight.code(check)}</code>."


def opened(rollout: Rollout) -> str:
    """After Python's panel was opened: whether the judgement was right. HTML."""
    judged, real = rollout.imagined_answer, rollout.answer
    if judged == "unknown":
        words = "Before Python was opened the model’s run gave no judgement."
    elif real == "unknown":
        words = f"{WORDS[judged]} before Python was opened; its run gives nothing to compare with."
    else:
        held = "the check fails" if real == "wrong" else "the check holds"
        right = "Rightly" if judged == real else "Wrongly"
        words = f"{WORDS[judged]} before Python was opened. <b>{right}</b>: in Python’s run {held}."
    return f'<p class="cwm-opened">{words}</p>'
