"""Figures of chapter 04 from experiments with small models: each appears as its result file does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from cwm_demo.ui import highlight
from cwm_demo.ui.figures import DASHES, Measured, colours, measured, role, show

COMMAND = "python -m cwm_demo train experiments --only"
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star")
SUITES = {"generated": "held-out generated programs", "catalogue": "the app’s programs"}
Run = Mapping[str, Any]


def mix() -> None:
    """What traces in some or all of the tokens give, and what they cost on source."""
    result, runs = _runs("mix", "share")
    if not runs:
        result.show()
        return
    from plotly import graph_objects as go

    gained, paid = st.columns(2, gap="medium")
    shares = [100 * run["share"] for run in runs]
    with gained:
        figure, table, said = go.Figure(), {"traces, % of the tokens": shares}, []
        for look, (suite, words) in zip(("world", "other"), SUITES.items()):
            points = [(100 * run["share"], _frame(run, suite)) for run in runs]
            points = [(x, score) for x, score in points if score]
            if points:
                figure.add_trace(_line(points, words, role(look), len(said)))
                said.append(f"on {words} {_ends(points)}")
            table[f"frames right, %: {words}"] = [_per_cent(_frame(run, suite)) for run in runs]
        figure.update_layout(height=380)
        figure.update_xaxes(title="traces, % of the tokens of mid-training", range=[-3, 103])
        figure.update_yaxes(title="whole frames right, %", rangemode="tozero")
        words = f"Whole frames right over the share of traces: {'; '.join(said)}.{_unfinished(result)}"
        show(figure, words, "experiment_mix", table)
    with paid:
        costs = [(100 * run["share"], run["scores"].get("source_loss")) for run in runs]
        costs = [(x, loss) for x, loss in costs if loss is not None]
        figure = go.Figure(
            go.Scatter(
                x=[x for x, _ in costs], y=[loss for _, loss in costs], mode="lines+markers",
                line={"color": role("text")}, marker={"symbol": "diamond", "size": 8}, cliponaxis=False,
            )
        )  # fmt: skip
        figure.update_layout(height=380)
        figure.update_xaxes(title="traces, % of the tokens of mid-training", range=[-3, 103])
        figure.update_yaxes(title="loss on source, nats a token", rangemode="tozero")
        words = f"What it costs: the loss on source, less is better. {_words_of(costs)}"
        table = {"traces, % of the tokens": [x for x, _ in costs], "loss on source": [y for _, y in costs]}
        show(figure, words, "experiment_mix_source", table)
    _about(result, runs)


def growth() -> None:
    """Frames right over the number of different traces, and over parameters."""
    result, runs = _runs("growth", "depth")
    if not runs:
        result.show()
        return
    traces, parameters = st.columns(2, gap="medium")
    with traces:
        _grown(
            result, runs, "different_traces", "parameters", "different traces", "experiment_growth_traces",
            lambda count: f"{count / 1e6:.2g}M parameters",
        )  # fmt: skip
    with parameters:
        _grown(
            result, runs, "parameters", "different_traces", "parameters", "experiment_growth_parameters",
            lambda count: f"{count:,} traces",
        )  # fmt: skip
    st.html("".join(f'<p class="cwm-given">{highlight.plain(words)}</p>' for words in _continued(result)))
    _about(result, runs)


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
        name = (
            f"windows of {run['window']} tokens, one layer in four global"
            if run["window"]
            else "full attention"
        )
        cells = [_cell(_frame(run, suite)) for suite in SUITES]
        cells += [_cell(_frame(run, "generated", "far")), f"{run['tokens_per_second']:,}"]
        rows.append(f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>')
    heads = ["attention", *(f"frames right: {words}" for words in SUITES.values())]
    heads += [f"{SUITES['generated']}, only frames that begin beyond the window"]
    heads += ["tokens a second in training"]
    st.html(
        '<div class="cwm-made cwm-costs" tabindex="0" role="region" aria-label="attention">'
        f"<table><thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="cwm-given">In brackets the 95 % interval, and of how many frames.</p>'
    )
    _about(result, runs)


def _grown(
    result: Measured,
    runs: Sequence[Run],
    along: str,
    each: str,
    title: str,
    key: str,
    name: Callable[[int], str],
) -> None:
    """One curve for each value of `each`."""
    from plotly import graph_objects as go

    figure, rows, said = go.Figure(), [], []
    for number, value in enumerate(sorted({run[each] for run in runs})):
        points = [(run[along], _frame(run, "generated")) for run in runs if run[each] == value]
        points = sorted([point for point in points if point[1]], key=lambda point: point[0])
        if points:
            figure.add_trace(_line(points, name(value), colours()[number % 6], number))
            rows += [(name(value), x, _per_cent(score)) for x, score in points]
            said.append(f"{name(value)}: {_ends(points)}")
    figure.update_layout(height=400)
    figure.update_xaxes(title=f"{title} (logarithmic)", type="log")
    figure.update_yaxes(title="whole frames right, %", rangemode="tozero")
    words = (
        f"Whole frames right on {SUITES['generated']} over {title}. {'; '.join(said)}.{_unfinished(result)}"
    )
    show(figure, words, key, dict(zip(("curve", title, "frames right, %"), zip(*rows))))


def _continued(result: Measured) -> list[str]:
    """What the extrapolation says, labelled as one."""
    found = (result.data or {}).get("extrapolation") or {}
    said = []
    for key, words in (("different_traces", "different traces"), ("parameters", "parameters")):
        line = found.get(key)
        if line and line.get("halved_at"):
            digits = len(str(line["halved_at"])) - 1
            said.append(
                "Extrapolated, not measured: to halve the errors that are left it would take about "
                f"{round(line['halved_at'], -digits):,} {words}, if the straight line through the logarithms "
                f"of {line['points']} points went on."
            )
    return said


def _runs(experiment: str, key: str) -> tuple[Measured, list[Run]]:
    """The result file and its models in the order of `key`; [] where there is none, or no such file."""
    result = measured(f"assets/results/{experiment}.json", f"{COMMAND} {experiment}")
    runs = (result.data or {}).get("runs")
    whole = isinstance(runs, list) and all(isinstance(run, dict) and "scores" in run for run in runs)
    return result, sorted(runs, key=lambda run: run[key]) if whole else []


def _frame(run: Run, suite: str, side: str = "frame") -> Mapping[str, Any] | None:
    score = (run["scores"].get(suite) or {}).get(side)
    return score if score and score.get("n") else None


def _line(points: Sequence[tuple[float, Mapping[str, Any]]], name: str, colour: str, number: int) -> Any:
    """A curve with its intervals."""
    from plotly import graph_objects as go

    values = [100 * score["value"] for _, score in points]
    return go.Scatter(
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


def _ends(points: Sequence[tuple[float, Mapping[str, Any]]]) -> str:
    ends = [points[0], points[-1]] if len(points) > 1 else points
    return ", ".join(f"{100 * score['value']:.0f} % at {x:,.0f}" for x, score in ends)


def _words_of(costs: Sequence[tuple[float, float]]) -> str:
    return ", ".join(f"{loss:.2f} at {x:.0f} %" for x, loss in costs) + "."


def _per_cent(score: Mapping[str, Any] | None) -> float | None:
    return round(100 * score["value"], 1) if score else None


def _cell(score: Mapping[str, Any] | None) -> str:
    if score is None:
        return "–"
    spread = f"{100 * score['low']:.0f} to {100 * score['high']:.0f}"
    return f"<b>{100 * score['value']:.1f} %</b> <small>[{spread}] of {score['n']:,}</small>"


def _unfinished(result: Measured) -> str:
    data = result.data or {}
    return "" if data.get("finished") else f" So far {len(data['runs'])} of {data['of']} models."


def _about(result: Measured, runs: Sequence[Run]) -> None:
    """How large these models are: nobody should take them for the app's."""
    sizes = sorted({run["parameters"] / 1e6 for run in runs})
    size = f"{sizes[0]:.2g}" if len(sizes) == 1 else f"{sizes[0]:.2g} to {sizes[-1]:.2g}"
    tokens = max(run["tokens"] for run in runs) / 1e6
    st.html(
        f'<p class="cwm-given">Models made for this experiment alone: {size} million parameters, '
        f"{tokens:,.3g} million tokens of mid-training each. They are not those of this app.</p>"
    )
    result.show()
