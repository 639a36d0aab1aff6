"""Chapter 05: both models' surprise as an alarm for bugs, as ROC curves, from the result file of `detect`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.ui.figures import DASHES, measured, role, show
from cwm_demo.ui.tables import facts

RESULT = "assets/results/detection.json"
MADE_BY = "python -m cwm_demo detect --out assets/results/detection.json"
ALARMS = (0.01, 0.05, 0.1, 0.2, 0.5)  # shares of false alarms in the figure's table


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with two detectors of `detection.json`: name there, name here, look."""

    detectors: tuple[tuple[str, str, str], ...]
    words: str  # what the two are asked


QUESTIONS = {
    "Where is the bug?": Asked(
        (
            ("step", "world model: the step where the runs part", "world"),
            ("line", "text model: the line with the bug", "text"),
        ),
        "Bugs are the steps where a run parts from the intended one, and the lines that were changed; clean "
        "are the steps and the lines of the programs as meant.",
    ),
    "Is there a bug?": Asked(
        (
            ("run", "world model: the oddest step of the run", "world"),
            ("file", "text model: the oddest line of the file", "text"),
        ),
        "Nobody says where to look: what counts is the oddest step, or the oddest line, of the whole.",
    ),
    "Is the answer wrong?": Asked(
        (
            ("world answer", "world model, asked at once", "world"),
            ("text answer", "text model, asked at once", "text"),
        ),
        "Both read the program as it runs, with the check, and nothing of what was meant: how unlikely do "
        "they find the value that the check expects?",
    ),
}
KINDS = {"both": "both", "world": "the world model alone", "text": "the text model alone", "none": "neither"}


def detection() -> None:
    """The choice of a question, the curves of both models, and a bug of each kind."""
    result = measured(RESULT, MADE_BY)
    detectors = _mapping(result.data, "detectors")
    if any(_curve(detectors, name) for asked in QUESTIONS.values() for name, *_ in asked.detectors):
        wanted = st.radio(
            "The alarm is asked", list(QUESTIONS), key="det_of", horizontal=True, bind="query-params"
        )
        _figure(wanted, detectors, result.data or {})
        examples = _examples(_mapping(result.data, "examples"))
        if examples and wanted == "Where is the bug?":
            st.html(examples)
    result.show()
    if sample := _sample(result.data or {}):
        st.html(f'<p class="cwm-measured">{highlight.plain(sample)}</p>')


def _figure(wanted: str, detectors: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    asked, figure = QUESTIONS[wanted], go.Figure()
    table: dict[str, list[str]] = {"false alarms, %": [f"{100 * share:.0f}" for share in ALARMS]}
    said = []
    for number, (name, words, look) in enumerate(asked.detectors):
        curve = _curve(detectors, name)
        if not curve:
            continue
        figure.add_scatter(
            x=[100 * point["clean"] for point in curve],
            y=[100 * point["bugs"] for point in curve],
            name=words,
            mode="lines",
            line={"color": role(look), "dash": DASHES[number], "width": 3},
            hovertemplate="%{y:.0f} % of bugs for %{x:.0f} % false alarms<extra></extra>",
        )
        table[f"bugs found, %: {words}"] = [f"{100 * found_at(curve, share):.0f}" for share in ALARMS]
        said.append(_area(words, detectors[name]))
    if point := _point(wanted, data):
        x, y, words = point
        figure.add_scatter(
            x=[x],
            y=[y],
            name=words,
            mode="markers",
            marker={"color": role("world"), "symbol": "diamond", "size": 14},
            hovertemplate="%{y:.0f} % of bugs for %{x:.0f} % false alarms<extra></extra>",
        )
        said.append(f"The diamond: {words} for {y:.0f} % of the bugs and {x:.0f} % of what is clean.")
    figure.add_scatter(
        x=[0, 100], y=[0, 100], name="by chance", mode="lines", hoverinfo="skip",
        line={"color": role("other"), "dash": "dot"},
    )  # fmt: skip
    figure.update_xaxes(title="false alarms: what is clean and rings, %", range=[-1, 101])
    figure.update_yaxes(title="bugs that ring, %", range=[-1, 103])
    figure.update_layout(height=460)
    alt = f"{asked.words} Each curve sets the alarm from deaf, below left, to always ringing."
    show(figure, " ".join([alt, *said]), f"det_{list(QUESTIONS).index(wanted)}", table)


def found_at(curve: Sequence[Mapping[str, float]], alarms: float) -> float:
    """The share of bugs that ring where at most so many clean things do."""
    return max((point["bugs"] for point in curve if point["clean"] <= alarms), default=0.0)


def _area(words: str, detector: Mapping[str, Any]) -> str:
    """The area under a curve as what it says of pairs."""
    area = detector.get("area") or {}
    if area.get("value") is None:
        return ""
    spread = f" (95 % interval {100 * area['low']:.0f} to {100 * area['high']:.0f})" if "low" in area else ""
    return (
        f"{words[0].upper()}{words[1:]}: in {100 * area['value']:.0f} of 100 pairs the bug is the more "
        f"surprising one{spread}."
    )


def _point(wanted: str, data: Mapping[str, Any]) -> tuple[float, float, str] | None:
    """What a yes or no gives, where there is one beside the curves."""
    if wanted == "Where is the bug?":
        red = _mapping(data, "verdict_red")
        clean, bugs, words = red.get("clean steps"), red.get("bugs"), "world model: the verdict is red"
    elif wanted == "Is the answer wrong?":
        imagined = _mapping(data, "imagined")
        clean, bugs = imagined.get("clean: rejected"), imagined.get("bugs: rejected")
        words = "world model: its imagined run ends in another value"
    else:
        return None
    try:
        return 100 * clean["value"], 100 * bugs["value"], words
    except (KeyError, TypeError):
        return None


def _examples(examples: Mapping[str, Any]) -> str:
    """The first bug of each kind, at the threshold where a tenth of what is clean rings."""
    counts, rows = _mapping(examples, "counts"), ""
    for kind, words in KINDS.items():
        bug = next(iter(examples.get(kind) or ()), None)
        if isinstance(bug, Mapping):
            before, after = (highlight.code(str(bug.get(part, "")).strip()) for part in ("before", "after"))
            rows += (
                f'<tr><th scope="row">{words}</th><td>{counts.get(kind, 0)}</td>'
                f"<td><code>{before}</code></td><td><code>{after}</code></td></tr>"
            )
    if not rows:
        return ""
    table = facts("bugs found", ("found by", "bugs", "one of them, as meant", "with the bug"), [rows])
    return (
        "<details><summary>Which bugs? One of each kind, with the alarms set so that a tenth of what is "
        f"clean rings</summary>{table}</details>"
    )


def _sample(data: Mapping[str, Any]) -> str:
    """How much was measured."""
    origins = _mapping(data, "mutants_by_origin")
    if not data.get("mutants"):
        return ""
    parts = ", ".join(f"{count} of {name}" for name, count in origins.items())
    cut = "" if data.get("finished", True) else f"; time was up before {data.get('wanted')} were reached"
    return f"{data['mutants']:,} bugs in {data.get('cases', 0):,} runs ({parts}){cut}."


def _curve(detectors: Mapping[str, Any], name: str) -> Sequence[Mapping[str, float]]:
    return _mapping(detectors, name).get("curve") or ()


def _mapping(data: Mapping[str, Any] | None, name: str) -> Mapping[str, Any]:
    found = (data or {}).get(name)
    return found if isinstance(found, Mapping) else {}
