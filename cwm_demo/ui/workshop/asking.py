"""Asks the models about the exercise on show, without waiting: the page looks again until all has come.

A question is kept in the session under its name, with what it is about: one that failed is not asked again
until it is about something else. The models' process answers equal questions once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import partial
from typing import Any

import streamlit as st

from cwm_demo.predict.client import ModelName
from cwm_demo.ui import models, work
from cwm_demo.ui.state import run_again

POLL_S = 0.7  # how often a page looks whether an answer has come


def ask(name: str, about: Hashable, put: Callable[[], Future]) -> Future:
    """The question NAME about something; put again when that has changed."""
    kept = _asked()
    if name not in kept or kept[name][0] != about:
        kept[name] = about, put()
    return kept[name][1]


def result(future: Future) -> Any:
    """The answer, None while there is none."""
    return future.result() if future.done() and not future.exception() else None


def settled(future: Future, model: ModelName) -> bool:
    """Whether nothing more will come."""
    return future.done() or models.client().status(model).state in ("missing", "broken")


@st.fragment(run_every=POLL_S)
def wait(name: str, *questions: tuple[Future, ModelName]) -> None:
    """Says how far the models are, and runs the page again once all are settled. To be drawn while one isn't.

    NAME begins the questions' names; what is stopped here are all of that beginning.
    """
    kept = {future for _, future in _asked().values()}
    still = [each for each in questions if each[0] in kept and not settled(*each)]
    if not still:
        run_again()
    words = models.why_missing(*still[0])
    work.waiting(f"ws_{name}", words, partial(_stop, name), *(future for future, _ in questions))


def stopped(name: str) -> None:
    """Offers to ask again what the visitor has stopped."""
    if any(key.startswith(name) and models.given_up(future) for key, (_, future) in _asked().items()):
        work.ask_again(f"ws_{name}", partial(forget_stopped, name))


def forget_stopped(name: str) -> None:
    """What was stopped is asked again in the run that follows."""
    for key, (_, future) in list(_asked().items()):
        if key.startswith(name) and models.given_up(future):
            del _asked()[key]


def _stop(name: str) -> None:
    for key, (about, future) in _asked().items():
        if key.startswith(name):
            _asked()[key] = about, models.give_up(future)


def _asked() -> dict[str, tuple[Hashable, Future]]:
    return st.session_state.setdefault("ws_asked", {})
