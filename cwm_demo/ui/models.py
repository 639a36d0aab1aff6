"""Asks the models without waiting: what has arrived is shown, the page looks again for the rest.

The models live in a process of their own (`predict/client.py`), one for all visitors. So are their answers:
the same question has the same answer, because decoding is greedy.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import Any

import streamlit as st

from cwm_demo.predict.client import ModelClient
from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.rollout.question import question
from cwm_demo.rollout.step import Mode, Read
from cwm_demo.ui.experiment import Experiment

KEPT = 256  # answers, for all visitors
EXTRA_FRAMES = 20  # how far beyond the longer run the model may imagine


@dataclass(frozen=True, slots=True)
class Asked:
    predictions: Sequence[Prediction] | None
    guesses: Mapping[int, LineGuess] | None
    complete: bool  # nothing more will come
    sentence: str  # why something is missing; empty when nothing is


class Desk:
    """The one client, and the answers it has given."""

    def __init__(self, client: ModelClient) -> None:
        self.client = client
        self._answers: OrderedDict[Hashable, Future] = OrderedDict()
        self._lock = Lock()

    def answer(self, key: Hashable, ask: Callable[[], Future]) -> Future:
        """The answer to a question, asked once; one that failed is asked again the next time."""
        with self._lock:
            future = self._answers.pop(key, None)
            if future is None or (future.done() and (future.cancelled() or future.exception())):
                future = ask()
            self._answers[key] = future
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
            return future


@st.cache_resource(show_spinner="Opening …")
def desk() -> Desk:
    return Desk(ModelClient())


def ask(setting: Experiment, mode: Mode, read: Read) -> Asked:
    """What both models have said so far about an experiment; asks them when nobody has yet."""
    models = desk()
    status = models.client.status()
    if status.state in ("missing", "broken"):
        return Asked(None, None, True, status.sentence)
    if not setting.truth.frames:
        return Asked(None, None, True, "")
    put = question(setting.intended, setting.truth, read)
    if mode == "imagine":
        frames = max(len(setting.intended.frames), len(setting.truth.frames)) + EXTRA_FRAMES
        world = models.answer(
            ("imagine", put.source, frames), lambda: models.client.imagine(put.source, frames)
        )
    else:
        world = models.answer(
            ("replay", put.source, setting.truth.source, setting.stdin),
            lambda: models.client.replay(put.source, put.draft, put.complete),
        )
    truth = setting.truth.source
    text = models.answer(("lines", truth), lambda: models.client.lines(truth))
    done = world.done() and text.done()
    failed = next((f.exception() for f in (world, text) if f.done() and f.exception()), None)
    if failed:
        sentence = f"A model could not answer: {failed}"
    elif done:
        sentence = ""
    elif status.state == "ready":
        sentence = "The models are at work on this program."
    else:
        sentence = status.sentence
    return Asked(_result(world), _result(text), done, sentence)


def _result(future: Future) -> Any:
    return future.result() if future.done() and not future.exception() else None
