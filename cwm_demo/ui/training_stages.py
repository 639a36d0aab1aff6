"""The four stages as a drawing, what ours took, and what our corpus is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from cwm_demo.predict.settings import MODELS
from cwm_demo.render import highlight
from cwm_demo.train.history import Cost, Run, costs, history, training
from cwm_demo.ui.figures import measured

TWINS = {"cwm": "World model", "standard": "Text model"}
NAMES = {"pretrain": "Pre-training, both", "cwm": "Mid-training, world model"}
NAMES |= {"standard": "Mid-training, text model"}
FURTHER = {"sft": "Fine-tuning", "rl": "Reinforcement learning"}

# name, what is read, what is asked, CWM's size, where that is from
_STAGES = (
    ("Pre-training", "code and text", "the next token", "8 trillion tokens at 8k context", "card"),
    (
        "Mid-training",
        "code with execution traces",
        "how the state evolves",
        "5 trillion tokens at 131k context",
        "card",
    ),
    (
        "Fine-tuning (SFT)",
        "chosen tasks, solved in several steps",
        "to behave like these",
        "about 100 billion tokens at 32k context",
        "stages",
    ),
    (
        "Reinforcement learning",
        "tasks that can be checked",
        "to pass the check: reward or none",
        "about 172 billion tokens",
        "stages",
    ),
)


def pipeline(cite: Callable[[str], str], models: Path = MODELS) -> str:
    """The stages in order as HTML, each with CWM's size and with ours."""
    ours = [_began(models), _mid(models), *(_further(stage, models) for stage in FURTHER)]
    boxes = "".join(
        f'<li class="cwm-stage{" cwm-stage-new" if number == 2 else ""}"><b class="cwm-stage-name">'
        f"{number}. {name}</b>{'<em>the new one</em>' if number == 2 else ''}"
        f"<dl><dt>reads</dt><dd>{reads}</dd><dt>is asked</dt><dd>{asked}</dd>"
        f"<dt>CWM</dt><dd>{size} {cite(source)}</dd><dt>here</dt><dd>{here}</dd></dl></li>"
        for number, ((name, reads, asked, size, source), here) in enumerate(zip(_STAGES, ours), 1)
    )
    return f'<ol class="cwm-pipeline">{boxes}</ol>'


def _began(models: Path) -> str:
    begun = next((cost for cost in costs(models / "cwm") if cost.stage == "pretrain"), None)
    return _amount(begun.tokens) if begun else "not trained here yet"


def _mid(models: Path) -> str:
    read = []
    for name, title in TWINS.items():
        if total := sum(cost.tokens for cost in costs(models / name) if cost.stage == name):
            read.append(f"{title.lower()} {_amount(total)}")
    return "; ".join(read) or "not trained here yet"


def _further(stage: str, models: Path) -> str:
    runs = [run for name in TWINS for run in logged(models / name) if run.stage == stage]
    if runs:
        return _amount(max(run.tokens for run in runs))
    return "measured below" if measured(f"assets/results/{stage}.json").data else "not trained here yet"


def costs_table(models: Path = MODELS) -> None:
    """Every stage and round of both models, from their training.json."""
    rows: list[tuple[str, Cost]] = []
    for name in TWINS:
        for cost in costs(models / name):
            title = _title(cost.stage, name)
            if cost.stage != "pretrain" or (title, cost) not in rows:  # the twins share it
                rows.append((title, cost))
    if not rows:
        st.info("There are no trained models here yet: `python -m cwm_demo train all` makes them.")
        return
    several = any(cost.round > 1 for _, cost in rows)
    html = "".join(
        f'<tr><th scope="row">{highlight.plain(title)}{f", round {cost.round}" if several else ""}</th>'
        f"<td>{cost.tokens:,}</td><td>{cost.steps:,}</td><td>{cost.seconds / 60:,.0f}</td>"
        f"<td>{cost.tokens / max(cost.seconds, 1):,.0f}</td></tr>"
        for title, cost in rows
    )
    head = "<tr><th>stage</th><th>tokens</th><th>steps</th><th>minutes</th><th>tokens a second</th></tr>"
    st.html(
        f'<div class="cwm-made cwm-costs"><table><thead>{head}</thead><tbody>{html}</tbody></table></div>'
        f'<p class="cwm-measured">{highlight.plain(made_by(models))}</p>'
    )


def _title(stage: str, name: str) -> str:
    if stage in FURTHER:
        return f"{FURTHER[stage]}, {TWINS[name].lower()}"
    return NAMES.get(stage, stage)


def made_by(models: Path = MODELS) -> str:
    """Which commands wrote the checkpoints, in one sentence for each."""
    said = []
    for name, title in TWINS.items():
        about = training(models / name)
        if about:
            said.append(
                f"{title}: {about.get('command', 'command unknown')}, {about.get('date', 'date unknown')}, "
                f"commit {str(about.get('commit'))[:12]}, {about.get('parameters', 0):,} parameters."
            )
    return " ".join(said)


def corpus(models: Path = MODELS) -> None:
    """What the world model's corpus holds and what was dropped, by its own report."""
    report: dict[str, Any] = training(models / "cwm").get("corpus") or {}
    documents, dropped = report.get("documents", {}), report.get("dropped", {})
    traces = sum(count for name, count in documents.items() if name.startswith("traces"))
    if not traces:
        st.info("There is no report of a corpus here: `python -m cwm_demo corpus` makes one.")
        return
    sources = sum(documents.values()) - traces
    rows = "".join(
        f'<tr><th scope="row">{highlight.plain(name)}</th><td>{count:,}</td></tr>'
        for name, count in sorted(dropped.items(), key=lambda item: -item[1])
    )
    st.html(
        f"<p>Kept: <b>{traces:,}</b> traces and <b>{sources:,}</b> plain sources. Dropped, after "
        f"they had been written or run: <b>{sum(dropped.values()):,}</b>.</p>"
        "<details><summary>Why they were dropped</summary>"
        '<div class="cwm-made cwm-costs"><table><thead><tr><th>reason</th><th>documents</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
        '<p class="cwm-measured">By python -m cwm_demo corpus, as models/cwm/training.json records it.</p>'
    )


def logged(folder: Path) -> list[Run]:
    """The stages in a checkpoint's log, which is read again when it has changed."""
    try:
        changed = (folder / "log.jsonl").stat().st_mtime_ns
    except OSError:
        return []
    return _logged(folder, changed)


@lru_cache(maxsize=8)
def _logged(folder: Path, _changed: int) -> list[Run]:
    return history(folder)


def _amount(tokens: int) -> str:
    return f"{tokens / 1e6:.1f} million tokens"
