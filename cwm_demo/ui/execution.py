"""Chapter 01: why standard models fail at execution."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import streamlit as st

from cwm_demo.course.chapters import COURSE, load_sources
from cwm_demo.ui.course import Chapter, chapter
from cwm_demo.ui.figures import role, show
from cwm_demo.ui.questions import four_questions

ALT = (
    "CRUXEval, predicting the output, in per cent. Models that answer at once rise from 7 at 0.4B parameters "
    "to 58 for CWM with 32B; with steps in between GPT-4 reaches 81 and CWM 88."
)


def execution() -> None:
    with chapter("01") as c:
        c.prose("fluent")
        c.prose("knows")
        c.prose("questions")
        four_questions()
        c.prose("aloud")
        _scores(c)
        c.quiz("why-at-once")
        c.prose("tool")
        c.quiz("tool")
        c.prose("framing")


@cache
def scores() -> tuple[dict[str, Any], ...]:
    """Published figures, in order, each with its source's key."""
    return tuple(tomllib.loads((COURSE / "01-scores.toml").read_text(encoding="utf-8"))["scores"])


def _scores(c: Chapter) -> None:
    import plotly.graph_objects as go

    figure = go.Figure()
    for how, colour, pattern in (("at once", role("text"), ""), ("in steps", role("world"), "/")):
        rows = [row for row in scores() if row["how"] == how]
        figure.add_bar(
            y=[_label(row) for row in rows],
            x=[row["score"] for row in rows],
            name=f"answers {how}",
            orientation="h",
            marker={"color": colour, "pattern": {"shape": pattern}},
            text=[f"{row['score']:g}" for row in rows],
            textposition="outside",
            cliponaxis=False,
        )
    figure.update_layout(height=460, xaxis={"title": "right, %", "range": [0, 100]})
    figure.update_yaxes(autorange="reversed")
    table = {
        "model": [row["model"] for row in scores()],
        "how": [row["how"] for row in scores()],
        "right, %": [row["score"] for row in scores()],
        "source": [load_sources()[row["source"]].title for row in scores()],
    }
    show(figure, ALT, "cruxeval_scores", table)
    cited = "".join(c.cite(key) for key in dict.fromkeys(row["source"] for row in scores()))
    st.markdown(f"Published figures, not ours. Sources: {cited}")


def _label(row: dict[str, Any]) -> str:
    return row["model"] if load_sources()[row["source"]].confirmed else f"{row['model']} (reported)"
