"""What a page has to say apart from its panels: a link that was wrong, a run that was stopped."""

from __future__ import annotations

import streamlit as st

from cwm_demo.ui import highlight
from cwm_demo.ui.experiment import Experiment


def messages(setting: Experiment, notes: list[str]) -> None:
    """One line each. The words of programs and links are escaped."""
    html = [_note(highlight.plain(note)) for note in notes]
    stopped = setting.truth.stopped
    if stopped:
        where = f" (line {stopped.line}, column {stopped.column})" if stopped.line else ""
        html.append(_note(f"<b>{_headline(setting)}{where}</b> {highlight.plain(stopped.message)}"))
    elif not setting.truth.frames:
        html.append(
            _note("<b>Nothing ran.</b> The program has no statement that runs: write one, or a call.")
        )
    with st.container(key="cwm-notes"):  # there also when empty, so that nothing below it is drawn anew
        if html:
            st.html(f'<div class="cwm-messages">{"".join(html)}</div>')


def _note(text: str) -> str:
    return f'<p class="cwm-note" role="status">{text}</p>'


def _headline(setting: Experiment) -> str:
    frames = len(setting.truth.frames)
    if setting.truth.stopped and setting.truth.stopped.reason == "syntax":
        return "Python can’t read this program."
    return f"The run was stopped after {frames} frames." if frames else "The run didn’t start."
