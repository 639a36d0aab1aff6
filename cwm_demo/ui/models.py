"""Asks the models without waiting: what has arrived is shown, the page looks again for the rest.

The models live in a process of their own (`predict/client.py`), one for all visitors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cwm_demo.predict.client import ModelClient, ModelName
from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Mode, Read, Rollout
from cwm_demo.ui.experiment import Experiment

SPARE_FRAMES = 20  # how many more than the longer real run the model may imagine
AT_WORK = "The model is at work on this program."


@dataclass(frozen=True, slots=True)
class Asked:
    predictions: Sequence[Prediction] | None
    guesses: Mapping[int, LineGuess] | None
    complete: bool  # nothing more will come
    world: str  # why the world model's answer is missing; empty when it isn't
    text: str  # the same of the text model


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
    return Asked(
        _result(world),
        _result(text),
        _settled(of, "world", world) and _settled(of, "text", text),
        _sentence(of, "world", world),
        _sentence(of, "text", text),
    )


def joined(setting: Experiment, asked: Asked, mode: Mode, read: Read) -> Rollout:
    """The experiment with what the models have said of it so far, in steps with verdicts."""
    return rollout(
        setting.intended,
        setting.truth,
        setting.case,
        mode=mode,
        read=read,
        predictions=asked.predictions,
        guesses=asked.guesses,
    )


def _questions(setting: Experiment, mode: Mode, read: Read, of: ModelClient) -> tuple[Future, Future]:
    """The open or answered questions about an experiment. The session keeps them: one that failed is asked
    again when the visitor goes on to something else, not with every look."""
    key = (setting.intended.source, setting.truth.source, setting.stdin, mode, read, id(of))
    if st.session_state.get("asked_about") != key:
        put = question(setting.intended, setting.truth, read)
        if mode == "imagine":
            frames = max(len(setting.intended.frames), len(setting.truth.frames)) + SPARE_FRAMES
            world = of.imagine(put.source, frames)
        else:
            world = of.replay(put.source, put.draft, put.complete)
        st.session_state.questions = world, of.lines(setting.truth.source)
        st.session_state.asked_about = key
    return st.session_state.questions


def _result(future: Future) -> Any:
    return future.result() if future.done() and not future.exception() else None


def _settled(of: ModelClient, model: ModelName, future: Future) -> bool:
    return future.done() or of.status(model).state in ("missing", "broken")


def _sentence(of: ModelClient, model: ModelName, future: Future) -> str:
    if future.done():
        return str(future.exception() or "")
    return of.status(model).sentence or AT_WORK
