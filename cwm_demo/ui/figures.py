"""Plotly figures with our look and a text alternative, and measured figures with where they come from.

    result = measured("assets/results/catalogue.json", "python -m cwm_demo evaluate catalogue --out ...")
    if result.data:                                  # None when the file is missing or damaged
        figure = go.Figure(go.Bar(x=names, y=shares, marker_color=role("world")))
        show(figure, alt="The world model is right on 69 of 100 frames, ...", key="frames_right",
             table={"model": names, "right, %": shares})
    result.show()                                    # «Measured by COMMAND, DATE, ...», or what to run

`alt` is one or two sentences that say what the figure shows; they stand below it for everyone. `table` is
what it was drawn from, a column a key, folded away (and printed). Import plotly inside the function that
draws: it takes a second that other pages need not pay.
Colours: `colours()` in order, for lines and bars; `role("world")`, "text" and "python" are the same on every
page. They are told apart by the colour-blind and reach 3 : 1 on the page; use symbols, dashes or labels too.

    kept(losses)                                     # losses(), drawn once for all visitors

Plotly takes a tenth of a second to build a figure; what `kept` drew is sent again until a file changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

ROOT = Path(__file__).parents[2]
# Okabe and Ito's families (blue, vermilion, green, amber, violet, grey), darker on light and lighter on dark.
LIGHT = ("#0b5cad", "#b4260f", "#00694f", "#855300", "#6a36a3", "#555f6b")
DARK = ("#7cbcf5", "#ff8f78", "#4fd0ab", "#efb64d", "#cba6f7", "#a3adb8")
ROLES = {"world": 0, "text": 4, "python": 2, "wrong": 1, "other": 5}
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")  # to go with the colours of lines
CONFIG = {"displayModeBar": False, "responsive": True}


def is_dark() -> bool:
    return st.context.theme.type == "dark"


def colours() -> tuple[str, ...]:
    """Six colours for this theme."""
    return DARK if is_dark() else LIGHT


def role(name: str) -> str:
    """The colour of "world", "text", "python", "wrong" or "other"."""
    return colours()[ROLES[name]]


NUMBERS = {"l": 64, "r": 16, "t": 40, "b": 56}  # margins of a figure whose axes are both of short numbers


def show(figure: Figure, alt: str, key: str, table: Mapping[str, Sequence[Any]] | None = None) -> None:
    """Draws a figure in our look, its text alternative below it and its table folded under that."""
    _dress(figure)
    st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=alt)
    rows = _table(table) if table else ""
    st.html(f'<div class="cwm-figure-words"><p>{escape(alt)}</p>{rows}</div>')


def kept(draw: Callable[..., None], *arguments: Any) -> None:
    """Calls `draw(*arguments)`, or sends again what it drew: for one that draws from measured files alone.

    Kept for each state of these files, each theme and each set of arguments.
    """
    name = f"{draw.__module__}.{draw.__qualname__}"
    _once(name, (*arguments, *(draw.__defaults__ or ())), _files(), is_dark(), lambda: draw(*arguments))


@st.cache_data(show_spinner=False, max_entries=64)
def _once(
    name: str, arguments: tuple[Any, ...], files: tuple[Any, ...], dark: bool, _draw: Callable[[], None]
) -> None:
    _draw()


def _files() -> tuple[tuple[str, int], ...]:
    """What is measured and logged, and when it last changed."""
    found = [*ROOT.glob("assets/results/*.json"), *ROOT.glob("models/*/training.json")]
    found += ROOT.glob("models/*/log.jsonl")
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in found))


def _dress(figure: Figure) -> None:
    ink, line = ("#e7e9ec", "#363d47") if is_dark() else ("#1c2128", "#d5d8dc")
    panel = "#1b2027" if is_dark() else "#ffffff"
    figure.update_layout(
        colorway=colours(),
        font={"family": "Source Sans, sans-serif", "size": 16, "color": ink},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"bgcolor": panel, "font": {"color": ink, "size": 15}},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        dragmode=False,
    )
    fit = figure.layout.margin.l != NUMBERS["l"]  # to the labels: for that Plotly draws everything again
    if figure.layout.margin.l is None:
        figure.update_layout(margin={"l": 10, "r": 10, "t": 40, "b": 10})
    for trace in figure.data:
        for interval in ("error_x", "error_y"):
            if interval in trace and trace[interval].array is not None and trace[interval].color is None:
                trace[interval].color = ink
    for axes in (figure.update_xaxes, figure.update_yaxes):
        axes(gridcolor=line, linecolor=line, zerolinecolor=line, automargin=fit, title_font_size=16)


def _table(columns: Mapping[str, Sequence[Any]]) -> str:
    head = "".join(f"<th>{escape(str(name))}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_text(value))}</td>" for value in row) + "</tr>"
        for row in zip(*columns.values())
    )
    return f"<details><summary>The figure as a table</summary><table><tr>{head}</tr>{body}</table></details>"


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Measured:
    data: Mapping[str, Any] | None  # the file's content; None when there is none
    line: str  # a plain sentence: who measured it and when, or what to run

    def show(self) -> None:
        """Draws the line."""
        st.html(f'<p class="cwm-measured">{escape(self.line)}</p>')


def show_lines(results: Iterable[Measured]) -> None:
    """The lines of several results, each once."""
    lines = dict.fromkeys(escape(result.line) for result in results)
    st.html(f'<p class="cwm-measured">{"<br>".join(lines)}</p>')


def measured(path: str | Path, made_by: str = "make results") -> Measured:
    """The result file at `path` (from the project's root) and where it comes from.

    `made_by` is the command that makes the file; it is named when the file is missing.
    """
    file = ROOT / path
    try:
        changed = file.stat().st_mtime_ns
    except OSError:
        return Measured(None, f"Not measured yet: {made_by} makes these figures.")
    return _read(file, changed, made_by)


@lru_cache(maxsize=64)
def _read(file: Path, _changed: int, made_by: str) -> Measured:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Measured(None, f"{file.name} can’t be read: {made_by} makes it anew.")
    if not isinstance(data, dict):
        return Measured(None, f"{file.name} is no result file: {made_by} makes it anew.")
    when = str(data.get("date", "date unknown"))
    commit, dirty, _ = str(data.get("commit", "unknown")).partition("-dirty")
    return Measured(data, f"Measured by {data.get('command', made_by)}, {when}, commit {commit[:12]}{dirty}.")
