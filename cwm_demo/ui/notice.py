"""Chapter 06 under the stepper: what to notice, three questions, what to remember, and the way on.

Folded, so that the stepper stays one screen; printed unfolded.
"""

from __future__ import annotations

import streamlit as st

from cwm_demo.ui.course import Chapter, foot

NUMBER = "06"


def notice() -> None:
    """The chapter's words. The stepper above is what it is about."""
    with (
        st.container(key="cwm-notice"),
        st.expander(
            "Chapter 06 · What to notice, three questions, what to remember", icon=":material/lightbulb:"
        ),
    ):
        c = Chapter(NUMBER)
        c.prose("notice")
        for key in ("parting", "slip", "green"):
            c.quiz(key)
        foot(c)
