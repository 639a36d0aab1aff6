"""Figures of chapter 04 from experiments with small models: each appears as its result file does.

A file is written anew after every model, so all of this also draws experiments that are not finished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.ui.figures import DASHES, NUMBERS, Measured, colours, measured, role, show

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COMMAND = "python -m cwm_demo train experiments --only"
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star")
SUITES = {"generated": "held-out generated programs", "catalogue": "the app’s programs"}
SHARE, RIGHT, LOSS = "traces, % of the tokens", "whole frames right, %", "loss on source, nats a token"
INTERVALS = "In brackets and as thin lines: 95 % intervals over the programs."
Run = Mapping[str, Any]
Score = Mapping[str, Any]  # value, low, high, n
Points = Sequence[tuple[float, Score]]


def mix() -> None:
    """What traces in some or all of the tokens give, and what they cost on source."""
    result, runs = _runs("mix", "share")
    if not runs:
        result.show()
        return
    gained, paid = st.columns(2, gap="medium")
    with gained:
        _gained(result, runs)
    with paid:
        _paid(result, runs)
    _about(result, runs)


def _gained(result: Measured, runs: Sequence[Run]) -> None:
    shares = [100 * run["share"] for run in runs]
    figure, table, said = _figure(SHARE, RIGHT, shares), {SHARE: shares}, []
    for number, (suite, words) in enumerate(SUITES.items()):
        points = _points(runs, suite, lambda run: 100 * run["share"])
        if points:
            _curve(figure, points, words, role(("world", "other")[number]), number)
            said.append(f"on {words} {_ends(points)}")
        table[f"{RIGHT}: {words}"] = [_with_interval(_frame(run, suite)) for run in runs]
    without = " The model that read no trace is not asked for frames." if 0 in shares else ""
    if not said:
        _not_yet(f"{without}{_unfinished(result)}")
        return
    words = f"Whole frames right over the share of traces: {'; '.join(said)}. {INTERVALS}"
    show(figure, f"{words}{without}{_unfinished(result)}", "experiment_mix", table)


def _paid(result: Measured, runs: Sequence[Run]) -> None:
    costs = [(100 * run["share"], run["scores"].get("source_loss")) for run in runs]
    costs = [(x, loss) for x, loss in costs if loss is not None]
    if not costs:
        return
    shares, losses = zip(*costs)
    figure = _figure(SHARE, LOSS, shares)
    figure.add_scatter(
        x=shares, y=losses, mode="lines+markers", line={"color": role("text")},
        marker={"symbol": "diamond", "size": 8}, cliponaxis=False,
    )  # fmt: skip
    listed = ", ".join(f"{loss:.2f} at {x:.0f} %" for x, loss in costs)
    words = f"What it costs: the loss on source, less is better. {listed}.{_unfinished(result)}"
    show(figure, words, "experiment_mix_source", {SHARE: shares, LOSS: losses})


def growth() -> None:
    """Frames right over the number of different traces, and over parameters."""
    result, runs = _runs("growth", "depth")
    if not runs:
        result.show()
        return
    traces, parameters = st.columns(2, gap="medium")
    with traces:
        _grown(result, runs, "different_traces", "parameters")
    with parameters:
        _grown(result, runs, "parameters", "different_traces")
    for words in _continued(result):
        st.html(f'<p class="cwm-given">{highlight.plain(words)}</p>')
    _about(result, runs)


def budget() -> None:
    """Frames right over the number of tokens read."""
    result, runs = _runs("budget", "tokens")
    if not runs:
        result.show()
        return
    _grown(result, runs, "tokens", "parameters")
    for words in _continued(result):
        st.html(f'<p class="cwm-given">{highlight.plain(words)}</p>')
    _about(result, runs)


# What an experiment's models differ in: in words, a number of it on an axis, and one of it as a curve's name.
AXES: Mapping[str, tuple[str, Callable[[int], str], Callable[[int], str]]] = {
    "different_traces": (
        "different traces",
        lambda count: f"{count:,}",
        lambda count: f"{count:,} traces",
    ),
    "parameters": (
        "parameters",
        lambda count: f"{count / 1e6:.2g}M",
        lambda count: f"{count / 1e6:.2g}M parameters",
    ),
    "tokens": (
        "tokens of mid-training",
        lambda count: f"{count / 1e6:.3g}M",
        lambda count: f"{count / 1e6:.3g}M tokens",
    ),
}


def _grown(result: Measured, runs: Sequence[Run], along: str, each: str) -> None:
    """Frames right along one of the axes, a curve for each value of the other."""
    title, tick, _ = AXES[along]
    name = AXES[each][2]
    curves = {
        value: _points([run for run in runs if run[each] == value], "generated", lambda run: run[along])
        for value in sorted({run[each] for run in runs})
    }
    curves = {value: points for value, points in curves.items() if points}
    if not any(len(points) > 1 for points in curves.values()):
        _not_yet(f" Along {title} there is no second model to compare with.{_unfinished(result)}")
        return
    ticks = sorted({run[along] for run in runs})
    figure, rows, said = _figure(f"{title} (logarithmic)", RIGHT, ticks, tick), [], []
    figure.update_xaxes(type="log")
    for number, (value, points) in enumerate(curves.items()):
        _curve(figure, points, name(value), colours()[number % 6], number)
        rows += [(name(value), f"{x:,}", _with_interval(score)) for x, score in points]
        said.append(f"{name(value)}: {_ends(points, tick)}")
    words = f"Whole frames right on {SUITES['generated']} over the number of {title}. {'; '.join(said)}."
    columns = dict(zip(("curve", title, RIGHT), zip(*rows)))
    show(figure, f"{words} {INTERVALS}{_unfinished(result)}", f"experiment_growth_{along}", columns)


def _continued(result: Measured) -> list[str]:
    """What the extrapolation says, labelled as one; or that there is nothing to go on from."""
    found = (result.data or {}).get("extrapolation") or {}
    said = []
    for key, (words, *_) in AXES.items():
        line = found.get(key) or {}
        if line.get("level_from"):
            said.append(
                f"From {line['level_from']:,} to {line['last']:,} {words} no gain beyond the "
                "intervals is shown. So nothing is extrapolated along them."
            )
        if line.get("halved_at"):
            digits = len(str(line["halved_at"])) - 1
            said.append(
                "Extrapolated, not measured: to halve the errors that are left it would take about "
                f"{round(line['halved_at'], -digits):,} {words}, if the straight line through the logarithms "
                f"of {line['points']} points went on."
            )
    return said


def measured_windows() -> bool:
    """Whether there are models to show in `window`."""
    return bool(_runs("window", "depth")[1])


def window() -> None:
    """Full attention and CWM's pattern of windows, side by side."""
    result, runs = _runs("window", "depth")
    if not runs:
        result.show()
        return
    rows = []
    for run in runs:
        cells = [_cell(_frame(run, suite)) for suite in SUITES]
        cells += [_cell(_frame(run, "generated", "far")), f"{run['tokens_per_second']:,}"]
        rows.append(
            f'<tr><th scope="row">{_attention(run)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        )
    heads = ["attention", *(f"frames right: {words}" for words in SUITES.values())]
    heads += [f"{SUITES['generated']}, only frames that begin beyond the window"]
    heads += ["tokens a second in training"]
    words = " ".join([*_compared(runs), _unfinished(result).strip()])
    st.html(
        '<div class="cwm-made cwm-costs" tabindex="0" role="region" aria-label="attention">'
        f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        f'<p class="cwm-given">{words} In brackets the 95 % interval, and of how many frames. The speed is '
        "that of training on texts as short as ours, beside whatever else the machine did; what a window "
        "saves on long ones is reckoned by the sliders of chapter 03.</p>"
    )
    _about(result, runs)


def _attention(run: Run) -> str:
    if run["window"]:
        return f"windows of {run['window']} tokens, one layer in four global"
    return "full attention"


def _compared(runs: Sequence[Run]) -> list[str]:
    """Whether the two differ by more than the intervals, a sentence for each kind of frames."""
    full = next((run for run in runs if not run["window"]), None)
    local = next((run for run in runs if run["window"]), None)
    said = []
    for side, where in (
        ("frame", "Of all frames of generated programs"),
        ("far", "Of those beyond the window"),
    ):
        scores = [_frame(run, "generated", side) for run in (full, local) if run]
        if len(scores) == 2 and all(scores):
            whole, part = scores
            overlap = whole["low"] <= part["high"] and part["low"] <= whole["high"]
            so = "the intervals overlap, so no difference is shown" if overlap else "the intervals lie apart"
            said.append(
                f"{where}, full attention has {100 * whole['value']:.1f} % right and windows "
                f"{100 * part['value']:.1f} %: {so}."
            )
    return said


# --- what the three share ---


def _runs(experiment: str, key: str) -> tuple[Measured, list[Run]]:
    """The result file and its models in the order of `key`; [] where there is none, or no such file."""
    result = measured(f"assets/results/{experiment}.json", f"{COMMAND} {experiment}")
    runs = (result.data or {}).get("runs")
    if not isinstance(runs, list) or not all(isinstance(run, dict) and "scores" in run for run in runs):
        return result, []
    return result, sorted(runs, key=lambda run: run[key])


def _frame(run: Run, suite: str, side: str = "frame") -> Score | None:
    score = (run["scores"].get(suite) or {}).get(side)
    return score if score and score.get("n") else None


def _points(runs: Sequence[Run], suite: str, along: Callable[[Run], float]) -> Points:
    """Where each model stands and its score, from left to right."""
    found = [(along(run), score) for run in runs if (score := _frame(run, suite))]
    return sorted(found, key=lambda point: point[0])


def _figure(x: str, y: str, ticks: Sequence[float], tick: Callable[[Any], str] = "{:.0f}".format) -> Figure:
    from plotly import graph_objects as go

    figure = go.Figure()
    figure.update_layout(height=390, margin=NUMBERS)
    figure.update_xaxes(title=x, tickvals=list(ticks), ticktext=[tick(at) for at in ticks])
    figure.update_yaxes(title=y, rangemode="tozero")
    return figure


def _curve(figure: Figure, points: Points, name: str, colour: str, number: int) -> None:
    """A curve with its intervals."""
    values = [100 * score["value"] for _, score in points]
    figure.add_scatter(
        x=[x for x, _ in points],
        y=values,
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [100 * score["high"] - y for y, (_, score) in zip(values, points)],
            "arrayminus": [y - 100 * score["low"] for y, (_, score) in zip(values, points)],
        },
        name=name,
        mode="lines+markers",
        line={"color": colour, "dash": DASHES[number % 6]},
        marker={"symbol": SYMBOLS[number % 6], "size": 8},
        cliponaxis=False,
    )


def _ends(points: Points, tick: Callable[[Any], str] = "{:.0f} %".format) -> str:
    """The first and the last point in words."""
    ends = [points[0], points[-1]] if len(points) > 1 else points
    return ", ".join(f"{100 * score['value']:.0f} % {_spread(score)} at {tick(x)}" for x, score in ends)


def _spread(score: Score) -> str:
    return f"[{100 * score['low']:.0f} to {100 * score['high']:.0f}]"


def _with_interval(score: Score | None) -> str | None:
    return f"{100 * score['value']:.1f} {_spread(score)} of {score['n']:,}" if score else None


def _cell(score: Score | None) -> str:
    if score is None:
        return "–"
    return f"<b>{100 * score['value']:.1f} %</b> <small>{_spread(score)} of {score['n']:,}</small>"


def _not_yet(words: str) -> None:
    st.html(f'<p class="cwm-notyet"><b>Nothing to draw yet.</b>{highlight.plain(words)}</p>')


def _unfinished(result: Measured) -> str:
    data = result.data or {}
    return "" if data.get("finished") else f" So far {len(data['runs'])} of {data.get('of', '?')} models."


def _about(result: Measured, runs: Sequence[Run]) -> None:
    """How large these models are: nobody should take them for the app's. And what one seed is worth."""
    sizes = sorted({run["parameters"] / 1e6 for run in runs})
    size = f"{sizes[0]:.2g}" if len(sizes) == 1 else f"{sizes[0]:.2g} to {sizes[-1]:.2g}"
    budgets = sorted({run["tokens"] / 1e6 for run in runs})
    tokens = f"{budgets[0]:,.3g}" if len(budgets) == 1 else f"{budgets[0]:,.3g} to {budgets[-1]:,.3g}"
    st.html(
        f'<p class="cwm-given">Models made for this experiment alone: {size} million parameters, '
        f"{tokens} million tokens of mid-training each. They are not those of this app. Each was "
        "trained once, from one seed: how far another seed would move a point, no interval here says.</p>"
    )
    result.show()
