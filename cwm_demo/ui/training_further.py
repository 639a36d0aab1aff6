"""Fine-tuning and reinforcement learning in chapter 04, as far as they were done: scores and curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from cwm_demo.predict.settings import MODELS
from cwm_demo.render import highlight
from cwm_demo.train.history import training
from cwm_demo.ui.figures import DASHES, NUMBERS, measured, role, show
from cwm_demo.ui.training_stages import FURTHER, TWINS, logged

COMMAND = "python -m cwm_demo train {stage} --data {data}"
DATA = {"cwm": "traces", "standard": "source"}
METHODS = {"expert": "expert iteration", "grpo": "a group-relative policy gradient"}
LOOKS = {"cwm": ("world", "circle"), "standard": ("text", "diamond")}
Record = Mapping[str, Any]

# where in a record's scores, in words
_ROWS = (
    (("fill", "pass_1"), "missing line filled so that all checks hold, first try (pass@1)"),
    (("fill", "best_k"), "picked among {k} tries by running the checks that were shown (best@{k})"),
    (("fill", "pass_k"), "one at least of {k} tries passes (pass@{k})"),
    (("answers", "right"), "what a call returns, asked directly"),
)


def further_stages(models: Path = MODELS) -> None:
    missing = []
    for stage, title in FURTHER.items():
        result = measured(f"assets/results/{stage}.json", COMMAND.format(stage=stage, data="traces"))
        records = _records(result.data)
        if records:
            notes = _missing(records, stage) + _uneven(records) + _outdated(records, models)
            st.html(f"<h4>{title}</h4>{_table(records)}{_costs(records)}{notes}")
            _rewards(records) if stage == "rl" else _losses(records)
            result.show()
        elif not any(run.stage == stage for name in TWINS for run in logged(models / name)):
            missing.append(title.lower())
    if missing:
        words = " and ".join(missing)
        st.html(f'<p class="cwm-notyet"><b>Not trained here yet:</b> {words}.</p>')


def _records(data: Mapping[str, Any] | None) -> dict[str, Record]:
    """The twins' records in a result file, the world model's first; {} where it holds none."""
    found = (data or {}).get("models")
    if not isinstance(found, dict):
        return {}
    return {
        name: found[name] for name in TWINS if isinstance(found.get(name), dict) and "scores" in found[name]
    }


def _table(records: Mapping[str, Record]) -> str:
    heads = [f"{TWINS[name]}, {when}" for name in records for when in ("before", "after")]
    rows = []
    for (part, metric), words in _ROWS:
        scores = [
            record["scores"][when][part].get(metric)
            for record in records.values()
            for when in ("before", "after")
        ]
        if any(score and score.get("n") for score in scores):
            samples = next(
                (record["scores"]["after"]["fill"].get("samples") for record in records.values()), None
            )
            cells = "".join(f"<td>{_cell(score)}</td>" for score in scores)
            rows.append(f'<tr><th scope="row">{words.format(k=samples)}</th>{cells}</tr>')
    frames = [record["scores"][when]["corpus"].get("frame") if name == "cwm" else None
              for name, record in records.items() for when in ("before", "after")]  # fmt: skip
    if any(frame is not None for frame in frames):
        cells = "".join(
            f"<td>{'–' if share is None else f'<b>{100 * share:.0f} %</b>'}</td>" for share in frames
        )
        rows.append(f'<tr><th scope="row">frames of traces still right, true frames given</th>{cells}</tr>')
    head = "".join(f"<th>{head}</th>" for head in ["on programs never trained on", *heads])
    return (
        '<div class="cwm-made cwm-costs" tabindex="0" role="region" aria-label="scores before and after">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="cwm-given">In brackets the 95 % interval, and of how many. Passed means: all checks held '
        "when the program was run, also those that the model was not shown.</p>"
    )


def _costs(records: Mapping[str, Record]) -> str:
    said = []
    for name, record in records.items():
        spent = record["cost"]
        words = f"{TWINS[name]}: {spent['tokens']:,} tokens read, {spent['seconds'] / 60:,.0f} minutes"
        if "runs" in record:
            words += f", {record['runs']:,} runs in the sandbox, by {_method(record)}"
        said.append(
            f"{words}, on {spent['device']}, about {spent['operations'] / 1e12:,.3g} trillion operations."
        )
    said.append("Each was trained once, from one seed: how far another seed would go, no interval here says.")
    return f'<p class="cwm-given">{highlight.plain(" ".join(said))}</p>'


def _method(record: Record) -> str:
    return METHODS.get(record.get("method", ""), "a method not on record")


def _missing(records: Mapping[str, Record], stage: str) -> str:
    """Which twin has not gone through the stage yet: without it there is nothing to compare."""
    return "".join(
        f'<p class="cwm-measured">The {title.lower()} has not been through this stage yet: '
        f"{COMMAND.format(stage=stage, data=DATA[name])} makes its columns.</p>"
        for name, title in TWINS.items()
        if name not in records
    )


def _uneven(records: Mapping[str, Record]) -> str:
    """A word where the twins were not taught the same tasks: a folder of tasks may have grown in between."""
    taught = {str(record.get("learnt")) for record in records.values()}
    if len(taught) < 2:
        return ""
    return (
        '<p class="cwm-measured">The two did not learn from the same tasks: don’t compare their columns.</p>'
    )


def _outdated(records: Mapping[str, Record], models: Path) -> str:
    """A word where what went through the stage is not the pair that is shipped now, which is younger."""
    dates = [
        (record.get("date", ""), str(training(models / name).get("date", "")))
        for name, record in records.items()
    ]
    if not any(done and done < shipped for done, shipped in dates):
        return ""
    return (
        '<p class="cwm-measured">These went through it as the pair that this app shipped at that time. The '
        f"present one is of {max(shipped for _, shipped in dates)[:10]} and has not been through it.</p>"
    )


def _losses(records: Mapping[str, Record]) -> None:
    from plotly import graph_objects as go

    figure, rows, said = go.Figure(), [], []
    for number, (name, record) in enumerate(records.items()):
        tokens, losses = record["curve"].get("tokens", []), record["curve"].get("loss", [])
        if losses:
            x = [count / 1e6 for count in tokens]
            figure.add_trace(_line(x, losses, TWINS[name], name, number, "lines"))
            rows += [(TWINS[name], *pair) for pair in list(zip(x, losses))[:: max(1, len(x) // 8)]]
            said.append(f"{TWINS[name]} from {losses[0]:.2f} to {losses[-1]:.2f}")
    if not rows:
        return
    figure.update_layout(height=340, margin=NUMBERS)
    figure.update_xaxes(title="tokens of fine-tuning, millions", rangemode="tozero")
    figure.update_yaxes(title="loss, nats a token", rangemode="tozero")
    words = f"The loss of fine-tuning, averaged over neighbouring steps. {'; '.join(said)}."
    show(figure, words, "training_sft", dict(zip(("model", "million tokens", "loss"), zip(*rows))))


def _rewards(records: Mapping[str, Record]) -> None:
    """The reward of what was written in each round, and the held-out tasks after it."""
    from plotly import graph_objects as go

    figure, rows, said = go.Figure(), [], []
    for number, (name, record) in enumerate(records.items()):
        rounds = [entry["round"] for entry in record["rounds"]]
        rewards = [100 * entry["reward"] for entry in record["rounds"]]
        scores = [entry["held_out"] for entry in record["rounds"]]
        held = [100 * score["value"] for score in scores]
        if rounds:
            figure.add_trace(_line(rounds, rewards, f"{TWINS[name]}, its samples", name, 2 * number))
            figure.add_trace(_line(rounds, held, f"{TWINS[name]}, held-out tasks", name, 2 * number + 1))
            figure.data[-1].update(error_y=_interval(scores))
            rows += zip([TWINS[name]] * len(rounds), rounds, rewards, held, map(_spread, scores))
            said.append(
                f"{TWINS[name]} from {rewards[0]:.0f} % to {rewards[-1]:.0f} % of its samples, and from "
                f"{held[0]:.0f} % {_spread(scores[0])} to {held[-1]:.0f} % {_spread(scores[-1])} of the tasks"
            )
    if not rows:
        return
    figure.update_layout(height=360, margin=NUMBERS)
    figure.update_xaxes(title="round", dtick=1)
    figure.update_yaxes(title="passes all checks, %", rangemode="tozero")
    words = (
        "The reward: the share of written lines with which the program passed when it was run, and the share "
        f"of held-out tasks solved at the first try after the round. {'; '.join(said)}. In brackets and as "
        "thin lines: 95 % intervals over the tasks."
    )
    columns = ("model", "round", "samples, %", "held-out tasks, %", "95 % interval")
    show(figure, words, "training_rl", dict(zip(columns, zip(*rows))))


def _line(x: list, y: list, title: str, name: str, number: int, mode: str = "lines+markers") -> Any:
    from plotly import graph_objects as go

    look, symbol = LOOKS[name]
    return go.Scatter(
        x=x, y=y, name=title, mode=mode, line={"color": role(look), "dash": DASHES[number % 6]},
        marker={"symbol": symbol, "size": 8}, cliponaxis=False,
    )  # fmt: skip


def _interval(scores: Sequence[Record]) -> dict[str, Any]:
    """From each point to the ends of its interval."""
    up = [100 * (score["high"] - score["value"]) for score in scores]
    down = [100 * (score["value"] - score["low"]) for score in scores]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1.5}


def _spread(score: Record) -> str:
    return f"[{100 * score['low']:.0f} to {100 * score['high']:.0f}]"


def _cell(score: Record | None) -> str:
    if not score or not score.get("n"):
        return "–"
    return f"<b>{100 * score['value']:.0f} %</b> <small>{_spread(score)} of {score['n']:,}</small>"
