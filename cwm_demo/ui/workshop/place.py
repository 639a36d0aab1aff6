"""Where a visitor is in the workshop: in their session, and in the URL what belongs to the exercise on show.

place.load()                    # once, above everything
place.get("hints", "0")         # what the link or the visitor said
place.put(hints="2")            # None takes a name away
place.show()                    # once, below everything
"""

from __future__ import annotations

import streamlit as st

from cwm_demo.ui.state import began_by_itself
from cwm_demo.ui.url import TEXT_LIMIT
from cwm_demo.workshop.exercises import load_exercises

# What of the query belongs to each exercise.
NAMES = {
    "stepper": ("task", "program", "code", "call", "stdin", "bug", "mode", "read", "line", "expects"),
    "commits": ("commit", "code", "call"),
    "tracer": ("tracer", "hints", "solution"),
    "weekend": (),
}
EXERCISE = "exercise"
_LONG = ("code", "tracer")  # packed programs, bounded where they are unpacked


def load() -> bool:
    """Takes what the URL says, unless we wrote it there ourselves. Returns whether a link was opened."""
    state, query = st.session_state, _ours()
    state.setdefault("ws_place", {})
    if began_by_itself() or not query or query == state.get("ws_written"):
        return False
    exercise = query.get(EXERCISE, "")
    exercise = exercise if exercise in load_exercises() else _first()
    state.ws_place[EXERCISE] = exercise
    for name in NAMES[exercise]:
        value = query.get(name)
        if value is not None and (name in _LONG or len(value) <= TEXT_LIMIT):
            state.ws_place[exercise, name] = value
        else:
            state.ws_place.pop((exercise, name), None)
    state.ws_written = query
    return True


def exercise() -> str:
    return st.session_state.ws_place.get(EXERCISE, _first())


def choose(key: str) -> None:
    st.session_state.ws_place[EXERCISE] = key


def get(name: str, default: str = "") -> str:
    """What is said about the exercise on show."""
    return st.session_state.ws_place.get((exercise(), name), default)


def put(**values: str | None) -> None:
    for name, value in values.items():
        if value is None:
            st.session_state.ws_place.pop((exercise(), name), None)
        else:
            st.session_state.ws_place[exercise(), name] = value


def show() -> None:
    """Writes the place to the URL."""
    here = exercise()
    query = {name: get(name) for name in NAMES[here] if get(name)}
    if query or here != _first():
        query = {EXERCISE: here, **query}
    if _ours() != query:
        others = {
            name: value for name, value in st.query_params.to_dict().items() if name not in _all_names()
        }
        st.query_params.from_dict({**others, **query})
    st.session_state.ws_written = query


def _first() -> str:
    return next(iter(load_exercises()))


def _ours() -> dict[str, str]:
    """What of the URL's query is about the workshop; the tour has a word in it, too."""
    return {name: value for name, value in st.query_params.to_dict().items() if name in _all_names()}


def _all_names() -> set[str]:
    return {EXERCISE, *(name for names in NAMES.values() for name in names)}
