"""Chapter 05's published figures: the table with their conditions, what the deck shortens, size and score."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

import streamlit as st

from cwm_demo.course.chapters import COURSE
from cwm_demo.ui.course import Chapter
from cwm_demo.ui.figures import colours, show

DIFFERENCES = (
    (
        "CWM matches gpt-oss-20b with medium reasoning.",
        "53.9 on all 500 problems against 53.2 on 477 of them. With high reasoning gpt-oss-20b has 60.7, "
        "which CWM passes only with test-time scaling.",
        "card",
    ),
    (
        "With test-time scaling it exceeds gpt-oss-120b.",
        "65.8 against 62.4. The first picks among many attempts, the second is a single one; and each figure "
        "was measured by its own maker.",
        "gpt-oss",
    ),
    (
        "It checks its candidates against the trace that it predicts.",
        "The published 65.8 samples patches and tests, runs the tests for real, and ranks by them. The world "
        "model as its own judge is a further idea; this chapter tries it at small scale.",
        "report",
    ),
    (
        "It beats a model with four times its parameters.",
        "Four times in what is stored. gpt-oss-120b uses 5.1 of its 117 billion parameters for a token, CWM "
        "all of its 32.",
        "gpt-oss-size",
    ),
)
# Name in published.toml, colour, symbol, where a point's label stands.
FAMILIES = (
    ("CWM 32B", 0, "circle", "bottom center"),
    ("gpt-oss-20b", 3, "square", "middle left"),
    ("gpt-oss-120b", 1, "diamond", "middle right"),
)
COUNTS = {"all that are stored": "parameters", "those used for one token": "active"}


@cache
def published() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The figures of assets/course/published.toml, a list for each benchmark."""
    return tomllib.loads((COURSE / "published.toml").read_text(encoding="utf-8"))


def published_table(chapter: Chapter) -> None:
    """The deck's table, its tiers beside the published scores and what they were measured on."""
    rows = ""
    for row in published()["swebench"]:
        tier = escape(row["deck"]) or '<span class="cwm-muted">not in the deck</span>'
        rows += (
            f"<tr{' class=cwm-of-cwm' if row['model'].startswith('CWM') else ''}>"
            f'<th scope="row">{escape(row["model"])}</th>'
            f'<td data-of="Parameters">{_parameters(row)}</td>'
            f'<td data-of="SWE-bench Verified"><b>{row["score"]:.1f} %</b> '
            f"{chapter.cite_html(row['source'])}</td>"
            f'<td data-of="Conditions">{_conditions(row)}</td>'
            f'<td data-of="The deck says">{tier}</td></tr>'
        )
    st.html(
        '<table class="cwm-models cwm-published"><thead><tr><th>Model</th><th>Parameters</th>'
        "<th>SWE-bench Verified</th><th>Conditions</th><th>The deck says</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _parameters(row: Mapping[str, Any]) -> str:
    if row["active"] == row["parameters"]:
        return f"{row['parameters']:g}B, dense"
    return f"{row['parameters']:g}B, of which {row['active']:g}B for a token"


def _conditions(row: Mapping[str, Any]) -> str:
    problems = f"{row['problems']} of the 500 problems" if row["problems"] else "problems not stated"
    if row["problems"] == 500:
        problems = "all 500 problems"
    return f"{problems}, {row['samples']} attempt{'s' * (row['samples'] == 'many')}"


def differences(chapter: Chapter) -> None:
    """The box «the deck says, the report says»."""
    rows = "".join(
        f'<div><p><span class="cwm-said">The deck</span> {escape(said)}</p>'
        f'<p><span class="cwm-said">Published</span> {escape(found)} {chapter.cite_html(source)}</p></div>'
        for said, found, source in DIFFERENCES
    )
    st.html(f'<section class="cwm-differ" aria-label="The deck says, the report says">{rows}</section>')


def size_and_score(chapter: Chapter) -> None:
    """Parameters against score; the reader chooses which parameters are counted."""
    counted = st.radio(
        "Count the parameters", list(COUNTS), key="res_count", horizontal=True, bind="query-params"
    )
    _size_figure(COUNTS[counted], counted)
    st.html(
        f'<p class="cwm-measured">Scores: model cards {chapter.cite_html("card")} '
        f"{chapter.cite_html('gpt-oss')}; sizes {chapter.cite_html('gpt-oss-size')}.</p>"
    )


def _size_figure(field: str, words: str) -> None:
    import plotly.graph_objects as go

    colour = colours()
    figure = go.Figure()
    for name, tint, symbol, label in FAMILIES:
        rows = [row for row in published()["swebench"] if row["model"].startswith(name)]
        figure.add_scatter(
            x=[row[field] for row in rows],
            y=[row["score"] for row in rows],
            text=[_point_label(row) for row in rows],
            mode="markers+text",
            textposition=[label if row["samples"] == "one" else "top center" for row in rows],
            cliponaxis=False,
            name=name,
            marker={
                "size": 14,
                "color": colour[tint],
                "symbol": [symbol if row["samples"] == "one" else f"{symbol}-open" for row in rows],
                "line": {"width": 2, "color": colour[tint]},
            },
            hovertemplate=f"{name}, %{{text}}: %{{y}} %, %{{x}}B parameters<extra></extra>",
        )
    figure.update_xaxes(
        title=f"billions of parameters, {words}",
        type="log",
        tickvals=[2, 5, 10, 20, 50, 100, 200],
        range=[0.2, 2.4],
    )
    figure.update_yaxes(title="issues solved, %", range=[30, 72])
    figure.update_layout(height=420)
    best = published()["swebench"]
    show(
        figure,
        alt="Each point is one model under one condition. Filled points are a single attempt, the open one "
        "is many attempts; low, medium and high say how long the model may reason. "
        + (
            "Counted by what is stored, CWM stands high for its size, gpt-oss-120b far to the right of it."
            if field == "parameters"
            else "Counted by what one token uses, the order turns round: CWM is the largest of all."
        ),
        key="res_size",
        table={
            "model": [row["model"] for row in best],
            "parameters, billions": [row["parameters"] for row in best],
            "used for one token": [row["active"] for row in best],
            "score, %": [row["score"] for row in best],
            "attempts": [row["samples"] for row in best],
        },
    )


def _point_label(row: Mapping[str, Any]) -> str:
    """What sets a point apart from the others of its model."""
    if row["model"].startswith("CWM"):
        return f"{row['samples']} attempt{'s' * (row['samples'] == 'many')}"
    return row["model"].partition(", ")[2].removesuffix(" reasoning")
