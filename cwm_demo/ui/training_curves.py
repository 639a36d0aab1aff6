"""Figures of chapter 04, drawn from the logs beside the weights and from measured results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from cwm_demo.predict.settings import MODELS
from cwm_demo.render import highlight
from cwm_demo.train.history import Curve, Run, smoothed, training
from cwm_demo.ui.figures import NUMBERS, ROOT, colours, measured, role, show, show_lines
from cwm_demo.ui.training_stages import FURTHER, NAMES, TWINS, logged

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

RESULTS = ROOT / "assets" / "results"
HELD_OUT = "on held-out programs of the same generator"
GIVEN = f"{HELD_OUT}, the true frames before each given"
TICKS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5]  # of a loss on a logarithmic axis
MARKED = 30  # of a curve's points, at most: each mark costs the browser as much as the whole line
METRICS = {
    ("replay", "state_exact"): "states right, step by step",
    ("replay", "action_exact"): "lines right, step by step",
    ("imagine", "output_pass"): "result right, on its own",
    ("direct", "output_pass"): "result right, asked directly",
}
SUITES = {"catalogue": "the app’s programs", "generated": "generated programs", "mbpp-test": "MBPP’s test"}


def losses(models: Path = MODELS) -> None:
    """What both models paid while they trained, from the first token on."""
    from plotly import graph_objects as go

    world, text = logged(models / "cwm"), logged(models / "standard")
    if not world and not text:
        return
    begun = next((run for run in [*world, *text] if run.stage == "pretrain"), None)
    before = begun.tokens if begun else 0
    figure = go.Figure()
    if begun:
        _line(figure, NAMES["pretrain"] + ", on source", smoothed(begun.curve("source_loss")), "other", "dot")
    for runs, name in ((world, "cwm"), (text, "standard")):
        start = before
        for run in runs:
            if run.stage == "pretrain":
                continue
            title = (
                TWINS[name] if run.stage == name else f"{TWINS[name]}, {FURTHER.get(run.stage, run.stage)}"
            )
            look = "world" if name == "cwm" else "text"
            for key, words, dash in (
                ("trace_loss", "on frames", "solid"),
                ("source_loss", "on source", "dash"),
            ):
                tokens, values = smoothed(run.curve(key), points=120)
                if values:
                    _line(figure, f"{title}, {words}", ([start + t for t in tokens], values), look, dash)
            start += run.tokens
    further = next((run.rounds for run in map(_mid, (world, text)) if run), ())
    begun_at = [before + tokens for tokens in further]
    _mark(figure, [before] * bool(before) + begun_at)
    figure.update_layout(height=430, margin=NUMBERS)
    figure.update_xaxes(title="tokens read, millions", rangemode="tozero")
    figure.update_yaxes(title="loss, nats a token", type="log", tickvals=TICKS, ticktext=TICKS)
    words = ["The training loss of both models, averaged over neighbouring steps; lower is better."]
    for name, runs in (("cwm", world), ("standard", text)):
        if (run := _mid(runs)) and (ends := _ends(run)):
            words.append(f"At the end the {TWINS[name].lower()} pays {ends}.")
    if before:
        words.append(f"Mid-training begins at the first dotted line, at {before / 1e6:.1f} million tokens.")
    if further:
        words.append(rounds_at(begun_at))
    rows = [
        (TWINS[name] if run.stage != "pretrain" else "both", NAMES.get(run.stage, run.stage), *row)
        for name, runs in (("cwm", world), ("standard", text))
        for run in runs
        if not (name == "standard" and run.stage == "pretrain" and world)
        for row in _table_of(run)
    ]
    columns = dict(zip(("model", "stage", "million tokens", "loss on frames", "loss on source"), zip(*rows)))
    show(figure, " ".join(words), "training_losses", columns)


def _mark(figure: Figure, begun: Sequence[int]) -> None:
    """A line at each of these numbers of tokens. The words below the figure say what begins there: names in
    the figure lie over the curves where rounds are short or the screen is narrow."""
    for tokens in begun:
        figure.add_vline(x=tokens / 1e6, line_dash="dot", line_color=role("other"))


def rounds_at(begun: Sequence[int]) -> str:
    """Where the further rounds began, and what that does to a curve."""
    places = [f"{number} at {tokens / 1e6:.1f}" for number, tokens in enumerate(begun, 2)]
    listed = ", ".join(places[:-1]) + " and " * (len(places) > 1) + places[-1]
    return (
        f"Dotted lines: round{'s' * (len(places) > 1)} {listed} million tokens. There training went on with "
        "another corpus and its learning rate high again, so a curve may jump."
    )


def validation(models: Path = MODELS) -> None:
    """Both twins along their mid-training, on the same axes: what was gained, and what it cost."""
    runs = {name: run for name in TWINS if (run := _mid(logged(models / name)))}
    if not any(run.scores("frame")[1] for run in runs.values()):
        return
    gained, paid = st.columns(2, gap="medium")
    with gained:
        _along(runs, "frame", "whole frames right, %", 100, "%.0f %%", "more is better")
    with paid:
        _along(runs, "source_loss", "loss on source, nats a token", 1, "%.2f", "less is better")


def _along(runs: dict[str, Run], key: str, title: str, scale: float, form: str, better: str) -> None:
    """One score of both twins over the tokens of their mid-training."""
    from plotly import graph_objects as go

    figure, rows, said = go.Figure(), [], []
    for name, run in runs.items():
        tokens, scores = run.scores(key)
        if not scores:
            continue
        values = [scale * score for score in scores]
        look, symbol = ("world", "circle") if name == "cwm" else ("text", "diamond")
        figure.add_trace(
            go.Scatter(
                x=_millions(tokens), y=values, name=TWINS[name], mode="lines+markers",
                marker={"symbol": symbol, "size": 7, "maxdisplayed": MARKED},
                line={"color": role(look)}, cliponaxis=False,
            )
        )  # fmt: skip
        rows += [(TWINS[name], t / 1e6, value) for t, value in _some(list(zip(tokens, values)))]
        said.append(f"{TWINS[name]} {form % values[-1]}")
    further = next((run.rounds for run in runs.values()), ())
    _mark(figure, further)
    figure.update_layout(height=380, margin=NUMBERS)
    figure.update_xaxes(title="tokens of mid-training, millions", rangemode="tozero")
    figure.update_yaxes(title=title, rangemode="tozero")
    where = GIVEN if key == "frame" else HELD_OUT
    words = f"{title[0].upper()}{title[1:]}, {where}; {better}. At the end: {', '.join(said)}."
    if further:
        words += f" {rounds_at(further)}"
    show(figure, words, f"training_{key}", dict(zip(("model", "million tokens", title), zip(*rows))))


def ablation() -> None:
    """The same questions to both models, from whatever result files there are."""
    found = _results()
    rows = []
    for suite in dict.fromkeys(suite for suite, _ in found):
        for (mode, metric), words in METRICS.items():
            scores = [_score(found.get((suite, name)), mode, metric) for name in TWINS]
            if any(scores):
                rows.append((SUITES.get(suite, suite), words, *scores))
    if rows:
        body = "".join(
            f'<tr><th scope="row">{highlight.plain(suite)}</th><td>{words}</td>'
            f"<td>{_cell(world)}</td><td>{_cell(text)}</td></tr>"
            for suite, words, world, text in rows
        )
        head = "<tr><th>programs</th><th>question</th><th>World model</th><th>Text model</th></tr>"
        st.html(
            f'<div class="cwm-made cwm-costs"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>'
            '<p class="cwm-given">In brackets the 95 % interval, and of how many.</p>'
        )
    if found:
        show_lines(measured(path.relative_to(ROOT)) for path in sorted({path for path, _ in found.values()}))
    missing = [name for name in TWINS if not any(model == name for _, model in found)]
    for name in missing:
        st.html(
            f'<p class="cwm-measured">The {TWINS[name].lower()} was not asked on these suites yet: python -m '
            f"cwm_demo evaluate generated --model models/{name} --out assets/results/generated-{name}.json "
            "makes its column.</p>"
        )


def traces(models: Path = MODELS) -> None:
    """The world model's validation scores against how many tokens of traces it had read."""
    from plotly import graph_objects as go

    run = _mid(logged(models / "cwm"))
    if run is None or not run.scores("frame")[1]:
        st.info("There is no log of the world model here yet: `python -m cwm_demo train all` makes one.")
        return
    mix = training(models / "cwm").get("stage", {}).get("mix", {})
    share = 1 - float(mix.get("source_share", 0.0))
    figure = go.Figure()
    columns: dict[str, Sequence[float]] = {}  # every point; the table shows some
    names = {"action": "lines", "state": "states", "frame": "whole frames"}
    for colour, (key, words), symbol in zip(colours(), names.items(), ("square", "diamond", "circle")):
        tokens, values = run.scores(key)
        points = [(share * t / 1e6, 100 * value) for t, value in zip(tokens, values) if t]
        columns["million tokens of traces"] = [x for x, _ in points]
        columns[f"{words} right, %"] = [y for _, y in points]
        figure.add_trace(
            go.Scatter(
                x=[x for x, _ in points], y=[y for _, y in points], name=words, mode="lines+markers",
                line={"color": colour}, marker={"symbol": symbol, "size": 7, "maxdisplayed": MARKED},
            )
        )  # fmt: skip
    figure.update_layout(height=400, margin=NUMBERS)
    figure.update_xaxes(title="traces read, million tokens, doubling", type="log", dtick=0.30103)
    figure.update_yaxes(title="right, %", range=[0, 100])
    frames = columns["whole frames right, %"]
    read = columns["million tokens of traces"]
    words = (
        f"Points along one run, {GIVEN}. After {read[0]:.1f} million tokens of traces "
        f"{frames[0]:.0f} % of whole frames are right, after {read[-1]:.1f} million {frames[-1]:.0f} %."
    )
    table = {name: _some(list(values)) for name, values in columns.items()}
    show(figure, words, "training_traces", table)


def _some(points: list[Any]) -> list[Any]:
    """About ten of the points for a table, evenly chosen, the last among them."""
    step = -(-len(points) // 10)
    return points[::-1][:: max(step, 1)][::-1]


def _mid(runs: list[Run]) -> Run | None:
    """The mid-training among the stages of a model."""
    return next((run for run in runs if run.stage in TWINS), None)


def _line(figure: Figure, name: str, curve: Curve, look: str, dash: str) -> None:
    from plotly import graph_objects as go

    figure.add_trace(
        go.Scatter(
            x=_millions(curve[0]),
            y=curve[1],
            name=name,
            mode="lines",
            line={"color": role(look), "dash": dash},
        )
    )


def _millions(tokens: Sequence[float]) -> list[float]:
    return [value / 1e6 for value in tokens]


def _ends(run: Run) -> str:
    """The last losses in words."""
    parts = []
    for key, words in (("trace_loss", "frames"), ("source_loss", "source")):
        _, values = smoothed(run.curve(key), points=40)
        if values:
            parts.append(f"{values[-1]:.2f} on {words}")
    return " and ".join(parts)


def _table_of(run: Run) -> list[tuple[float, float | None, float | None]]:
    """Tokens, loss on frames and on source at about eight places of a run."""
    frames, source = smoothed(run.curve("trace_loss"), 8), smoothed(run.curve("source_loss"), 8)
    longest = max(frames, source, key=lambda curve: len(curve[0]))[0]

    def at(curve: Curve, i: int) -> float | None:
        return round(curve[1][i], 3) if i < len(curve[1]) else None

    return [(round(tokens / 1e6, 2), at(frames, i), at(source, i)) for i, tokens in enumerate(longest)]


def _results() -> dict[tuple[str, str], tuple[Path, dict[str, Any]]]:
    """Evaluations of our two models by suite and model; the newest file of each."""
    found: dict[tuple[str, str], tuple[Path, dict[str, Any]]] = {}
    for path in sorted(RESULTS.glob("*.json"), key=lambda path: path.stat().st_mtime):
        data = measured(path.relative_to(ROOT)).data
        if not data or not isinstance(data.get("suite"), str) or "replay" not in data:
            continue
        model = str(data.get("model", "")).removeprefix("models/")
        if model in TWINS:
            found[data["suite"], model] = path, dict(data)
    return found


def _score(result: tuple[Path, dict[str, Any]] | None, mode: str, metric: str) -> dict[str, Any] | None:
    score = (result[1].get(mode) or {}).get(metric) if result else None
    return score if score and score.get("n") else None


def _cell(score: dict[str, Any] | None) -> str:
    if score is None:
        return "–"
    spread = f"{100 * score['low']:.0f} to {100 * score['high']:.0f}"
    return f"<b>{100 * score['value']:.0f} %</b> <small>[{spread}] of {score['n']:,}</small>"
