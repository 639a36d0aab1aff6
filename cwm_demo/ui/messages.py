"""What a page has to say apart from its panels: a link that was wrong, a run that was stopped."""

from __future__ import annotations

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.trace.frame import Trace
from cwm_demo.ui.experiment import Experiment


def messages(setting: Experiment, notes: list[str]) -> None:
    """One line each. The words of programs and links are escaped."""
    html = [*map(highlight.plain, notes), *about_the_run(setting.truth)]
    with st.container(key="cwm-notes"):  # there also when empty, so that nothing below it is drawn anew
        if html:
            items = "".join(f'<p class="cwm-note" role="status">{text}</p>' for text in html)
            st.html(f'<div class="cwm-messages">{items}</div>')


def about_the_run(run: Trace) -> list[str]:
    """Why there are no frames, or not all of them, as HTML."""
    count = len(run.frames)
    begun = f"The run was stopped after {count} frame{'s' * (count > 1)}." if count else "Nothing ran."
    if run.stopped:
        where = f" (line {run.stopped.line}, column {run.stopped.column})" if run.stopped.line else ""
        return [f"<b>{begun}</b> {highlight.plain(run.stopped.message)}{where}"]
    if count:
        return []
    return [
        f"<b>{begun}</b> {highlight.plain(run.raised or 'No line of the program is reached by this call.')}"
    ]
