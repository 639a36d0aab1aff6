"""Asks the models about the exercise on show, without waiting: the page looks again until all has come.

A question is kept in the session under its name, with what it is about: one that failed is not asked again
until it is about something else. The models' process answers equal questions once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any

import streamlit as st

from cwm_demo.predict.client import ModelName
from cwm_demo.ui import models
from cwm_demo.ui.state import run_again

POLL_S = 0.7  # how often a page looks whether an answer has come


def ask(name: str, about: Hashable, put: Callable[[], Future]) -> Future:
    """The question NAME about something; put again when that has changed."""
    kept = st.session_state.setdefault("ws_asked", {})
    if name not in kept or kept[name][0] != about:
        kept[name] = about, put()
    return kept[name][1]


def result(future: Future) -> Any:
    """The answer, None while there is none."""
    return future.result() if future.done() and not future.exception() else None


def settled(future: Future, model: ModelName) -> bool:
    """Whether nothing more will come."""
    return future.done() or models.client().status(model).state in ("missing", "broken")


def why_missing(future: Future, model: ModelName) -> str:
    """A sentence on why there is no answer (yet); empty when there is one."""
    if future.done():
        return str(future.exception() or "")
    return models.client().status(model).sentence or models.AT_WORK


@st.fragment(run_every=POLL_S)
def wait(*questions: tuple[Future, ModelName]) -> None:
    """Runs the page again once all are settled. To be drawn while one isn't."""
    if all(settled(future, model) for future, model in questions):
        run_again()
