"""Chapter 05's accuracy per parameter: what is published, and what our own models were measured at."""

from __future__ import annotations

import streamlit as st

from cwm_demo.evaluate.outputs import HOWS, Point, own_points
from cwm_demo.ui.course import Chapter
from cwm_demo.ui.figures import colours, show
from cwm_demo.ui.results import published

MADE_BY = "python -m cwm_demo evaluate SUITE --out assets/results/SUITE.json"
SYMBOLS = {"at once": "square", "in steps": "circle"}
SUITES = {"catalogue": "catalogue", "generated": "generated", "mbpp-test": "MBPP, held out"}


def per_parameter(chapter: Chapter) -> None:
    ours = own_points()
    _figure(ours)
    if ours:
        files = ", ".join(sorted({point.file for point in ours}))
        st.html(f'<p class="cwm-measured">Ours: measured by {MADE_BY} ({files}, each with its command).</p>')
    else:
        st.html(f'<p class="cwm-measured">Ours: not measured yet; {MADE_BY} makes these figures.</p>')
    sources = dict.fromkeys(row["source"] for row in published()["outputs"])
    st.html(
        '<p class="cwm-measured">Published: '
        + " ".join(chapter.cite_html(source) for source in sources)
        + "</p>"
    )


def _figure(ours: list[Point]) -> None:
    import plotly.graph_objects as go

    colour = colours()
    figure = go.Figure()
    for how in HOWS.values():
        tint = 4 if how == "at once" else 0
        rows = [row for row in published()["outputs"] if row["how"] == how]
        figure.add_scatter(
            x=[row["parameters"] * 1e9 for row in rows],
            y=[row["score"] for row in rows],
            text=[f"{row['model']} ({row['suite']})" for row in rows],
            name=f"published, {how}",
            mode="markers",
            marker={
                "size": 12,
                "symbol": f"{SYMBOLS[how]}-open",
                "color": colour[tint],
                "line": {"width": 2},
            },
            hovertemplate="%{text}: %{y} %<extra></extra>",
        )
        mine = [point for point in ours if point.how == how]
        if mine:
            figure.add_scatter(
                x=[point.parameters * 1e9 for point in mine],
                y=[point.score for point in mine],
                text=[_name(point) for point in mine],
                name=f"ours, {how}",
                mode="markers",
                marker={"size": 13, "symbol": SYMBOLS[how], "color": colour[tint]},
                error_y={
                    "array": [point.high - point.score for point in mine],
                    "arrayminus": [point.score - point.low for point in mine],
                    "thickness": 1.2,
                },
                hovertemplate="%{text}: %{y:.1f} %<extra></extra>",
            )
    figure.update_xaxes(
        title="parameters",
        type="log",
        tickvals=[10**n for n in range(5, 12)],
        ticktext=["100K", "1M", "10M", "100M", "1B", "10B", "100B"],
    )
    figure.update_yaxes(title="returned values right, %", range=[-3, 103])
    figure.update_layout(height=460)
    rows = published()["outputs"]
    show(
        figure,
        alt="Filled: our models on our own suites. Open: published, mostly CRUXEval. Squares answer at once, "
        "circles write the run first. Among the published models, those that write the run first stand above "
        "those of their size that answer at once. Different suites: heights can be compared within one suite "
        "only.",
        key="res_per_parameter",
        table={
            "model": [row["model"] for row in rows] + [point.model for point in ours],
            "parameters": [_size(row["parameters"]) for row in rows] + [_size(p.parameters) for p in ours],
            "asked": [row["how"] for row in rows] + [point.how for point in ours],
            "suite": [row["suite"] for row in rows] + [SUITES.get(p.suite, p.suite) for p in ours],
            "right, %": [f"{row['score']:.1f}" for row in rows]
            + [f"{p.score:.1f} [{p.low:.1f}, {p.high:.1f}], n = {p.n}" for p in ours],
        },
    )


def _name(point: Point) -> str:
    return f"{point.model.removeprefix('models/')} ({SUITES.get(point.suite, point.suite)}, n = {point.n})"


def _size(billions: float) -> str:
    return f"{billions:g}B" if billions >= 1 else f"{1000 * billions:.3g}M"
