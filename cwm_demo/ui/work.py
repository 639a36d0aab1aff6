"""What the models are still at, and the button that stops them.

`at_work` stands in the corner of a page whose questions are those of `models.ask`, `waiting` where the answer
to a chapter's own question will stand. Both are drawn by a fragment that looks again, and offer to stop from
the second look on: what comes at once needs no button.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.ui import models


def at_work(asked: models.Asked) -> None:
    if _looked_before("asked", st.session_state.get("asked_about")):
        with st.container(key="cwm-work", horizontal=True, vertical_alignment="center", gap="small"):
            _words(asked.world or asked.text)
            _stop("work", models.stop)


def stopped() -> None:
    with st.container(key="cwm-work", horizontal=True, vertical_alignment="center", gap="small"):
        _words(models.STOPPED)
        ask_again("work", models.ask_again)


def waiting(name: str, words: str, stop: Callable[[], None], *questions: Future) -> None:
    """`name` tells it apart from others of the page. `stop` puts into the place of each question what
    `models.give_up` makes of it; then `ask_again` is to be drawn."""
    with st.container(key=f"cwm-noprint-{name}", horizontal=True, vertical_alignment="center", gap="small"):
        if words:
            _words(words, "cwm-note")
        if _looked_before(name, questions):
            _stop(name, stop)


def ask_again(name: str, ask: Callable[[], None]) -> None:
    st.button("Ask again", key=f"{name}_again", icon=":material/refresh:", on_click=ask)


def _stop(name: str, stop: Callable[[], None]) -> None:
    st.button("Stop", key=f"{name}_stop", icon=":material/stop:", on_click=stop)


def _words(words: str, kind: str = "") -> None:
    st.html(f'<p class="{kind}" role="status">{highlight.plain(words)}</p>', width="content")


def _looked_before(name: str, about: object) -> bool:
    """Whether the last look under this name was for the same."""
    seen = st.session_state.setdefault("work_seen", {})
    before, seen[name] = seen.get(name), about
    return before is not None and before == about
