"""The panels of a scene as HTML: the stepper's own, without what can be clicked there.

Whatever a program or a model produced goes through `highlight`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from cwm_demo.predict.prediction import Prediction
from cwm_demo.render import highlight, panels
from cwm_demo.render.effect import before, differing
from cwm_demo.render.marks import Mark, sign
from cwm_demo.render.panels import hanging, panel
from cwm_demo.render.verdict import answer_chip, headline
from cwm_demo.rollout.step import Answer
from cwm_demo.trace.frame import START_OF_TRACE, Frame

if TYPE_CHECKING:
    from cwm_demo.ui.home.demonstration import Shown

OWN = "World model, on its own"


def panels_of(shown: Shown) -> Iterable[str]:
    """Step by step: both models, Python and the verdict. On its own: the model's whole run and Python's."""
    if shown.scene.mode == "replay":
        again = any(
            each.current and shown.step.current and each.current.line == shown.step.current.line
            for each in shown.rollout.steps[: shown.step.index]
        )
        return (
            _program(shown, shown.marks),
            panels.text_model(shown.rollout, shown.step, again, shown.asked.text),
            panels.world_model(shown.rollout, shown.step, shown.mark, shown.asked.world),
            _python(shown),
            _verdict(shown),
        )
    return _program(shown, ()), _own_run(shown), _python_run(shown), _judgement(shown)


def _program(shown: Shown, all_marks: tuple[Mark, ...]) -> str:
    """The program that Python runs; on its own no line is the current one."""
    rollout, bug = shown.rollout, shown.setting.bug
    step = shown.step if all_marks else None
    current = panels.current_line(rollout, step)
    visited = panels.last_marks(rollout, all_marks, step)
    meant = rollout.intended.source.split("\n")
    html = []
    for number, text in enumerate(highlight.lines(rollout.truth.source.rstrip("\n")), 1):
        text = text.split('<span class="c1"># &lt;&lt; START_OF_TRACE')[0]
        here = bug is not None and number == bug.line
        title = ' title="the bug is here"' * here
        dot = f'<span class="cwm-dot"{title}>{"●" * here}</span>'
        now = ' cwm-now" aria-current="step"' if number == current else '"'
        html.append(
            f'<li class="cwm-line{now}>{sign(visited.get(number))}<span class="cwm-no">{number}</span>'
            f"{dot}{hanging(text)}</li>"
        )
        if here:
            line = meant[number - 1]
            indent = " " * (len(line) - len(line.lstrip()))
            as_meant = f"{indent}<em>as meant</em> {highlight.code(line.strip())}"
            html.append(f'<li class="cwm-meant"><i></i><i></i><i></i>{hanging(as_meant)}</li>')
    title = "The program with the bug" if bug else "The program as meant"
    return panel("program", title, "", f'<ol class="cwm-code">{"".join(html)}</ol>')


# --- step by step ---


def _python(shown: Shown) -> str:
    step = shown.step
    if step.actual is None:
        return panel("python", "Python", "", '<p class="cwm-wait">The run had already come to its end.</p>')
    wrong = differing(step.prediction.frame, step.actual) if step.prediction else frozenset()
    body = panels.outcome(step.actual, before(step), wrong)
    return panel("python", f"Python {panels.heading(step, 'ran')}", "", body)


def _verdict(shown: Shown) -> str:
    """The step's mark, the answer's chip, and the marks of all steps."""
    mark, rollout = shown.mark, shown.rollout
    at_end = shown.step.index == len(rollout.steps) - 1
    chip = answer_chip("Answer", rollout.answer if at_end else None, "no check for this call")
    body = (
        f'<p class="cwm-headline">{sign(mark)} <b>{headline(shown.step, mark)}</b></p>'
        f'<div class="cwm-answers">{chip}</div>'
        f"{_row(shown.marks, shown.step.index)}"
    )
    return panel("verdict", "Verdict", "", body, f"cwm-edge-{mark.kind}")


def _row(all_marks: Sequence[Mark], current: int) -> str:
    here = ' aria-current="step"'
    items = "".join(
        f'<li class="cwm-mark cwm-{mark.kind}" title="step {i + 1}: {mark.words}"'
        f"{here * (i == current)}>{mark.symbol}</li>"
        for i, mark in enumerate(all_marks)
    )
    return f'<ol class="cwm-scene-marks" aria-label="verdicts of all steps">{items}</ol>'


# --- on its own ---


def _own_run(shown: Shown) -> str:
    given = "Given: the program with the bug, nothing else. Every value is its own. It ran nothing."
    predictions = shown.asked.predictions
    if predictions is None:
        status = highlight.plain(shown.asked.world)
        return panel("world", OWN, given, f'<p class="cwm-wait">{status}</p>', "cwm-own")
    signs = map(sign, shown.marks) if not shown.scene.covered else repeat("")
    rows = [_frame(said.frame, mark) for said, mark in zip(predictions, signs) if said.frame]
    body = f'<ol class="cwm-run">{"".join(rows)}</ol>{_end(predictions[-1]) if predictions else ""}'
    return panel("world", OWN, given, body, "cwm-own")


def _end(last: Prediction) -> str:
    if last.ended:
        return ""
    return (
        f'<p class="cwm-quiet">Here it stops: {highlight.plain(last.problem or "no more was written")}.</p>'
    )


def _python_run(shown: Shown) -> str:
    if shown.scene.covered:
        body = '<p class="cwm-not-run">covered</p>'
        return panel("python", "Python", "Nothing of its run is used here.", body, "cwm-covered")
    rows = "".join(map(_frame, shown.rollout.truth.frames))
    return panel("python", "Python ran it", "These are the real values.", f'<ol class="cwm-run">{rows}</ol>')


def _frame(frame: Frame, mark: str = "") -> str:
    """What changed, and where the run stands then, in a line."""
    changed = ", ".join(
        f"<code>{highlight.plain(name)} = {highlight.code(value)}</code>"
        for name, value in frame.delta.items()
    )
    if frame.event in ("return", "exception"):
        word = "returns" if frame.event == "return" else "raises"
        there = f"<b>{word} <code>{highlight.code(frame.value or 'None')}</code></b>"
    elif frame.event == "call":
        there = f"<small>calls {highlight.plain(frame.function)}</small>"
    else:
        line = highlight.plain(frame.source.strip().removesuffix(START_OF_TRACE).strip())
        there = f"<small>then {f'line {frame.line}' if frame.line else f'<code>{line}</code>'}</small>"
    return f"<li>{mark}{changed} {there}</li>"


JUDGED: dict[Answer, tuple[str, str]] = {
    "wrong": ("cwm-answer-wrong", "Candidate rejected"),
    "right": ("cwm-answer-right", "Candidate passed"),
    "unknown": ("cwm-answer-unknown", "No judgement"),
}


def _judgement(shown: Shown) -> str:
    """The model's own result against the check, and Python's once it was run."""
    rollout, case = shown.rollout, shown.setting.case
    check = case.raises or case.returns or ""
    if shown.asked.predictions is None:
        title = "…"
    else:
        title = JUDGED[rollout.imagined_answer][1]
        title += ", without a run" if rollout.imagined_answer != "unknown" else ""
    said = f" <code>{highlight.code(rollout.imagined)}</code>" if rollout.imagined is not None else ""
    own = rollout.imagined_answer if shown.asked.predictions is not None else None
    real = None if shown.scene.covered else rollout.answer
    returned = rollout.truth.raised or rollout.truth.returned
    value = f" <code>{highlight.code(returned)}</code>" if real and returned else ""
    chips = answer_chip(f"The model’s own answer{said}", own, "its run came to no end")
    chips += answer_chip(f"Python’s answer{value}", real, "no check for this call")
    body = (
        f'<p class="cwm-headline"><b>{title}</b></p>'
        f'<p class="cwm-why">The program’s check wants <code>{highlight.code(check)}</code>.</p>'
        f'<div class="cwm-answers">{chips}</div>'
    )
    return panel("verdict", "Verdict on the candidate", "", body)
