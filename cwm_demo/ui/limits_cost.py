"""Chapter 07: what training a world model takes beside the network, and what so many traces would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from cwm_demo.course.chapters import ROOT
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.render import highlight
from cwm_demo.trace.text import frame_ids
from cwm_demo.ui.course import Chapter
from cwm_demo.ui.experiment import trace
from cwm_demo.ui.figures import measured
from cwm_demo.ui.linked import keep, restore
from cwm_demo.ui.tables import facts
from cwm_demo.ui.tokens import tokens

RESULT = "assets/results/benchmarks.json"
MADE_BY = f"python -m cwm_demo bench --out {RESULT}"
RUN, EVENT = "sandboxed trace of tally, warm", "tracer, per event"  # rows of the result file
TRACES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 200_000_000, 1_000_000_000)
FRAMES = (5, 10, 20, 50, 100, 200)
CORES = (1, 2, 8, 32, 128, 512)
START = {"cost_traces": 200_000_000, "cost_frames": 20, "cost_cores": 32}
CWM_TOKENS = 5e12  # of its mid-training: model card

# What one needs, and where it is in this repository: the files that make it, without their tests.
PARTS: Mapping[str, tuple[str, Sequence[str]]] = {
    "A sandbox": (
        "runs what a stranger wrote, and lets nothing out",
        (
            "cwm_demo/execution/death.py",
            "cwm_demo/execution/doctor.py",
            "cwm_demo/execution/filter.py",
            "cwm_demo/execution/limits.py",
            "cwm_demo/execution/modules.py",
            "cwm_demo/execution/parent.py",
            "cwm_demo/execution/sandbox.py",
            "cwm_demo/execution/streams.py",
            "cwm_demo/execution/warm.py",
            "cwm_demo/execution/wire.py",
            "cwm_demo/execution/worker.py",
        ),
    ),
    "Instruments": (
        "watch every line and write values down as they were",
        (
            "cwm_demo/execution/activation.py",
            "cwm_demo/execution/entry.py",
            "cwm_demo/execution/hooks.py",
            "cwm_demo/execution/introspection.py",
            "cwm_demo/execution/program.py",
            "cwm_demo/execution/statements.py",
            "cwm_demo/execution/tracer.py",
            "cwm_demo/execution/values.py",
            "cwm_demo/execution/visits.py",
        ),
    ),
    "Programs and inputs": (
        "make functions do something worth seeing",
        ("cwm_demo/train/generate/*.py", "cwm_demo/train/idioms/**/*.py", "cwm_demo/train/mbpp.py"),
    ),
    "Plumbing": (
        "makes sequences of source and trace, and keeps tests apart",
        (
            "cwm_demo/trace/*.py",
            "cwm_demo/train/corpus.py",
            "cwm_demo/train/coverage.py",
            "cwm_demo/train/data.py",
            "cwm_demo/train/holdout.py",
            "cwm_demo/train/sequence.py",
            "cwm_demo/train/tokenizer.py",
        ),
    ),
    "The network": ("a class of the transformers library, set to our size", ("cwm_demo/train/model.py",)),
}


@cache
def lines_of_code(patterns: tuple[str, ...]) -> int:
    """Lines of the files that match, empty ones left out."""
    files = {file for pattern in patterns for file in ROOT.glob(pattern)}
    return sum(
        sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line.strip()) for file in files
    )


def parts() -> str:
    """The table of what one needs, as HTML."""
    rows = (
        f'<tr><th scope="row">{name}</th><td>{what}</td><td>{lines_of_code(tuple(patterns)):,}</td></tr>'
        for name, (what, patterns) in PARTS.items()
    )
    return (
        facts("what training needs", ("", "What it does", "lines of code here"), rows)
        + '<p class="cwm-measured">Counted just now in the files of this project, empty lines and tests left '
        "out.</p>"
    )


@st.fragment
def calculator(c: Chapter) -> None:
    """Traces, their length and cores on sliders; time and tokens beside CWM's."""
    for key, options in (("cost_traces", TRACES), ("cost_frames", FRAMES), ("cost_cores", CORES)):
        restore(key, START[key], options)
    one, two, three = st.columns(3, gap="large")
    traces = one.select_slider("Traces", TRACES, format_func=_count, key="cost_traces")
    frames = two.select_slider("Frames of a trace, on average", FRAMES, key="cost_frames")
    cores = three.select_slider("Cores that run at once", CORES, key="cost_cores")
    keep(START)
    found = measured(RESULT, MADE_BY)
    speed = speeds(found.data)
    if speed is None:
        found.show()
        return
    hours = core_hours(traces, frames, *speed)
    each = _tokens_of_a_frame()
    of_cwm = traces * frames * each / CWM_TOKENS
    st.html(
        '<div class="cwm-tiles" role="status">'
        f"{_tile('Time of one core', _hours(hours), 'to run and trace them all, one after the other')}"
        f"{_tile(f'On {cores} cores', _hours(hours / cores), 'if nothing stands in the way')}"
        f"{_tile('Tokens of traces', _count(traces * frames * each), f'{each} a frame, as in tally’s run')}"
        f"{_tile('Beside CWM', f'{100 * of_cwm:.2g} %', 'of the 5T tokens of its mid-training')}"
        "</div>"
    )
    st.html(f'<p class="cwm-measured">The 5T tokens: {c.cite_html("card")}</p>')
    found.show()


def speeds(data: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """Milliseconds for the sandboxed run of tally, and for one more event; None without both figures."""
    rows = (data or {}).get("rows")
    figures = {row.get("what"): row.get("figure") for row in rows} if isinstance(rows, list) else {}
    run, event = figures.get(RUN), figures.get(EVENT)
    return (float(run), float(event) / 1000) if run and event else None


def core_hours(traces: int, frames: int, run_ms: float, event_ms: float) -> float:
    """Hours of one core. A run costs what tally's does, and each event more or less than its own."""
    ms = run_ms + (frames - _tally_frames()) * event_ms
    return traces * ms / 3_600_000


def _tally_frames() -> int:
    return len(_tally().frames)


def _tokens_of_a_frame() -> int:
    run = _tally()
    return round(sum(len(frame_ids(tokens(), frame)) for frame in run.frames) / max(len(run.frames), 1))


def _tally():
    program = load_catalogue()["tally"]
    return trace(marked(program.source, program.call), program.stdin, trusted=True)


def _tile(name: str, figure: str, note: str) -> str:
    return f"<section><h3>{name}</h3><p><b>{figure}</b></p><p>{highlight.plain(note)}</p></section>"


def _count(number: float) -> str:
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:,.3g} {word}"
    return f"{number:,.0f}"


def _hours(hours: float) -> str:
    for size, word in ((24 * 365, "years"), (24, "days"), (1, "hours")):
        if hours >= 2 * size:
            return f"{hours / size:,.0f} {word}"
    return f"{max(hours * 60, 1):,.0f} minutes"
