"""The teacher's room. Which part is on show, and whether answers are, stands in the URL."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cwm_demo.ui.browser import browser
from cwm_demo.ui.linked import keep, restore
from cwm_demo.ui.teacher.handout import handout
from cwm_demo.ui.teacher.links import links
from cwm_demo.ui.teacher.questions import questions

PARTS: dict[str, tuple[str, Callable[[bool], None]]] = {
    "links": ("Links", lambda _answers: links()),
    "handout": ("Handouts", handout),
    "questions": ("Ten questions", questions),
}
ANSWERS = {"off": "hidden", "on": "shown"}
START = {"part": "links", "answers": "off"}


def teacher() -> None:
    browser("stage")
    st.html(
        '<header class="cwm-chapter"><p class="cwm-chapter-number">Teacher’s room</p>'
        '<h1>For a class</h1><p class="cwm-lead">Send a class to the very step, with the answers hidden; '
        "print a page for each chapter; ask ten questions that show who has understood.</p></header>"
    )
    with st.container(key="cwm-noprint-teacher", horizontal=True, gap="large", vertical_alignment="bottom"):
        restore("part", START["part"], PARTS, polls=True)
        st.segmented_control(
            "What for", list(PARTS), format_func=lambda key: PARTS[key][0], required=True, key="part"
        )
        restore("answers", START["answers"], ANSWERS, polls=True)
        if st.session_state.part != "links":
            st.segmented_control(
                "Answers", list(ANSWERS), format_func=ANSWERS.get, required=True, key="answers"
            )
            st.html('<button type="button" class="cwm-button" data-print="">Print</button>', width="content")
    PARTS[st.session_state.part][1](st.session_state.answers == "on")
    keep(START)
