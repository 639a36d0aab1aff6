"""Which of the four questions a visitor is at, and what they changed: in their session and in the URL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from cwm_demo.course.questions import Question, load_questions
from cwm_demo.ui.url import TEXT_LIMIT, LinkTooLong, pack, unpack

FIELDS = ("code", "call", "line", "name")
OURS = ("question", *FIELDS)


def load() -> list[str]:
    """Takes what the URL says, unless we wrote it there ourselves; a sentence for what could not be used."""
    state = st.session_state
    state.setdefault("ex_key", next(iter(load_questions())))
    state.setdefault("ex_changes", {})
    query = _ours()
    if not query or query == state.get("ex_written"):
        return []
    state.ex_written = query
    notes: list[str] = []
    key = query.get("question", state.ex_key)
    if key not in load_questions():
        notes.append(f"There is no question “{key[:40]}” here: this is the first one.")
        key = next(iter(load_questions()))
    state.ex_key = key
    state.ex_changes[key] = _changes(query, notes)
    for field in FIELDS:
        state.pop(f"ex_{field}_{key}", None)
    return notes


def _changes(query: dict[str, str], notes: list[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for field in FIELDS:
        if field not in query:
            continue
        text = query[field]
        try:
            if field == "code":
                changes[field] = unpack(text)
            elif field == "line":
                changes[field] = int(text)
            elif len(text) > TEXT_LIMIT:
                raise ValueError(f"it is longer than {TEXT_LIMIT} characters")
            else:
                changes[field] = text
        except ValueError as error:
            notes.append(f"The link’s “{field}” can’t be read ({error}) and was left out.")
    return changes


def current() -> Question:
    """The question as the visitor has it now."""
    question = load_questions()[st.session_state.ex_key]
    return replace(question, **st.session_state.ex_changes.get(question.key, {}))


def change(field: str, value: Any) -> None:
    """Changes the question that is on show; what equals our own is no change."""
    question = load_questions()[st.session_state.ex_key]
    changes = st.session_state.ex_changes.setdefault(question.key, {})
    if value == getattr(question, field):
        changes.pop(field, None)
    else:
        changes[field] = value


def take_back() -> None:
    """Our own question again."""
    key = st.session_state.ex_key
    st.session_state.ex_changes.pop(key, None)
    for field in FIELDS:
        st.session_state.pop(f"ex_{field}_{key}", None)


def is_changed() -> bool:
    return bool(st.session_state.ex_changes.get(st.session_state.ex_key))


def show_in_url() -> str:
    """Writes the place to the URL; a sentence when it is too long for that."""
    key = st.session_state.ex_key
    query, problem = {"question": key}, ""
    for field, value in st.session_state.ex_changes.get(key, {}).items():
        try:
            query[field] = pack(value) if field == "code" else str(value)
        except LinkTooLong as error:
            problem = str(error)
    if key == next(iter(load_questions())) and len(query) == 1:
        query = {}
    if _ours() != query:
        others = {name: value for name, value in st.query_params.to_dict().items() if name not in OURS}
        st.query_params.from_dict({**others, **query})
    st.session_state.ex_written = query
    return problem


def _ours() -> dict[str, str]:
    """What of the URL's query is about this exercise; the tour has a word in it, too."""
    return {name: value for name, value in st.query_params.to_dict().items() if name in OURS}
