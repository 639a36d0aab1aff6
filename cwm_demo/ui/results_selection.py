"""Chapter 05's calculator of what choosing gains, and our own experiment with the world model as chooser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.ui.figures import DASHES, colours, is_dark, measured, role, show
from cwm_demo.ui.linked import keep, restore
from cwm_demo.verify.selection import best_of, ceiling, pass_at

RESULT = "assets/results/verify.json"
MADE_BY = "python -m cwm_demo verify --out assets/results/verify.json"
DRAWN = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
START = {"sel_p": 30, "sel_right": 80, "sel_wrong": 20, "sel_k": 8}
OPTIONS = {
    "sel_p": range(1, 100),
    "sel_right": range(101),
    "sel_wrong": range(101),
    "sel_k": range(1, 65),
}
SUITES = {"catalogue": "catalogue programs", "generated": "generated programs"}
WAYS = {
    "chance": "by chance",
    "text model": "text model: the least unusual",
    "world model": "world model: imagined result agrees",
    "running them": "running them all",
}


@st.fragment
def calculator() -> None:
    """Sliders for candidates and chooser, and how often the pick is right."""
    _sliders()
    state = st.session_state
    p, right, wrong = state.sel_p / 100, state.sel_right / 100, state.sel_wrong / 100
    k = state.sel_k
    picked, most = best_of(p, right, wrong, k), ceiling(p, right, wrong)
    st.html(
        '<div class="cwm-tiles" role="status">'
        + _tile("One attempt", p, "pass@1: no choosing")
        + _tile(f"The best of {k}, by this chooser", picked, f"{100 * (picked - p):+.1f} points gained")
        + _tile("Its ceiling", most, "with ever more candidates")
        + _tile(f"A perfect chooser, {k} drawn", pass_at(p, k), f"pass@{k}: at least one is right")
        + "</div>"
    )
    _curve(p, right, wrong, k)


def _sliders() -> None:
    for key, value in START.items():
        restore(key, value, OPTIONS[key])
    ours = _our_rates()
    with st.container(key="cwm-sel-presets", horizontal=True, gap="small"):
        st.button("As at the start", key="sel_start", on_click=st.session_state.update, args=(START,))
        for suite, rates in ours.items():
            st.button(
                f"Our world model as the chooser, {SUITES.get(suite, suite)}",
                key=f"sel_{suite}",
                on_click=st.session_state.update,
                args=(rates,),
            )
    left, right = st.columns(2, gap="medium")
    with left:
        st.slider("A candidate is right, in % of cases", 1, 99, key="sel_p")
        st.slider("Candidates drawn", 1, 64, key="sel_k")
    with right:
        st.slider("The chooser accepts a right candidate, in %", 0, 100, key="sel_right")
        st.slider("The chooser accepts a wrong candidate, in %", 0, 100, key="sel_wrong")
    keep(START)


def _our_rates() -> dict[str, dict[str, int]]:
    """The sliders as our world model was measured, for each suite."""
    data = measured(RESULT, MADE_BY).data
    found = {}
    for suite, result in (data or {}).get("suites", {}).items():
        scores = [result["picked_right"]["chance"], result["accepts_right"], result["accepts_wrong"]]
        if all(score["value"] is not None for score in scores):
            p, right, wrong = (round(100 * score["value"]) for score in scores)
            found[suite] = {
                "sel_p": min(max(p, 1), 99),
                "sel_right": right,
                "sel_wrong": wrong,
                "sel_k": min(int(data["k"]), 64),
            }
    return found


def _tile(name: str, share: float, note: str) -> str:
    return f"<section><h3>{name}</h3><p><b>{100 * share:.1f} %</b></p><p>{note}</p></section>"


def _curve(p: float, right: float, wrong: float, k: int) -> None:
    import plotly.graph_objects as go

    colour = colours()
    figure = go.Figure()
    curves = (
        ("a perfect chooser", 2, 1, [pass_at(p, n) for n in DRAWN]),
        ("this chooser", 0, 0, [best_of(p, right, wrong, n) for n in DRAWN]),
        ("its ceiling", 5, 2, [ceiling(p, right, wrong)] * len(DRAWN)),
    )
    for name, tint, dash, shares in curves:
        figure.add_scatter(
            x=DRAWN,
            y=[100 * share for share in shares],
            name=name,
            mode="lines",
            line={"color": colour[tint], "dash": DASHES[dash], "width": 3},
            hovertemplate=f"{name}, %{{x}} drawn: %{{y:.1f}} %<extra></extra>",
        )
    figure.add_scatter(
        x=[k],
        y=[100 * best_of(p, right, wrong, k)],
        mode="markers",
        marker={"size": 14, "color": colour[0], "symbol": "diamond"},
        showlegend=False,
        hoverinfo="skip",
    )
    figure.update_xaxes(title="candidates drawn", type="log", tickvals=[1, 2, 4, 8, 16, 32, 64])
    figure.update_yaxes(title="picks that are right, %", range=[0, 103])
    figure.update_layout(height=360)
    top = 100 * ceiling(p, right, wrong)
    show(
        figure,
        alt=f"How often the pick is right, over the number of candidates drawn. A perfect chooser climbs "
        f"towards 100 %; this one comes no further than {top:.1f} %. It is assumed that candidates are drawn "
        "alike and fail independently; where they fail alike, less is gained.",
        key="sel_curve",
        table={
            "drawn": list(DRAWN),
            "this chooser, %": [f"{100 * best_of(p, right, wrong, n):.1f}" for n in DRAWN],
            "a perfect one, %": [f"{100 * pass_at(p, n):.1f}" for n in DRAWN],
        },
    )


# --- our own experiment ---


def experiment() -> None:
    """Who picked right how often, from the result file."""
    result = measured(RESULT, MADE_BY)
    suites = (result.data or {}).get("suites") or {}
    if suites:
        _picks(suites)
        for name, found in suites.items():
            _said(SUITES.get(name, name), found)
    result.show()


def _picks(suites: Mapping[str, Mapping[str, Any]]) -> None:
    import plotly.graph_objects as go

    tints = {
        "chance": role("other"),
        "text model": role("text"),
        "world model": role("world"),
        "running them": role("python"),
    }
    figure = go.Figure()
    for way, words in WAYS.items():
        scores = [found["picked_right"][way] for found in suites.values()]
        scores = [score if score["value"] is not None else dict.fromkeys(score, 0) for score in scores]
        figure.add_bar(
            y=[SUITES.get(name, name) for name in suites],
            x=[100 * score["value"] for score in scores],
            name=words,
            orientation="h",
            marker_color=tints[way],
            text=[f"{100 * score['value']:.0f} %" for score in scores],
            textposition="inside",
            insidetextanchor="start",
            insidetextfont={"color": "#14171c" if is_dark() else "#ffffff"},
            error_x={
                "color": "#e7e9ec" if is_dark() else "#1c2128",
                "array": [100 * (score["high"] - score["value"]) for score in scores],
                "arrayminus": [100 * (score["value"] - score["low"]) for score in scores],
                "thickness": 1.2,
            },
            hovertemplate=f"{words}: %{{x:.1f}} %<extra></extra>",
        )
    figure.update_xaxes(title="right picks, %", range=[0, 103])
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(barmode="group", height=150 + 150 * len(suites), bargap=0.2)
    show(
        figure,
        alt="Who picks a right candidate how often; the thin lines are 95 % intervals over the tasks. "
        + " ".join(_sentence(name, found) for name, found in suites.items()),
        key="verify_picks",
        table={
            "suite": [SUITES.get(name, name) for name in suites for _ in WAYS],
            "picked": [words for _ in suites for words in WAYS.values()],
            "right, %": [_share(found["picked_right"][way]) for found in suites.values() for way in WAYS],
        },
    )


def _sentence(name: str, found: Mapping[str, Any]) -> str:
    """What came out on one suite; where intervals overlap, that is said."""
    world, chance = found["picked_right"]["world model"], found["picked_right"]["chance"]
    if world["value"] is None:
        return f"No task of the {SUITES.get(name, name)} was reached."
    if world["low"] > chance["high"]:
        verdict = "better than by chance"
    elif world["high"] < chance["low"]:
        verdict = "worse than by chance"
    else:
        verdict = "not clearly better than by chance"
    return f"On {world['n']} tasks with {SUITES.get(name, name)} our world model chooses {verdict}."


def _share(score: Mapping[str, Any]) -> str:
    if score["value"] is None:
        return "–"
    return f"{100 * score['value']:.1f} [{100 * score['low']:.1f}, {100 * score['high']:.1f}]"


def _said(name: str, found: Mapping[str, Any]) -> None:
    """What the world model said of right and of wrong candidates."""
    said = found["said"]
    rows = ""
    for truth, words in (("right", "really right"), ("wrong", "really wrong")):
        cells = [said.get(f"{truth}, imagined {answer}", 0) for answer in ("right", "wrong", "unknown")]
        rows += (
            f'<tr><th scope="row">{words}</th>' + "".join(f"<td>{count}</td>" for count in cells) + "</tr>"
        )
    st.html(
        f'<details class="cwm-heads"><summary>What it said of the {found["candidates"]} candidates: '
        f"{highlight.plain(name)}</summary><table><tr><th></th><th>imagined the right result</th>"
        f"<th>imagined another</th><th>no readable end</th></tr>{rows}</table></details>"
    )
