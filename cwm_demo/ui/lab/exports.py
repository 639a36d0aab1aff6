"""What can be taken away of a run: three renderings of the trace, the verdicts, a link, a page that steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from cwm_demo.render.standalone import standalone
from cwm_demo.rollout.step import Rollout
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.renderings import as_cwm, as_deck, as_json
from cwm_demo.ui import controls, state
from cwm_demo.ui.linked import restore
from cwm_demo.ui.tokens import tokens

SHOWN = 20_000  # characters of a rendering on the page
RENDERINGS: dict[str, tuple[str, str, Callable[[Trace], str]]] = {
    "deck": ("The deck’s form", "trace.txt", as_deck),
    "cwm": ("CWM’s tokens", "trace-tokens.txt", lambda trace: as_cwm(tokens(), trace)),
    "json": ("JSON", "trace.json", as_json),
}
WORDS = (
    "The page steps by itself: one HTML file that opens without a network. The trace comes in three "
    "renderings; the verdicts are the JSON of <code>python -m cwm_demo rollout</code>."
)

UNFINISHED = "The models are still at work: the page and the verdicts that you take now lack their answers."


def show(rollout: Rollout, data: Mapping[str, Any], waiting: bool = False) -> str | None:
    """Draws links, downloads and the trace. Returns the rendering that is shown, None for the first.

    `waiting`: the models' answers are not all there, and what is taken now lacks them.
    """
    st.html(f"<h2>Take it away</h2><p>{WORDS}</p>")
    if waiting:
        st.html(f'<p class="cwm-note" role="status">{UNFINISHED}</p>')
    with st.container(key="cwm-noprint-exports", horizontal=True, gap="small", vertical_alignment="center"):
        st.html(controls.link_html(state.place()), width="content")
        _download("The page that steps", "run.html", "text/html", lambda: standalone(data), primary=True)
        for label, name, render in RENDERINGS.values():
            _download(f"Trace: {label}", name, "text/plain", lambda render=render: render(rollout.truth))
        _download("Verdicts: JSON", "rollout.json", "application/json", lambda: _json(rollout))
    first = next(iter(RENDERINGS))
    restore("show", first, RENDERINGS, polls=True)
    st.segmented_control(
        "The trace",
        list(RENDERINGS),
        format_func=lambda key: RENDERINGS[key][0],
        required=True,
        key="show",
    )
    chosen = st.session_state.show
    text = RENDERINGS[chosen][2](rollout.truth)
    with st.container(key="cwm-lab-rendering"):
        st.code(text[:SHOWN], language="json" if chosen == "json" else None, wrap_lines=True)
    if len(text) > SHOWN:
        st.caption(f"The first {SHOWN:,} of {len(text):,} characters; the download holds all of them.")
    return None if chosen == first else chosen


def _json(rollout: Rollout) -> str:
    return json.dumps(rollout.to_json(), ensure_ascii=False, indent=1)


def _download(label: str, name: str, mime: str, make: Callable[[], str], primary: bool = False) -> None:
    st.download_button(
        label,
        lambda: make().encode("utf-8", "replace"),
        file_name=name,
        mime=mime,
        key=f"get_{name.replace('.', '_')}",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        on_click="ignore",
    )
