"""The afternoon's exercise on the page: an editor, hints one by one, and five programs that test it."""

from __future__ import annotations

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.trace.frame import Frame
from cwm_demo.trace.renderings import as_cwm
from cwm_demo.ui.experiment import trace
from cwm_demo.ui.paper import print_only
from cwm_demo.ui.tokens import tokens
from cwm_demo.ui.url import LinkTooLong, pack, unpack
from cwm_demo.ui.workshop import place
from cwm_demo.workshop.differences import Given
from cwm_demo.workshop.tracer import Report, check, load_exercise, problem_with, reference

AROUND = 2  # frames shown before the first difference
TEXT = "ws_tracer_code"  # the editor


def tracer(linked: bool) -> None:
    """`linked`: a link was just opened, whose tracer goes into the editor."""
    exercise, state = load_exercise(), st.session_state
    problem = _take_link(linked)
    with st.expander("The five programs", icon=":material/code:"):
        _programs()
    st.text_area("Your tracer", key=TEXT, height=560, persist_state="session")
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Run it on the five programs",
            type="primary",
            icon=":material/play_arrow:",
            key="ws_tracer_run",
            on_click=lambda: state.update(ws_tracer_wanted=True),
        )
        st.button(
            "Start over",
            icon=":material/undo:",
            key="ws_tracer_again",
            disabled=state[TEXT] == exercise.skeleton,
            on_click=_start_over,
        )
        if state.get("ws_tracer_mine"):
            st.button("Bring mine back", key="ws_tracer_mine_back", on_click=_bring_back)
    st.caption("It runs in a sandbox, without a tracer of ours in its way: it computes, prints, and no more.")
    if state.pop("ws_tracer_wanted", False):
        problem = _run(state[TEXT])
    if problem:
        st.html(f'<div class="cwm-problem" role="alert">{highlight.plain(problem)}</div>')
    elif "ws_tracer_reports" in state:
        _reports()
    _hints()


def on_paper() -> None:
    """What there is to begin with, for print where another exercise is on the screen."""
    exercise = load_exercise()
    parts = [_listing(exercise.skeleton)]
    for number, program in enumerate(exercise.programs, 1):
        title, teaches = highlight.plain(program.title), highlight.plain(program.teaches)
        call = f"Called as <code>{highlight.code(program.call)}</code>"
        parts.append(f"<p><b>{number}. {title}.</b> {teaches} {call}.</p>{_listing(program.source)}")
    st.html(print_only("".join(parts)))


def _listing(source: str) -> str:
    code = "\n".join(highlight.lines(source.strip("\n")))
    return f'<pre class="cwm-quiz-code"><code>{code}</code></pre>'


def _take_link(linked: bool) -> str | None:
    """Fills the editor when it is first seen, and when a link brings another tracer."""
    state = st.session_state
    if TEXT not in state:
        state[TEXT] = load_exercise().skeleton
    if not linked or not place.get("tracer"):
        return None
    try:
        code = unpack(place.get("tracer"))
    except ValueError as error:
        place.put(tracer=None)
        return f"The link’s tracer can’t be read ({error}); what was here before is here still."
    if state[TEXT] not in (code, load_exercise().skeleton):
        state.ws_tracer_mine = state[TEXT]
    state[TEXT] = code
    state.pop("ws_tracer_reports", None)
    return None


def _start_over() -> None:
    st.session_state.ws_tracer_mine = st.session_state[TEXT]
    st.session_state[TEXT] = load_exercise().skeleton
    st.session_state.pop("ws_tracer_reports", None)
    place.put(tracer=None)


def _bring_back() -> None:
    st.session_state[TEXT] = st.session_state.pop("ws_tracer_mine")
    st.session_state.pop("ws_tracer_reports", None)


def _programs() -> None:
    for number, program in enumerate(load_exercise().programs, 1):
        st.markdown(f"**{number}. {program.title}.** {program.teaches} Called as `{program.call}`.")
        st.code(program.source.rstrip("\n"), language="python", line_numbers=True)


def _run(code: str) -> str | None:
    """Runs it; the reports are kept. What keeps it from being run at all, if so."""
    state = st.session_state
    state.pop("ws_tracer_reports", None)
    if problem := problem_with(code):
        return problem
    with st.spinner("Your tracer runs …"):
        state.ws_tracer_reports = list(check(code, lambda source: trace(source, None, trusted=False)))
    state.ws_tracer_ran = code
    try:
        place.put(tracer=pack(code) if code != load_exercise().skeleton else None)
        state.ws_tracer_unlinked = ""
    except LinkTooLong:
        place.put(tracer=None)
        state.ws_tracer_unlinked = "This tracer is too long for a link; it stays in this tab."
    return None


# --- what came of it ---


def _reports() -> None:
    state, programs = st.session_state, load_exercise().programs
    reports: list[Report] = state.ws_tracer_reports
    passed = sum(report.passed for report in reports)
    words = f"<b>{passed} of {len(programs)} programs</b> are traced frame for frame."
    if state[TEXT] != state.ws_tracer_ran:
        words += " You have changed your tracer since."
    if state.ws_tracer_unlinked:
        words += f" {highlight.plain(state.ws_tracer_unlinked)}"
    html = [f'<p class="cwm-ws-score" role="status">{words}</p>']
    first = next((report for report in reports if not report.passed), None)
    for number, program in enumerate(programs, 1):
        report = reports[number - 1] if number <= len(reports) else None
        title = f"{number}. {highlight.plain(program.title)}"
        if report is None:
            html.append(f'<p class="cwm-ws-report">– <b>{title}</b> not tried</p>')
        elif report.passed:
            count = len(report.reference)
            html.append(
                f'<p class="cwm-ws-report cwm-right"><span class="cwm-mark">✓</span> <b>{title}</b> '
                f"all {count} frames are right{_printed(report)}</p>"
            )
        else:
            html.append(_failed(report, title, opened=report is first))
    st.html(f'<div class="cwm-ws-reports">{"".join(html)}</div>')
    if passed == len(programs):
        _done()


def _failed(report: Report, title: str, opened: bool) -> str:
    if report.problem:
        words, body = highlight.plain(report.problem), ""
    else:
        found = report.difference
        words = f"frame {found.index + 1}. {highlight.plain(found.what)}"
        why = f'<p class="cwm-ws-why">{highlight.plain(found.why)}</p>' if found.why else ""
        body = (
            f"{why}<details{' open' if opened else ''}><summary>Both, frame by frame</summary>"
            f"{_frames(report)}</details>"
        )
    return (
        f'<div class="cwm-ws-report cwm-bug"><p><span class="cwm-mark">✗</span> <b>{title}</b> {words}</p>'
        f"{body}{_printed(report)}</div>"
    )


def _printed(report: Report) -> str:
    if not report.printed:
        return ""
    return (
        f"<details><summary>What it printed</summary><pre>{highlight.plain(report.printed)}</pre></details>"
    )


def _frames(report: Report) -> str:
    """The frames around the first difference, the run's beside the visitor's."""
    at = report.difference.index
    rows = []
    for index in range(max(0, at - AROUND), at + 2):
        real = report.reference[index] if index < len(report.reference) else None
        mine = report.given[index] if index < len(report.given) else None
        if real is None and mine is None:
            break
        here = ' class="cwm-parted"' if index == at else ""
        rows.append(
            f'<tr{here}><th scope="row">{index + 1}</th><td data-label="the run">{_frame(real)}</td>'
            f'<td data-label="yours">{_frame(mine)}</td></tr>'
        )
    head = "<tr><th></th><th>the run</th><th>yours</th></tr>"
    return f'<table class="cwm-ws-frames"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'


def _frame(frame: Frame | Given | None) -> str:
    if frame is None:
        return "no frame"
    html = f"<b>{frame.event}</b> line {frame.line}"
    if frame.locals is not None:
        values = ", ".join(f"{name} = {text}" for name, text in frame.locals.items())
        html += f" <code>{highlight.plain(values) or '(no variables)'}</code>"
    if frame.value is not None:
        html += f" → <code>{highlight.plain(frame.value)}</code>"
    return html


def _done() -> None:
    program = load_exercise().programs[0]
    st.markdown(
        "**That is the instrument.** What your frames hold is all that the training text holds. In CWM’s "
        "form the first program’s run reads like this; what has not changed is written `..`"
    )
    st.code(as_cwm(tokens(), reference(program)), language=None, wrap_lines=True)


# --- hints ---


def _hints() -> None:
    hints = load_exercise().hints
    shown = place.get("hints", "0")
    count = min(int(shown), len(hints)) if shown.isascii() and shown.isdigit() and len(shown) < 4 else 0
    with st.container(key="cwm-ws-hints"):
        if count:
            st.markdown("\n".join(f"{number}. {hint}" for number, hint in enumerate(hints[:count], 1)))
        if count < len(hints):
            st.button(
                "Show a hint" if count == 0 else f"Show another hint ({len(hints) - count} left)",
                icon=":material/lightbulb:",
                key="ws_hint",
                on_click=lambda: place.put(hints=str(count + 1)),
            )
            return
        if place.get("solution") != "on":
            st.button(
                "Show the solution",
                icon=":material/key:",
                key="ws_solution",
                on_click=lambda: place.put(solution="on"),
            )
            return
        st.markdown("One solution. It passes all five, and knows no more than it needs for them.")
        st.code(load_exercise().solution, language="python")
