"""Chapter 07: how far the models' own confidence is kept, from the result file of `calibrate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from cwm_demo.ui.figures import measured, role, show
from cwm_demo.ui.overview import SUITES
from cwm_demo.ui.tables import facts

RESULT = "assets/results/calibration.json"
MADE_BY = "python -m cwm_demo calibrate --out assets/results/calibration.json"
DIRECT = "values asked at once"
SIDES = {"world": ("world model", "circle"), "text": ("text model", "diamond")}
KINDS = ("as meant", "with a bug")


def confidence() -> None:
    """The reliability of a confidence, and what the three words of a line's surprise come to."""
    result = measured(RESULT, MADE_BY)
    found = _tables(result.data or {})
    if found:
        words = st.radio("Sure of what?", list(found), key="conf_of", horizontal=True, bind="query-params")
        _figure(words, found[words], f"conf_{list(found).index(words)}")
    if words := _words(result.data or {}):
        st.html(words)
    result.show()


def _tables(data: Mapping[str, Any]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """What can be looked at, and for each of it the tables of one or both models."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for suite, table in (data.get("confidence") or {}).items():
        if table.get("bins"):
            found[f"steps of {SUITES.get(suite, suite)}"] = {"world": table}
    direct = {name: table for name, table in (data.get("direct_confidence") or {}).items() if name in SIDES}
    direct = {name: table for name, table in direct.items() if table.get("bins")}
    return found | ({DIRECT: direct} if direct else {})


def _figure(words: str, tables: Mapping[str, Mapping[str, Any]], key: str) -> None:
    import plotly.graph_objects as go

    figure, rows, said = go.Figure(), [], []
    figure.add_scatter(
        x=[0, 100], y=[0, 100], name="kept to the letter", mode="lines", hoverinfo="skip",
        line={"color": role("other"), "dash": "dot"},
    )  # fmt: skip
    for name, table in tables.items():
        title, symbol = SIDES[name]
        bins = table["bins"]
        shares = [each["right"] for each in bins]
        figure.add_scatter(
            x=[100 * each["confidence"] for each in bins],
            y=[100 * share["value"] for share in shares],
            name=title,
            mode="lines+markers",
            line={"color": role(name), "width": 2},
            marker={"symbol": symbol, "size": 9},
            error_y={
                "symmetric": False,
                "array": [100 * (share["high"] - share["value"]) for share in shares],
                "arrayminus": [100 * (share["value"] - share["low"]) for share in shares],
                "thickness": 1.2,
                "color": role(name),
            },
            customdata=[share["n"] for share in shares],
            hovertemplate="sure %{x:.0f} %, right %{y:.0f} % of %{customdata}<extra></extra>",
        )
        rows += [(title, *_row(each)) for each in bins]
        said.append(_sentence(title, table))
    figure.update_xaxes(title="its own confidence, %", range=[-1, 102])
    figure.update_yaxes(title="right, %", range=[-3, 104])
    figure.update_layout(height=440)
    alt = (
        f"Predictions of about the same confidence, {words}: to the right how sure, upwards how often "
        "right. "
        f"Below the dotted line it promises more than it keeps, above it less. {' '.join(said)} "
        "The thin lines are 95 % intervals."
    )
    columns = ("model", "confidence, %", "right, %", "95 % interval", "of so many")
    show(figure, alt, key, dict(zip(columns, zip(*rows))))


def _row(each: Mapping[str, Any]) -> tuple[str, str, str, int]:
    share = each["right"]
    spread = f"{100 * share['low']:.0f} to {100 * share['high']:.0f}"
    span = f"{100 * each['from']:.0f} to {100 * each['to']:.0f}"
    return span, f"{100 * share['value']:.0f}", spread, share["n"]


def _sentence(title: str, table: Mapping[str, Any]) -> str:
    """What the table says in one sentence or two."""
    promised, kept = off(table["bins"])
    apart = "where it is off beyond chance, it promises too much" if promised > kept else ""
    apart = "where it is off beyond chance, it promises too little" if kept > promised else apart
    apart = "its misses go both ways" if promised == kept > 0 else apart
    words = f"The {title} is right in {100 * table['right']['value']:.0f} % of {table['n']:,}"
    if table.get("error") is not None:
        words += f"; its confidence is {100 * table['error']:.1f} points off on average"
    groups = f" ({promised + kept} of {len(table['bins'])} groups)" if promised + kept else ""
    return f"{words}; {apart}{groups}." if apart else f"{words}, no group of them beyond chance."


def off(bins: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many groups promise more than their interval holds, and how many less."""
    promised = sum(each["confidence"] > each["right"]["high"] for each in bins)
    return promised, sum(each["confidence"] < each["right"]["low"] for each in bins)


def _words(data: Mapping[str, Any]) -> str:
    """How often each of the three words falls on a line as meant, and on one with a bug."""
    lines = data.get("lines") or {}
    shares = [(lines.get(kind) or {}).get("shares") or {} for kind in KINDS]
    if not all(shares):
        return ""
    rows = "".join(
        f'<tr><th scope="row">{word}</th>'
        + "".join(f"<td>{100 * (share.get(word, {}).get('value') or 0):.0f} %</td>" for share in shares)
        + "</tr>"
        for word in shares[0]
    )
    head = [f"of {lines[kind]['n']:,} lines {kind}" for kind in KINDS]
    return facts("the three words", ("the text model calls", *head), [rows])
