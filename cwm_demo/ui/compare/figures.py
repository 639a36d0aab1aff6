"""The comparison's figures: dots with intervals, a table for each, and sentences on what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from textwrap import wrap

import streamlit as st

from cwm_demo.evaluate.compare import (
    METRICS,
    Rate,
    Result,
    Series,
    evenness,
    failures_by,
    imagined_parts,
    misled,
    overlap,
)
from cwm_demo.render import highlight
from cwm_demo.ui.figures import colours, show

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "triangle-down")
FEW = 5  # programs: below that a rate says next to nothing
LIKELY = 0.05  # a difference that chance makes less often than this is called one
KINDS = {
    "line": "different line",
    "state": "different values",
    "end": "stopped too early or too late",
    "invalid": "unreadable prediction",
}
MAX_PAIRS = 10
WRAPPED = 20  # characters of an axis label's line: a phone needs the room for the marks
Points = Mapping[str, Mapping[str, Rate]]  # by series, by group


def rates(results: Sequence[Result]) -> None:
    """Every metric of every file."""
    names = labels(results)
    points = {
        names[index]: {words: result.rates[key] for key, words in METRICS.items() if key in result.rates}
        for index, result in enumerate(results)
    }
    groups = [words for words in METRICS.values() if any(words in rows for rows in points.values())]
    _dots(
        points,
        groups,
        "cmp_rates",
        "right, %",
        "Each mark is one file; what a model can’t do it has no mark for.",
    )


def labels(results: Sequence[Result]) -> list[str]:
    """A model's name, and the file's too where a model comes twice."""
    models = [result.model for result in results]
    return [
        model if models.count(model) == 1 else f"{model} ({result.name})"
        for model, result in zip(models, results)
    ]


def series_labels(series: Sequence[Series]) -> list[str]:
    names = [each.label for each in series]
    return [name if names.count(name) == 1 else f"{name} ({s.result.name})" for name, s in zip(names, series)]


def split(results: Sequence[Result], series: Sequence[Series], by: str) -> None:
    """Failure rates by the groups that were chosen, and whether they are evenly spread."""
    names = series_labels(series)
    if by == "type":
        points: dict[str, dict[str, Rate]] = {}
        for name, result in zip(labels(results), results):
            for how, types in (("step by step", result.by_type), ("at once", result.answers_by_type)):
                if types:
                    points[f"{name}, {how}"] = {kind: _failed(rate) for kind, rate in types.items()}
        alt = "Failures by type: of values that change, step by step, and of returned ones, at once."
    else:
        field = f"by_{by}"
        points = {n: failures_by(getattr(s.result, field), s.way) for n, s in zip(names, series)}
        words = "frames of the run" if by == "length" else by
        alt = f"The share of programs whose returned value is wrong, by {words}."
    groups = sorted({group for rows in points.values() for group in rows})
    if not groups:
        st.html('<p class="cwm-quiet">These files have no such table.</p>')
        return
    if by == "length":
        points = {name: {frames(g): rate for g, rate in rows.items()} for name, rows in points.items()}
        groups = [frames(group) for group in groups]
    _dots(points, groups, f"cmp_{by}", "wrong, %", alt)
    if by == "length":
        st.html("".join(f"<p>{_evenness(name, each)}</p>" for name, each in zip(names, series)))


def _failed(rate: Rate) -> Rate:
    return Rate(1 - rate.value, 1 - rate.high, 1 - rate.low, rate.n)


def _evenness(name: str, series: Series) -> str:
    found = evenness(series.result.by_length, series.way)
    label = f"<b>{highlight.plain(name)}</b>"
    if found is None:
        return f"{label}: too few programs in each group to say whether its failures are evenly spread."
    (low, few), (high, many) = found.lowest, found.highest
    told = (
        f"{label} fails on {_share(few)} of runs of {frames(low)} frames and on {_share(many)} of those of "
        f"{frames(high)}."
    )
    how = f"Groups drawn at random differ as much in {_times(found.chance)} of cases"
    if found.chance < LIKELY:
        return f"{told} {how}: its failures are <b>not uniform</b> over the lengths."
    return f"{told} {how}: by length alone they may well be <b>uniform</b>, or the programs too few to tell."


def frames(bucket: str) -> str:
    """ "01-05" as "1 to 5", "51+" as it is. Other groups stay as they are called."""
    low, dash, high = bucket.partition("-")
    return f"{int(low)} to {int(high)}" if dash and low.isdecimal() and high.isdecimal() else bucket


def _times(chance: float) -> str:
    return "fewer than 1 %" if chance < 0.01 else f"{100 * chance:.0f} %"


def _share(rate: Rate) -> str:
    return f"{100 * rate.value:.0f} % ({rate.hits} of {rate.n})"


def kinds(results: Sequence[Result]) -> None:
    """Tables of what goes wrong first, and of wrong answers."""
    html = []
    for name, result in zip(labels(results), results):
        for title, counts in (
            ("first wrong frame, step by step", {KINDS[k]: n for k, n in result.first_wrong.items()}),
            ("first wrong frame, on its own", {KINDS[k]: n for k, n in imagined_parts(result).items()}),
            ("answers, at once", result.answers),
        ):
            if counts:
                html.append(_bar(name, title, counts))
    st.html(
        f'<div class="cwm-kinds">{"".join(html)}</div>' if html else "<p>These files name no failures.</p>"
    )


def _bar(name: str, title: str, counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    rows = "".join(
        f'<tr><th scope="row">{highlight.plain(kind)}</th><td>{count}</td>'
        f'<td class="cwm-share"><i style="width: {100 * count / total:.1f}%"></i>'
        f"{100 * count / total:.0f} %</td></tr>"
        for kind, count in sorted(counts.items(), key=lambda pair: -pair[1])
    )
    return f"<section><h3>{highlight.plain(name)}</h3><p>{title}</p><table>{rows}</table></section>"


def misled_by_the_trace(results: Sequence[Result], series: Sequence[Series]) -> None:
    """The deck's expectation, for each world model whose file says how each program fared."""
    worlds = [result for result in results if imagined_parts(result)]
    if not worlds:
        st.html(
            '<p class="cwm-quiet">No chosen file says how each program’s own trace fared. Files that '
            "<code>python -m cwm_demo evaluate</code> makes now do, where the model writes traces.</p>"
        )
        return
    names = series_labels(series)
    for number, world in enumerate(worlds):
        points: dict[str, dict[str, Rate]] = {}
        for name, each in zip(names, series):
            found = misled(world, each)
            if found:
                rows = {"its trace was wrong": found.where_wrong, "its trace was right": found.where_right}
                points[name] = {group: rate for group, rate in rows.items() if rate}
        if not points:
            continue
        alt = f"Failures of each model, where the trace that {world.model} wrote was wrong, and where right."
        _dots(points, ["its trace was wrong", "its trace was right"], f"cmp_misled_{number}", "wrong, %", alt)
        st.html("".join(f"<p>{_misled(name, rows)}</p>" for name, rows in points.items()))


def _misled(name: str, rows: Mapping[str, Rate]) -> str:
    wrong, right = rows.get("its trace was wrong"), rows.get("its trace was right")
    label = f"<b>{highlight.plain(name)}</b>"
    if wrong is None or right is None or min(wrong.n, right.n) < FEW:
        few = sum(rate.n for rate in (wrong, right) if rate)
        return f"{label}: {few} programs, too few of one of the two sorts to tell."
    told = f"{label} fails on {_share(wrong)} where the trace was wrong, and on {_share(right)} elsewhere."
    if wrong.low > right.high:
        return f"{told} The intervals are apart: it fails where the trace was misleading."
    if right.low > wrong.high:
        return f"{told} The intervals are apart, the other way round."
    return f"{told} The intervals overlap: no difference can be told."


def overlaps(series: Sequence[Series]) -> None:
    """For each two series, on how many programs they agree."""
    names, rows = series_labels(series), []
    for one, other in list(combinations(range(len(series)), 2))[:MAX_PAIRS]:
        if found := overlap(series[one], series[other]):
            cells = "".join(f"<td>{count}</td>" for count in found.values())
            pair = f"{highlight.plain(names[one])} · {highlight.plain(names[other])}"
            rows.append(f'<tr><th scope="row">{pair}</th>{cells}</tr>')
    if rows:
        head = "".join(f'<th scope="col">{name}</th>' for name in ("first · second", *_CASES))
        st.html(
            "<h3>On the same programs</h3>"
            f'<div class="cwm-wide"><table class="cwm-facts"><tr>{head}</tr>{"".join(rows)}</table></div>'
        )


_CASES = ("both right", "only the first", "only the second", "both wrong")


def _dots(points: Points, groups: Sequence[str], key: str, axis: str, alt: str) -> None:
    import plotly.graph_objects as go

    colour, figure = colours(), go.Figure()
    for number, (name, rows) in enumerate(points.items()):
        there = [group for group in groups if group in rows]
        found = [rows[group] for group in there]
        figure.add_scatter(
            x=[100 * rate.value for rate in found],
            y=[groups.index(group) + _offset(name, group, points) for group in there],
            name=highlight.plain(name),
            mode="markers",
            marker={
                "size": 11,
                "color": colour[number % len(colour)],
                "symbol": SYMBOLS[number % len(SYMBOLS)],
            },
            error_x={
                "array": [100 * (rate.high - rate.value) for rate in found],
                "arrayminus": [100 * (rate.value - rate.low) for rate in found],
                "thickness": 1.6,
                "color": colour[number % len(colour)],
            },
            customdata=[rate.n for rate in found],
            hovertemplate="%{x:.1f} %, n = %{customdata}",
        )
    figure.update_yaxes(
        tickvals=list(range(len(groups))),
        ticktext=["<br>".join(map(highlight.plain, wrap(group, WRAPPED))) for group in groups],
        range=[len(groups) - 0.5, -0.5],
    )
    figure.update_xaxes(title=axis, range=[-3, 103])
    figure.update_layout(height=140 + len(groups) * (26 + 14 * len(points)))
    columns: dict[str, list[str]] = {"": list(groups)}
    for name, rows in points.items():
        columns[name] = [_cell(rows.get(group)) for group in groups]
    show(figure, alt=alt, key=key, table=columns)


def _offset(name: str, group: str, points: Points) -> float:
    """How far from the middle of its group a mark stands, so that all that are there stand round it."""
    there = [other for other, rows in points.items() if group in rows]
    return (there.index(name) - (len(there) - 1) / 2) * 0.8 / max(len(points), 2)


def _cell(rate: Rate | None) -> str:
    if rate is None:
        return "–"
    return f"{100 * rate.value:.1f} [{100 * rate.low:.1f}, {100 * rate.high:.1f}], n = {rate.n}"
