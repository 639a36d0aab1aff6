"""What the models are still at, in the corner of a page, and the button that stops them."""

from __future__ import annotations

import streamlit as st

from cwm_demo.ui import highlight, models


def at_work(asked: models.Asked) -> None:
    """Drawn by a fragment that looks again, so first when the page has been there for a moment."""
    waited = st.session_state.get("work_seen") == st.session_state.get("asked_about")
    st.session_state.work_seen = st.session_state.get("asked_about")
    if not waited:
        return
    with st.container(key="cwm-work", horizontal=True, vertical_alignment="center", gap="small"):
        words = asked.world or asked.text
        st.html(f'<p role="status">{highlight.plain(words)}</p>', width="content")
        st.button("Stop", key="work_stop", icon=":material/stop:", on_click=models.stop)


def stopped() -> None:
    with st.container(key="cwm-work", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p role="status">{models.STOPPED}</p>', width="content")
        st.button("Ask again", key="work_again", icon=":material/refresh:", on_click=models.ask_again)
