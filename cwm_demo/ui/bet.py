"""Chapter 02: source and trace side by side, the training record, and an explanation held against a trace."""

from __future__ import annotations

import json

import streamlit as st

from cwm_demo.trace.frame import Trace
from cwm_demo.trace.renderings import as_cwm, training_record
from cwm_demo.ui.bet_claims import claims
from cwm_demo.ui.bet_trace import rules, side_by_side
from cwm_demo.ui.course import chapter
from cwm_demo.ui.sequence import parts
from cwm_demo.ui.tokens import tokens
from cwm_demo.ui.url import LinkTooLong, to_query
from cwm_demo.ui.workpiece import Workpiece, workpiece


def bet() -> None:
    with chapter("02") as c:
        c.prose("shape")
        c.prose("renderings")
        piece, run = workpiece()
        st.html(rules(run))
        st.html(side_by_side(run))
        _downloads(piece, run)
        c.quiz("frame")
        c.prose("given")
        if run.frames:
            st.html(parts(run))
        c.quiz("context")
        c.prose("thought")
        claims()
        c.prose("caution")


def _downloads(piece: Workpiece, run: Trace) -> None:
    if not run.frames:
        return
    record = json.dumps(training_record(tokens(), run), ensure_ascii=False, indent=1)
    with st.container(key="cwm-bet-take", horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "The record, JSON",
            record,
            file_name=f"{piece.program}.trace.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key="bet_json",
        )
        st.download_button(
            "CWM’s text",
            as_cwm(tokens(), run),
            file_name=f"{piece.program}.cwm.txt",
            icon=":material/download:",
            on_click="ignore",
            key="bet_text",
        )
        try:
            st.page_link(
                "pages/stepper.py",
                label="Step through it",
                icon=":material/footprint:",
                query_params=to_query(piece.place),
            )
        except LinkTooLong:
            pass
