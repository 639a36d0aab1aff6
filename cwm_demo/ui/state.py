"""The visitor's place: kept in their session, shown in the URL, never shared with anybody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from cwm_demo.ui.url import LinkTooLong, Place, from_query, to_query


def load() -> tuple[Place, list[str]]:
    """The place to show in a run of the whole page, and what is to be said about how the visitor got there.

    The URL decides when it says something that we haven't written there ourselves: a link was opened, or the
    browser went back. An empty one (the page was chosen from the menu) returns to where the visitor was.
    """
    query = st.query_params.to_dict()
    state = st.session_state
    ours = began_by_itself()
    if "place" not in state or (query and query != state.get("written") and not ours):
        state.place, state.notes = from_query(query)
        state.written = query
    return state.place, state.notes


def run_again() -> None:
    """Runs the whole page again by itself, because an answer has come.

    Such a run begins with the URL that the browser had when it last asked. That may be the one of before the
    visitor's last click, and is no link that somebody opened.
    """
    st.session_state.by_itself = True
    st.rerun()


def began_by_itself() -> bool:
    """Whether `run_again` began this run. To be asked once in a run."""
    return st.session_state.pop("by_itself", False)


def place() -> Place:
    return st.session_state.place


def go(**changes: Any) -> None:
    """Moves to another place; the run that follows shows it. What was said about the last one is done."""
    st.session_state.place = replace(st.session_state.place, **changes)
    st.session_state.notes = []


def jump(**changes: Any) -> None:
    """Moves to a place that is to be seen at once, wherever the page was scrolled to."""
    st.session_state.jumps = jumps() + 1
    go(**changes)


def jumps() -> int:
    return st.session_state.get("jumps", 0)


def link_problems() -> list[str]:
    """Why no link can lead to this place, if so."""
    try:
        to_query(place())
    except LinkTooLong as error:
        return [str(error)]
    return []


def show_in_url(**settings: str | None) -> None:
    """Writes the place to the URL, unless it leads there already, or the place is too long for it
    (`link_problems` says so). `settings` are further parts of the page's own, None those at their default."""
    try:
        query = to_query(place())
    except LinkTooLong:
        query = {}
    current = st.query_params.to_dict()
    elsewhere = from_query(current) != (place(), []) if query else current.keys() - settings.keys()
    if elsewhere or any(current.get(name) != value for name, value in settings.items()):
        others = {name: value for name, value in settings.items() if value is not None}
        st.query_params.from_dict({**query, **others})
    st.session_state.written = st.query_params.to_dict()
