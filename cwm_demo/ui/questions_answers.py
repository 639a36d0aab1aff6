"""What the two models and Python answer to one of the four questions, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from cwm_demo.course.direct import Form, direct, faithful
from cwm_demo.course.questions import Question, Reading, check, model_says, model_says_corrected
from cwm_demo.course.quiz import Verdict
from cwm_demo.predict.client import ModelName
from cwm_demo.predict.prediction import Prediction
from cwm_demo.programs.program import marked
from cwm_demo.render import highlight
from cwm_demo.trace.frame import Trace
from cwm_demo.ui import models, work
from cwm_demo.ui.experiment import trace, visitor
from cwm_demo.ui.quiz import KINDS, SIGNS

SPARE_STEPS = 20  # how many more than the real run the world model may imagine
MOST_STEPS = 100
SHOWN_STEPS = 60
POLL_S = 0.7
WORDS = {"right": "Right.", "wrong": "Wrong.", "unusable": "No answer."}


@dataclass(frozen=True, slots=True)
class _Asked:
    form: Form | None  # how the text model was asked; None: it was asked for the line alone
    text: Future
    world: Future
    corrected: Future | None  # the run step by step; None where it did not come to an end

    @property
    def futures(self) -> list[Future]:
        return [self.text, self.world, *filter(None, [self.corrected])]


def answers(question: Question, run: Trace, truth: Reading) -> None:
    """The three answers; looks again until the models have given theirs."""
    asked = _ask(question, run, truth)
    if not _settled(asked):
        _wait(question, run, truth)
        return
    st.html(_cards(question, run, truth, asked))
    if any(map(models.given_up, asked.futures)):
        work.ask_again("ex_models", lambda: st.session_state.pop("ex_asked_about"))


@st.fragment(run_every=POLL_S)
def _wait(question: Question, run: Trace, truth: Reading) -> None:
    asked = st.session_state.ex_asked
    st.html(_cards(question, run, truth, asked))
    if _settled(asked):
        st.rerun()
    work.waiting("ex_models", "", _stop, *asked.futures)


def _stop() -> None:
    asked = st.session_state.ex_asked
    corrected = models.give_up(asked.corrected) if asked.corrected else None
    st.session_state.ex_asked = replace(
        asked, text=models.give_up(asked.text), world=models.give_up(asked.world), corrected=corrected
    )


def _ask(question: Question, run: Trace, truth: Reading) -> _Asked:
    """The session keeps what was asked: a question that failed is not asked again with every look."""
    source = marked(question.code, question.call)
    about = (source, question.kind, question.line, question.name)
    if st.session_state.get("ex_asked_about") != about:
        form = direct(question)
        if form and not faithful(form, truth, lambda text: trace(text, None, trusted=False)):
            form = None
        client = models.client()
        whose = visitor()
        if form:
            text = client.answer(form.code, form.call, visitor=whose)
        else:
            text = client.lines(question.code, visitor=whose)
        world = client.imagine(source, min(len(run.frames) + SPARE_STEPS, MOST_STEPS), visitor=whose)
        corrected = None
        if run.complete and run.frames:
            corrected = client.replay(source, run.frames, True, visitor=whose)
        now = _Asked(form, text, world, corrected)
        if before := st.session_state.get("ex_asked"):
            for future in set(before.futures) - set(now.futures):  # who goes on waits for these no longer
                client.release(future, whose)
        st.session_state.ex_asked = now
        st.session_state.ex_asked_about = about
    return st.session_state.ex_asked


def _settled(asked: _Asked) -> bool:
    worlds = [asked.world, *filter(None, [asked.corrected])]
    return _done("text", asked.text) and all(_done("world", future) for future in worlds)


def _done(model: ModelName, future: Future) -> bool:
    return future.done() or models.client().status(model).state in ("missing", "broken")


def _cards(question: Question, run: Trace, truth: Reading, asked: _Asked) -> str:
    return (
        f'<div class="cwm-ex-answers">{_text_card(question, truth, asked)}'
        f"{_world_card(question, run, truth, asked)}{_python_card(question, run, truth)}</div>"
    )


def _card(kind: str, title: str, given: str, body: str) -> str:
    return f'<section class="cwm-ex-{kind}"><h3>{title}</h3><p class="cwm-given">{given}</p>{body}</section>'


def _text_card(question: Question, truth: Reading, asked: _Asked) -> str:
    title, given = "Text model", "asked for the answer at once, without steps"
    if (waiting := _waiting("text", asked.text)) is not None:
        return _card("text", title, given, waiting)
    if asked.form is None:
        return _card(
            "text", title, "this question can’t be put to it", _next_line(question, asked.text.result())
        )
    answer = asked.text.result()
    if answer.problem:
        reading = Reading(None, f"It gives no value: {answer.problem}.")
    else:
        reading = asked.form.read(answer.text)
    shown = f"{asked.form.code.rstrip()}\n\nassert {asked.form.call} == "
    sure = f"{answer.probability:.0%}" if answer.probability is not None else "unknown"
    how = (
        "<details><summary>How it was asked</summary><p>It goes on with this text. Its training had such "
        f'lines below programs. Its own confidence: {sure}.</p><pre class="cwm-raw">{highlight.plain(shown)}'
        f"<b>{highlight.plain(answer.text)}</b></pre></details>"
    )
    return _card("text", title, given, _answer(question, reading, truth) + how)


def _next_line(question: Question, guesses: dict[int, Any]) -> str:
    """What the text model can say where the question has no direct form."""
    number = question.line if question.line in guesses else max(guesses, default=0)
    if not number:
        return "<p>It has no answer.</p>"
    guess = guesses[number]
    return (
        "<p>It predicts source, and this question could not be turned into one about a returned value. Given "
        f"the lines above, it would write line {number} as</p>"
        f'<p class="cwm-ex-value"><code>{highlight.code(guess.line)}</code></p>'
        f'<p class="cwm-given">its own confidence: {guess.probability:.0%}</p>'
    )


def _world_card(question: Question, run: Trace, truth: Reading, asked: _Asked) -> str:
    title, given = "World model", "imagines the whole run, then reads the answer from it"
    if (waiting := _waiting("world", asked.world)) is not None:
        return _card("world", title, given, waiting)
    predictions = asked.world.result()
    body = _answer(question, model_says(question, predictions), truth)
    return _card("world", title, given, body + _steps(predictions) + _corrected(question, run, truth, asked))


def _corrected(question: Question, run: Trace, truth: Reading, asked: _Asked) -> str:
    """What the same model says when every step before is set right: an easier question."""
    if asked.corrected is None or not asked.corrected.done() or asked.corrected.exception():
        return ""
    reading = model_says_corrected(question, run, asked.corrected.result())
    if reading is None:
        return ""
    lead = '<p class="cwm-given cwm-ex-easier">and when each step before is set right for it</p>'
    return lead + _answer(question, reading, truth)


def _python_card(question: Question, run: Trace, truth: Reading) -> str:
    body = _value(question, truth) + (f"<p>{highlight.plain(truth.note)}</p>" if truth.note else "")
    return _card("python", "Python", f"ran it, {len(run.frames):,} steps", body)


def _answer(question: Question, reading: Reading, truth: Reading) -> str:
    if reading.value is None:
        verdict = Verdict("unusable", reading.note)
    elif truth.value is None:
        verdict = Verdict("unusable", f"Python gives no answer to hold this against. {reading.note}")
    else:
        # No text is an answer here: a program may print nothing.
        given = reading.value if reading.value.strip() else "(nothing)"
        verdict = Verdict(check(question, given, truth).state, reading.note)
        if verdict.state == "unusable":  # what it wrote is no value
            verdict = Verdict("wrong", reading.note)
    return _value(question, reading) + verdict_html(verdict, "")


def _value(question: Question, reading: Reading) -> str:
    if reading.value is None:
        return '<p class="cwm-ex-value cwm-quiet">no answer</p>'
    if question.kind in ("ends", "filled"):
        return f'<p class="cwm-ex-value">{reading.value.capitalize()}</p>'
    if question.kind == "printed":
        text = reading.value.rstrip("\n")
        return f'<pre class="cwm-ex-value">{highlight.plain(text) or "(nothing)"}</pre>'
    return f'<p class="cwm-ex-value"><code>{highlight.code(reading.value)}</code></p>'


def _waiting(model: ModelName, future: Future) -> str | None:
    """What stands in place of an answer that is not there; None when it is."""
    if future.done() and not future.exception():
        return None
    words = highlight.plain(models.why_missing(future, model))
    return f'<p class="cwm-ex-waiting" role="status">{words}</p>'


def _steps(predictions: Sequence[Prediction]) -> str:
    """The trace that was imagined, folded away."""
    rows = []
    for number, prediction in enumerate(predictions[:SHOWN_STEPS], 1):
        frame = prediction.frame
        if frame is None:
            words = "the end of the run" if prediction.ended else highlight.plain(prediction.problem or "")
            rows.append(f"<tr><td>{number}</td><td colspan=2>{words}</td></tr>")
            continue
        state = ", ".join(f"{name} = {value}" for name, value in frame.locals.items())
        state += f" ⇒ {frame.value}" if frame.value is not None else ""
        rows.append(
            f"<tr><td>{number}</td><td><code>{highlight.code(frame.source.strip())}</code></td>"
            f"<td><code>{highlight.plain(state)}</code></td></tr>"
        )
    more = len(predictions) - SHOWN_STEPS
    rest = f"<p>… and {more} more steps.</p>" if more > 0 else ""
    return (
        "<details><summary>The run that it imagined</summary><table><tr><th>step</th><th>line</th>"
        f"<th>values before it</th></tr>{''.join(rows)}</table>{rest}</details>"
    )


def verdict_html(verdict: Verdict, about: str) -> str:
    """A verdict with its sign, its word and its colour."""
    lead = f"{about}: " if about else ""
    word = SIGNS[verdict.state][1] if about == "Your answer" else WORDS[verdict.state]
    return (
        f'<p class="cwm-quiz-verdict cwm-{KINDS[verdict.state]}" role="status"><span class="cwm-mark">'
        f"{SIGNS[verdict.state][0]}</span> {lead}<b>{word}</b> {highlight.plain(verdict.message)}</p>"
    )
