"""Asks the models without waiting: what has arrived is shown, the page looks again for the rest.

The models live in a process of their own (`predict/client.py`), one for all visitors. A visitor waits for one
experiment at a time: who goes on to another lets go of the last one, and `stop` lets go of this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cwm_demo.predict.client import ModelClient, ModelError, ModelName
from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Mode, Read, Rollout
from cwm_demo.ui.experiment import Experiment, visitor

SPARE_FRAMES = 20  # how many more than the longer real run the model may imagine
AT_WORK = "The model is at work on this program."
STOPPED = "Stopped before it had finished."


class GivenUp(ModelError):
    """A question that its visitor has stopped."""


@dataclass(frozen=True, slots=True)
class Asked:
    predictions: Sequence[Prediction] | None
    guesses: Mapping[int, LineGuess] | None
    complete: bool  # nothing more will come
    world: str  # why the world model's answer is missing; empty when it isn't
    text: str  # the same of the text model
    so_far: Sequence[Prediction] | None = None  # `predictions`, or the first of them while more will come
    stopped: bool = False  # by the visitor


@st.cache_resource(show_spinner=False)
def client() -> ModelClient:
    return ModelClient()


def ask(setting: Experiment, mode: Mode, read: Read, of: ModelClient | None = None) -> Asked:
    """What both models have said so far about an experiment; asks them when this visitor hasn't yet.

    `of` are other models than the app's own.
    """
    of = of or client()
    if not setting.truth.frames:
        return Asked(None, None, True, "", "")
    world, text = _questions(setting, mode, read, of)
    stopped = st.session_state.get("asked_stopped", False)
    predictions = _result(world)
    return Asked(
        predictions,
        _result(text),
        stopped or (_settled(of, "world", world) and _settled(of, "text", text)),
        _sentence(of, "world", world, stopped),
        _sentence(of, "text", text, stopped),
        predictions if predictions is not None else getattr(world, "so_far", None) or None,
        stopped,
    )


def joined(setting: Experiment, asked: Asked, mode: Mode, read: Read, as_they_come: bool = False) -> Rollout:
    """The experiment with what the models have said of it, in steps with verdicts; `as_they_come`: also when
    more will come."""
    return rollout(
        setting.intended,
        setting.truth,
        setting.case,
        mode=mode,
        read=read,
        predictions=asked.so_far if as_they_come else asked.predictions,
        guesses=asked.guesses,
    )


def ask_ahead(setting: Experiment, mode: Mode, read: Read) -> None:
    """Puts the questions that will come, for whoever comes to them first; who does, asks for themselves."""
    if setting.truth.frames:
        _put(setting, mode, read, client(), "")
    st.session_state.pop("asked_about", None)


def stop() -> None:
    """This visitor waits no longer; what has come stays."""
    _let_go()
    st.session_state.asked_stopped = True


def ask_again() -> None:
    st.session_state.pop("asked_about", None)


def give_up(question: Future) -> Future:
    """This visitor waits for it no longer, whoever else does: what is to stand in its place, and says so."""
    if question.done():
        return question
    client().release(question, visitor())
    given_up: Future = Future()
    given_up.set_exception(GivenUp(STOPPED))
    return given_up


def given_up(question: Future) -> bool:
    return question.done() and isinstance(question.exception(), GivenUp)


def why_missing(question: Future, model: ModelName, of: ModelClient | None = None) -> str:
    """A sentence on why there is no answer, or not yet; empty when there is one."""
    if question.done():
        return str(question.exception() or "")
    so_far = len(getattr(question, "so_far", ()))
    working = f"{AT_WORK[:-1]}: {so_far} step{'s' * (so_far > 1)} so far." if so_far else AT_WORK
    return (of or client()).status(model).sentence or working


def _questions(setting: Experiment, mode: Mode, read: Read, of: ModelClient) -> tuple[Future, Future]:
    """The open or answered questions about an experiment. The session keeps them: one that failed is asked
    again when the visitor goes on to something else, not with every look."""
    key = (setting.intended.source, setting.truth.source, setting.stdin, mode, read, id(of))
    if st.session_state.get("asked_about") != key:
        questions = _put(setting, mode, read, of, visitor())
        _let_go(but=questions)
        st.session_state.questions, st.session_state.asked_of = questions, of
        st.session_state.asked_about = key
        st.session_state.asked_stopped = False
    return st.session_state.questions


def _put(setting: Experiment, mode: Mode, read: Read, of: ModelClient, whose: str) -> tuple[Future, Future]:
    put = question(setting.intended, setting.truth, read)
    how: dict[str, Any] = {"visitor": whose, "keep": _of_the_catalogue(setting)}
    if mode == "imagine":
        frames = max(len(setting.intended.frames), len(setting.truth.frames)) + SPARE_FRAMES
        world = of.imagine(put.source, frames, **how)
    else:
        world = of.replay(put.source, put.draft, put.complete, **how)
    return world, of.lines(setting.truth.source, **how)


def _of_the_catalogue(setting: Experiment) -> bool:
    """Whether nothing in it was written by a visitor, so that the answers may be kept on disk."""
    by_hand = setting.bug is not None and setting.bug.by_hand
    return not (setting.own or by_hand or setting.stdin != setting.program.stdin)


def _let_go(but: tuple[Future, ...] = ()) -> None:
    for each in st.session_state.get("questions", ()):
        if each not in but:
            st.session_state.asked_of.release(each, visitor())


def _result(future: Future) -> Any:
    return future.result() if future.done() and not future.exception() else None


def _settled(of: ModelClient, model: ModelName, future: Future) -> bool:
    return future.done() or of.status(model).state in ("missing", "broken")


def _sentence(of: ModelClient, model: ModelName, future: Future, stopped: bool) -> str:
    if stopped and (not future.done() or future.exception()):
        return STOPPED
    return why_missing(future, model, of)
