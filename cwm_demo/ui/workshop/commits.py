"""The hour's exercise on the page: a commit, and a table of its run to be filled in, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import streamlit as st

from cwm_demo.programs.program import ProgramError, marked, read_program
from cwm_demo.render import highlight
from cwm_demo.trace.frame import Frame, Trace
from cwm_demo.ui import models
from cwm_demo.ui.editor import problem_with
from cwm_demo.ui.experiment import OWN, trace, visitor
from cwm_demo.ui.messages import about_the_run
from cwm_demo.ui.paper import print_only
from cwm_demo.ui.url import LinkTooLong, Place, pack, to_query, unpack
from cwm_demo.ui.workshop import asking, place
from cwm_demo.workshop.commits import (
    MAX_ROWS,
    RESULT,
    Cell,
    Commit,
    Row,
    attempted,
    check_row,
    diff,
    is_empty,
    load_commits,
    score,
    size_problem,
    table,
)

SIGNS = {"right": "✓", "wrong": "✗", "missing": "✗", "unusable": "!", "unchanged": "✓"}
KINDS = {"right": "right", "wrong": "bug", "missing": "bug", "unusable": "wrong", "unchanged": "right"}
EMPTY = (
    "The table is empty. Write what the variables are after the first line, then check; a variable that a "
    "line leaves as it was stays empty."
)
ENOUGH = 5  # commits for the hour


def commits(linked: bool) -> None:
    key = _choose()
    found = _own(linked) if key == OWN else _given(load_commits()[key])
    if found is not None:
        _traced(key, *found)
    on_paper(key)


def on_paper(shown: str = "") -> None:
    """The other commits, for print: what is on the screen is one of them."""
    others = (_as_diff(commit) for commit in load_commits().values() if commit.key != shown)
    st.html(print_only("".join(others)))


def _traced(key: str, source: str, call: str, trusted: bool, lesson: str) -> None:
    """The table of a run, or why there is none."""
    run = trace(marked(source, call), None, trusted=trusted)
    if notes := about_the_run(run):
        st.html("".join(f'<p class="cwm-note" role="status">{note}</p>' for note in notes))
    rows = table(run)
    if len(rows) > MAX_ROWS:
        st.html(
            f'<div class="cwm-problem" role="alert">This run has {len(rows):,} lines to trace; {MAX_ROWS} '
            "are the limit, and patience ends before. Give the call smaller data.</div>"
        )
    elif rows:
        _table(key, source, call, run, lesson)


def _choose() -> str:
    options = {commit.key: commit.title for commit in load_commits().values()}
    done = st.session_state.setdefault("ws_done", set())
    named = place.get("commit", next(iter(options)))
    st.session_state.ws_commit = named if named in (*options, OWN) else next(iter(options))
    st.selectbox(
        "Commit",
        [*options, OWN],
        format_func=lambda key: ("✓ " if key in done else "") + options.get(key, "One of your own"),
        key="ws_commit",
        on_change=lambda: place.put(commit=st.session_state.ws_commit, code=None, call=None),
    )
    if done:
        st.caption(f"{len(done)} traced to the end. {ENOUGH} are enough for the hour.")
    return st.session_state.ws_commit


def _given(commit: Commit) -> tuple[str, str, bool, str]:
    """Shows a commit of ours."""
    st.html(_as_diff(commit))
    return commit.before, commit.call, True, commit.lesson


@cache
def _as_diff(commit: Commit) -> str:
    lines = "".join(
        f'<li class="cwm-ws-{ {"-": "gone", "+": "new"}.get(sign, "kept") }"><i>{sign}</i>'
        f"<code>{highlight.plain(text) or ' '}</code></li>"
        for sign, text in diff(commit)
    )
    return (
        f'<section class="cwm-ws-commit" aria-label="the commit"><h3>{highlight.plain(commit.title)}</h3>'
        f'<p class="cwm-ws-file">{highlight.plain(commit.file)}</p><ol class="cwm-ws-diff">{lines}</ol>'
        f"<p>This check failed before it: <code>assert {highlight.code(commit.call)} == "
        f"{highlight.code(commit.returns)}</code></p></section>"
    )


# --- one of one's own ---


def _own(linked: bool) -> tuple[str, str, bool, str] | None:
    """Fields for a program of the visitor's; None until there is one that can be traced."""
    state, problem = st.session_state, ""
    if linked and place.get("code"):
        try:
            state.ws_own_code, state.ws_own_call = unpack(place.get("code")), place.get("call")
            state.ws_own = state.ws_own_code, state.ws_own_call
        except ValueError as error:
            place.put(code=None)
            problem = f"The link’s program can’t be read ({highlight.plain(str(error))})."
    with st.form("ws_own_form", border=False):
        st.text_area(
            "The function as it was before the fix", key="ws_own_code", height=220, persist_state="session"
        )
        st.text_input(
            "The call that shows the bug", key="ws_own_call", placeholder="f(3)", persist_state="session"
        )
        st.form_submit_button("Make the table", type="primary", key="ws_own_take", on_click=_take)
        st.caption("It runs in a sandbox: it can compute and print, and has no files and no network.")
    problem = problem or state.get("ws_own_problem", "")
    if problem:
        st.html(f'<div class="cwm-problem" role="alert">{problem}</div>')
    if "ws_own" not in state or problem:
        return None
    code, call = state.ws_own
    try:
        place.put(code=pack(code), call=call)
    except LinkTooLong as error:
        place.put(code=None, call=None)
        st.html(f'<p class="cwm-note" role="status">{highlight.plain(str(error))}</p>')
    return code, call, False, ""


def _take() -> None:
    """Goes on to what was typed, or says what is wrong with it."""
    state = st.session_state
    code, call = state.ws_own_code or "", (state.ws_own_call or "").strip()
    state.ws_own_problem = _own_problem(code, call)
    if not state.ws_own_problem:
        state.ws_own = code, call


def _own_problem(code: str, call: str) -> str:
    if size := size_problem(code):
        return highlight.plain(size)
    if syntax := problem_with(code, call):
        return syntax
    if not call:
        return "Write the call that shows the bug, such as <code>f(3)</code>."
    try:
        if read_program(code, OWN).call is not None:
            return "The program’s last line is marked as a call already: take the line away."
    except ProgramError as error:
        return highlight.plain(str(error))
    return ""


# --- the table ---


def _table(key: str, source: str, call: str, run: Trace, lesson: str) -> None:
    state = st.session_state
    about = key, source, call
    future = asking.ask(
        "commit",
        about,
        lambda: models.client().replay(run.source, run.frames, run.complete, visitor=visitor()),
    )
    rows = table(run, asking.result(future))
    names = [_names(row) for row in rows]
    upto = state.get("ws_checked", (None, 0))
    upto = upto[1] if upto[0] == about else 0
    st.html(_legend(rows[0]))
    with st.form(f"ws_table_{key}", border=False):
        typed: list[dict[str, str]] = []
        for row, asked in zip(rows, names):
            with st.container(key=f"cwm-ws-row-{row.number}"):
                st.html(_line(row))
                with st.container(horizontal=True, gap="small", key=f"cwm-ws-cells-{row.number}"):
                    typed.append({name: _cell(key, row, name) for name in asked})
                if row.number <= upto:
                    st.html(_result(check_row(row, typed[-1]), future.done()))
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                "Check",
                type="primary",
                icon=":material/check:",
                key=f"ws_check_{key}",
                on_click=_check,
                args=(about, rows, names),
            )
            st.form_submit_button(
                "Show me the rest",
                key=f"ws_show_{key}",
                on_click=lambda: state.update(ws_checked=(about, len(rows)), ws_empty=False, ws_shown=True),
            )
    if state.get("ws_empty"):
        st.html(f'<div class="cwm-problem" role="alert">{EMPTY}</div>')
    elif upto:
        checked = [check_row(row, cells) for row, cells in zip(rows[:upto], typed)]
        _score(checked, upto, len(rows), asking.result(future) is not None)
        if upto == len(rows):
            _end(run, source, call, lesson)
        if not asking.settled(future, "world"):
            asking.wait("commit", (future, "world"))
        elif words := models.why_missing(future, "world"):
            st.html(f'<p class="cwm-note" role="status">{highlight.plain(words)}</p>')
            asking.stopped("commit")


def _names(row: Row) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.names))


def _cell(key: str, row: Row, name: str) -> str:
    verb = "raises" if row.actual.event == "exception" else "returns"
    label = f"{verb if name == RESULT else name} ({row.number})"
    return st.text_input(
        label.replace("_", "\\_").replace("*", "\\*"),
        key=_key(key, row, name),
        persist_state="session",
        width=190,
    )


def _key(key: str, row: Row, name: str) -> str:
    return f"ws_cell_{key}_{row.number}_{name}"


def _check(about: tuple[str, str, str], rows: Sequence[Row], names: Sequence[Sequence[str]]) -> None:
    """Looks at the rows down to the last that has something in it; what was looked at stays so."""
    state = st.session_state
    typed = [
        {name: state.get(_key(about[0], row, name)) or "" for name in asked}
        for row, asked in zip(rows, names)
    ]
    kept = state.get("ws_checked", (None, 0))
    state.ws_empty = is_empty(typed)
    upto = max(attempted(typed), kept[1] if kept[0] == about else 0)
    state.ws_checked = about, upto
    state.ws_shown = False
    if upto == len(rows):
        state.setdefault("ws_done", set()).add(about[0])


def _legend(first: Row) -> str:
    values = ", ".join(f"{name} = {text}" for name, text in first.before.items()) or "no variables"
    return (
        '<p class="cwm-ws-legend">Write the value of each variable <b>after</b> the line has run, as Python '
        "writes it; leave empty what the line doesn’t change. The run begins with "
        f"<code>{highlight.plain(values)}</code>.</p>"
    )


def _line(row: Row) -> str:
    return (
        f'<p class="cwm-ws-line"><b>{row.number}.</b> line {row.line} '
        f"<code>{highlight.code(row.source.strip())}</code></p>"
    )


def _result(cells: Sequence[Cell], answered: bool) -> str:
    """What became of a row: the visitor's cells, and the model's."""
    if not cells:
        return '<p class="cwm-ws-cells cwm-right"><span class="cwm-mark">✓</span> changes nothing</p>'
    return "".join(_cell_html(cell, answered) for cell in cells)


def _cell_html(cell: Cell, answered: bool) -> str:
    name = "result" if cell.name == RESULT else highlight.plain(cell.name)
    real = f"<code>{highlight.code(cell.real)}</code>" if cell.real is not None else "not there yet"
    words = {
        "right": "right" if cell.changed else "right: the line doesn’t change it",
        "wrong": f"it is {real}" if cell.changed else f"the line doesn’t change it: {real}",
        "missing": f"it becomes {real}",
        "unusable": highlight.plain(cell.message),
        "unchanged": "not changed",
    }[cell.state]
    said = ""
    if cell.model_right is not None:
        sign = "✓" if cell.model_right else "✗"
        value = (
            f"<code>{highlight.code(cell.model)}</code>" if cell.model is not None else "no readable value"
        )
        said = f' <span class="cwm-ws-model">World model: {value} {sign}</span>'
    elif not answered:
        said = ' <span class="cwm-ws-model">World model: …</span>'
    return (
        f'<p class="cwm-ws-cells cwm-{KINDS[cell.state]}"><span class="cwm-mark">{SIGNS[cell.state]}</span> '
        f"<b>{name}</b> {words}{said}</p>"
    )


def _score(rows: Sequence[Sequence[Cell]], upto: int, count: int, answered: bool) -> None:
    found = score(rows)
    you = f"<b>You {found.right}</b>" + _false(found.false)
    model = f"<b>the world model {found.model_right}</b>" + _false(found.model_false)
    where = "in all" if upto == count else f"in the first {upto} of {count} rows"
    changes = f"{found.changes} change{'s' * (found.changes != 1)}"
    words = f"Of {changes} {where}: {you}, {model if answered else 'the world model has not answered'}."
    st.html(f'<p class="cwm-ws-score" role="status">{words}</p>')


def _false(count: int) -> str:
    return (
        f" (and {count} that was none)" if count == 1 else f" (and {count} that were none)" if count else ""
    )


def _end(run: Trace, source: str, call: str, lesson: str) -> None:
    if lesson:
        st.markdown(lesson)
    last: Frame = run.frames[-1]
    if last.value is not None:
        st.markdown(f"What the run gives: `{last.value.replace('`', '')}`.")
    try:
        query = to_query(Place(code=source, call=call))
    except LinkTooLong:
        return
    st.page_link(
        "pages/stepper.py", label="Step through this run", icon=":material/footprint:", query_params=query
    )
