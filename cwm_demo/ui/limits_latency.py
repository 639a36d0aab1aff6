"""Chapter 07: what an answer costs alone and with its trace. Counted at once, measured when a visitor asks.

The models' own process measures (`predict/latency.py`); the page asks, goes on, and looks again.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import streamlit as st

from cwm_demo.predict.settings import Settings
from cwm_demo.predict.timing import Timing
from cwm_demo.programs.program import Program, load_catalogue, marked
from cwm_demo.render import highlight
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import frame_ids
from cwm_demo.ui import models, work
from cwm_demo.ui.experiment import trace, visitor
from cwm_demo.ui.figures import role, show
from cwm_demo.ui.linked import keep, restore
from cwm_demo.ui.tables import facts
from cwm_demo.ui.tokens import tokens

POLL_S = 1.0
PATIENCE = (100, 200, 500, 1_000, 2_000, 5_000)  # ms
START = {"lat_program": "tally", "lat_wait": 500}


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement of one program: both answers, as far as they have come."""

    answer: Future[Timing]
    trace: Future[Timing]

    @property
    def done(self) -> bool:
        return self.answer.done() and self.trace.done()

    @property
    def problem(self) -> str:
        """Why there is no measurement; empty while it is awaited, and when it is there."""
        failed = (future.exception() for future in (self.answer, self.trace) if future.done())
        return " ".join(dict.fromkeys(str(error) for error in failed if error))


@st.fragment
def latency() -> None:
    """The choice of a program, what is to be written, and how long that took."""
    program = _program()
    run = trace(marked(program.source, program.call), program.stdin, trusted=True)
    if not run.frames:
        why = run.stopped.message if run.stopped else "Nothing ran."
        st.html(f'<p class="cwm-note" role="status">{highlight.plain(why)}</p>')
        return
    measured = _measured().get(program.name)
    done = measured is not None and measured.done and not measured.problem
    st.html(_table(run, measured if done else None))
    st.button(
        "Measure again" if done else "Measure on this machine",
        type="secondary" if done else "primary",
        icon=":material/timer:",
        key="lat_measure",
        on_click=_measure,
        args=(program, run),
    )
    if measured is None:
        return
    if measured.problem:
        st.html(f'<p class="cwm-note" role="alert">{highlight.plain(measured.problem)}</p>')
    elif not done:
        _look_again(program.name)
    else:
        _figure(program, run, measured.answer.result(), measured.trace.result())
        _so_far()


def choices() -> dict[str, Program]:
    """Programs with a call: a model can be asked for the value of nothing else."""
    return {name: program for name, program in load_catalogue().items() if program.call}


def _program() -> Program:
    programs = choices()
    restore("lat_program", START["lat_program"], programs)
    name = st.selectbox(
        "Program",
        list(programs),
        format_func=lambda name: f"{programs[name].title}: {programs[name].call}",
        key="lat_program",
        width=420,
    )
    keep({"lat_program": START["lat_program"]})
    return programs[name]


def _measured() -> dict[str, Measured]:
    """This visitor's measurements by program, in the order in which they were asked for."""
    return st.session_state.setdefault("lat_measured", {})


def _measure(program: Program, run: Trace) -> None:
    """Asks for a measurement, and waits for nothing."""
    count = st.session_state.setdefault("lat_runs", {})
    count[program.name] = count.get(program.name, 0) + 1
    client, number = models.client(), count[program.name]
    _measured()[program.name] = Measured(
        client.answer_timing(program.source, program.call or "", number, visitor=visitor()),
        client.trace_timing(run.source, run.frames, number, visitor=visitor()),
    )


@st.fragment(run_every=POLL_S)
def _look_again(name: str) -> None:
    measured = _measured()[name]
    if measured.done or measured.problem:
        st.rerun()
    words = models.client().status().sentence or "Measuring: one token after the other."
    work.waiting("lat", words, partial(_stop, name), measured.answer, measured.trace)


def _stop(name: str) -> None:
    measured = _measured()[name]
    _measured()[name] = Measured(models.give_up(measured.answer), models.give_up(measured.trace))


# --- what is shown ---


def _table(run: Trace, measured: Measured | None) -> str:
    """What each model has to write, counted; and its times, once they are there."""
    alone = len(tokens().encode(f"{run.returned}\n")) if run.returned else None
    whole = _trace_tokens(run)
    rows = [
        ("asked for", f"the value {_short(run.returned)}", f"the run: {len(run.frames)} frames and the end"),
        ("tokens to write, counted", _number(alone), _number(whole)),
    ]
    if measured:
        answer, traced = measured.answer.result(), measured.trace.result()
        rows += [
            ("tokens written", _number(answer.tokens), _number(traced.tokens)),
            ("milliseconds in all", _number(answer.ms), _number(traced.ms)),
            ("of these for reading the program", _number(answer.reading), _number(traced.reading)),
            ("milliseconds a token", _decimal(answer.per_token), _decimal(traced.per_token)),
        ]
    lines = (
        f'<tr><th scope="row">{name}</th><td>{one}</td><td>{other}</td></tr>' for name, one, other in rows
    )
    head = ("", "Text model, plain completion", "World model, with its trace")
    return facts("tokens and times", head, lines, "cwm-latency")


def _trace_tokens(run: Trace) -> int:
    return sum(len(frame_ids(tokens(), frame)) for frame in run.frames) + 1  # and the end


def _short(value: str | None) -> str:
    if value is None:
        return "that it returns"
    return f"<code>{highlight.plain(value if len(value) <= 40 else value[:39] + '…')}</code>"


def _number(count: float | None) -> str:
    return "–" if count is None else f"{count:,.0f}"


def _decimal(ms: float | None) -> str:
    return "–" if ms is None else f"{ms:.1f}"


def _figure(program: Program, run: Trace, answer: Timing, traced: Timing) -> None:
    """Time over tokens as the trace grows, with the plain completion and the visitor's patience."""
    import plotly.graph_objects as go

    restore("lat_wait", START["lat_wait"], PATIENCE)
    wait = st.select_slider(
        "How long would you wait for an answer?",
        PATIENCE,
        format_func=lambda ms: f"{ms:,} ms",
        key="lat_wait",
        width=420,
    )
    keep({"lat_wait": START["lat_wait"]})
    counts, times = [0, *(n for n, _ in traced.written)], [traced.reading, *(ms for _, ms in traced.written)]
    figure = go.Figure()
    figure.add_scatter(
        x=counts,
        y=times,
        name="the trace, a point for each frame",
        mode="lines+markers",
        line={"color": role("world")},
    )
    figure.add_scatter(
        x=[answer.tokens],
        y=[answer.ms],
        name="the value alone",
        mode="markers",
        marker={"color": role("text"), "symbol": "diamond", "size": 13},
    )
    figure.add_hline(y=wait, line_dash="dash", line_color=role("other"))
    figure.update_layout(height=380, xaxis={"title": "tokens written"})
    figure.update_yaxes(title="ms", rangemode="tozero")
    show(
        figure,
        _sentences(answer, traced, wait, _trace_tokens(run)),
        "lat_figure",
        {"frames": [*range(len(counts))], "tokens": counts, "ms": [round(ms) for ms in times]},
    )
    st.html(
        f'<p class="cwm-measured">{highlight.plain(_what(program, traced))}</p>',
    )


def _sentences(answer: Timing, traced: Timing, wait: int, whole: int) -> str:
    """What the figure says. `whole`: tokens of the trace; where it was stopped, its time is reckoned."""
    alone = f"The value alone took {answer.ms:,.0f} ms for {answer.tokens} tokens;"
    if traced.cut:
        words = f"{alone} {traced.tokens} of the trace’s {whole} tokens took {traced.ms:,.0f} ms."
        if traced.per_token:
            rest = traced.reading + traced.per_token * (whole - 1)
            words += f" At this speed all of them would take about {rest:,.0f} ms."
    else:
        times = traced.ms / answer.ms if answer.ms else 0
        longer = f"{times:,.0f} times as long" if times >= 2 else "hardly longer" if times < 1.2 else "longer"
        words = f"{alone} with its trace it took {traced.ms:,.0f} ms for {traced.tokens}: {longer}."
    within = sum(ms <= wait for _, ms in traced.complete)
    if within == len(traced.written):
        return f"{words} The whole trace fits into {wait:,} ms."
    return f"{words} Frames written in {wait:,} ms: {within or 'none'}."


def _what(program: Program, traced: Timing) -> str:
    """What was measured, and how."""
    settings = Settings.from_environment()
    names = (
        "scripted stand-ins" if settings.scripted else f"{_name(settings.text)} and {_name(settings.world)}"
    )
    cut = f" The trace was {traced.cut}." if traced.cut and traced.cut.startswith("stopped") else ""
    cut = cut or (f" The rest of the trace is {traced.cut}." if traced.cut else "")
    return (
        f"Measured on this machine, as busy as it was, in the models' own process: {names}, "
        f"{program.call}, greedy, one token a pass. The trace is written along the real run.{cut}"
    )


def _name(folder: str) -> str:
    """The last two parts of a path: no visitor needs the others."""
    return "/".join(folder.replace("\\", "/").rstrip("/").split("/")[-2:])


def _so_far() -> None:
    """All programs that this visitor has measured, the shortest run first."""
    done = {
        name: (found.answer.result(), found.trace.result())
        for name, found in _measured().items()
        if found.done and not found.problem
    }
    if len(done) < 2:
        st.html('<p class="cwm-measured">Measure a longer program too, and both are compared here.</p>')
        return
    rows = (
        f'<tr><th scope="row">{highlight.plain(choices()[name].title)}</th><td>{traced.tokens:,}</td>'
        f"<td>{traced.ms:,.0f}</td><td>{answer.tokens:,}</td><td>{answer.ms:,.0f}</td></tr>"
        for name, (answer, traced) in sorted(done.items(), key=lambda item: item[1][1].tokens)
    )
    head = ("Measured so far", "tokens of the trace", "ms", "tokens of the value alone", "ms")
    st.html(facts("all measurements", head, rows))
