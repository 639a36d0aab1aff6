"""Chapter 00: where the deck sits, what the two models are, how good they are, and the way through."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from cwm_demo.course.chapters import load_course
from cwm_demo.train.history import Cost, costs
from cwm_demo.ui import figures
from cwm_demo.ui.course import chapter
from cwm_demo.ui.figures import Measured, measured, role, show, show_lines
from cwm_demo.ui.home.tour import link
from cwm_demo.ui.training_stages import TWINS

MODELS = {"Text model": "models/standard", "World model": "models/cwm"}
SUITES = {
    "catalogue": "this app’s programs",
    "generated": "generated programs",
    "mbpp-test": "people’s programs (MBPP)",
}
QUESTIONS = {
    "values right, step by step": ("replay", "state_exact"),
    "result right, on its own": ("imagine", "output_pass"),
}


def overview() -> None:
    with chapter("00") as c:
        c.prose("claim")
        c.prose("series")
        c.quiz("what-differs")
        c.prose("models")
        _models()
        c.prose("good")
        _scores()
        _bugs()
        c.quiz("why-code")
        c.prose("tour")
        _way_through()


def _models() -> None:
    """What each model is, from the files beside its weights."""
    found = {
        name: (
            measured(f"{path}/training.json", "make train"),
            measured(f"{path}/config.json", "make train"),
        )
        for name, path in MODELS.items()
    }
    columns = [
        _facts(training.data, config.data, _rounds(path))
        for path, (training, config) in zip(MODELS.values(), found.values())
    ]
    head = "".join(f"<th>{name}</th>" for name in found)
    rows = "".join(
        f"<tr><th>{what}</th>" + "".join(f"<td>{escape(column[what])}</td>" for column in columns) + "</tr>"
        for what in columns[0]
    )
    st.html(f'<table class="cwm-facts"><tr><th></th>{head}</tr>{rows}</table>')
    show_lines([training for training, _ in found.values()])


def _rounds(path: str) -> list[Cost]:
    """What each round of mid-training took."""
    return [cost for cost in costs(figures.ROOT / path) if cost.stage in TWINS]


def _facts(
    training: Mapping[str, Any] | None, config: Mapping[str, Any] | None, rounds: list[Cost]
) -> dict[str, str]:
    traces = _at(training, "stage", "mix", "traces")
    read = {True: "source and traces", False: "source alone"}.get(traces, "–")
    return {
        "read in mid-training": read,
        "parameters": _count(_at(training, "parameters")),
        "layers": _count(_at(config, "num_hidden_layers")),
        "width": _count(_at(config, "hidden_size")),
        "context, in tokens": _count(_at(config, "max_position_embeddings")),
        "tokens of mid-training": _count(sum(cost.tokens for cost in rounds) or None),
        "in so many rounds": _count(len(rounds) or None),
        "time for them": _minutes(sum(cost.seconds for cost in rounds) or None),
    }


def _scores() -> None:
    """How often the world model is right, on each suite that was measured."""
    found = {
        words: measured(
            f"assets/results/{name}.json",
            f"python -m cwm_demo evaluate {name} --out assets/results/{name}.json",
        )
        for name, words in SUITES.items()
    }
    present = {words: result for words, result in found.items() if result.data}
    if present:
        _figure(present)
    show_lines(found.values())


def _figure(found: dict[str, Measured]) -> None:
    import plotly.graph_objects as go

    figure, table, sentences = go.Figure(), {"programs": list(found)}, []
    for i, (what, path) in enumerate(QUESTIONS.items()):
        shares = [_at(result.data, *path) or {} for result in found.values()]
        values = [_percent(share.get("value")) for share in shares]
        figure.add_bar(
            x=[words.replace(" programs", "<br>programs").replace(" (", "<br>(") for words in found],
            y=values,
            name=what,
            marker={"color": role("world"), "pattern": {"shape": "/" if i else ""}},
            text=[f"{value:.0f}" if value is not None else "" for value in values],
            textposition="none" if i else "inside",  # a figure can't be read on the hatching
            insidetextanchor="start",
            error_y=_interval(shares, values),
        )
        table[f"{what}, %"] = [f"{value:.1f}" if value is not None else "–" for value in values]
        table[f"of so many {'runs' if i else 'steps'}"] = [share.get("n", "–") for share in shares]
        best = ", ".join(
            f"{value:.0f} % on {words}" for words, value in zip(found, values) if value is not None
        )
        sentences.append(f"{what.capitalize()}: {best}.")
    figure.update_layout(height=420, yaxis={"title": "right, %", "range": [0, 105]}, barmode="group")
    sentences.append("The thin lines are 95 % intervals.")
    show(figure, f"The world model. {' '.join(sentences)}", "overview_scores", table)


def _interval(shares: list[Mapping[str, Any]], values: list[float | None]) -> dict[str, Any]:
    """From each bar to the ends of its interval."""
    high = [_percent(share.get("high")) for share in shares]
    low = [_percent(share.get("low")) for share in shares]
    up = [h - v if h is not None and v is not None else 0 for h, v in zip(high, values)]
    down = [v - w if w is not None and v is not None else 0 for w, v in zip(low, values)]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1.5}


def _bugs() -> None:
    found = measured("assets/results/bugs.json", "make results")
    total = _at(found.data, "all") or {}
    caught, missed, unclear = (total.get(name) for name in ("caught", "missed", "unclear"))
    if total.get("bugs") and caught is not None:
        st.markdown(
            f"Of {total['bugs']} bugs put into the programs of this app, the world model, shown the program "
            f"as meant, catches **{caught}** where they first matter; it misses {missed}, and {unclear} are "
            "unclear."
        )
    found.show()


def _way_through() -> None:
    chapters = [chapter for chapter in load_course().values() if chapter.exists and chapter.number != "00"]
    with st.container(key="cwm-noprint-ways", gap="small"):
        if chapters:
            with st.container(key="cwm-tour-start"):
                link(chapters[0], "Take the tour from here", ":material/play_arrow:")
        for about in chapters:
            st.page_link(
                about.page, label=f"{about.number} · {about.title}, {about.minutes} minutes", help=about.lead
            )


def _at(data: Mapping[str, Any] | None, *path: str) -> Any:
    """What stands in nested mappings under `path`; None where something is missing."""
    found: Any = data
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _count(number: Any) -> str:
    return f"{number:,}" if isinstance(number, int) else "–"


def _minutes(seconds: Any) -> str:
    return f"{seconds / 60:,.0f} minutes" if isinstance(seconds, (int, float)) else "–"


def _percent(share: Any) -> float | None:
    return 100 * share if isinstance(share, (int, float)) else None
