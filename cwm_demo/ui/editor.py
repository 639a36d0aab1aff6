"""The dialog in which a visitor changes the program. What was typed stays, also when it is wrong."""

from __future__ import annotations

import ast

import streamlit as st

from cwm_demo.programs.program import ProgramError, check_call
from cwm_demo.ui import highlight, state
from cwm_demo.ui.experiment import Experiment

MAX_CHARACTERS = 20_000  # of a program


def open_editor() -> None:
    st.session_state.editing, st.session_state.edit_problem = True, None


def close_editor() -> None:
    st.session_state.editing = False


def is_open() -> bool:
    return st.session_state.get("editing", False)


@st.dialog("Edit the program", width="large", on_dismiss=close_editor)
def edit(setting: Experiment) -> None:
    if not is_open():
        st.rerun()
    st.text_area(
        "Program",
        setting.program.source,
        height=380,
        max_chars=MAX_CHARACTERS,
        key="edit_code",
        help="Functions, and one call to trace. It may import the usual modules of the standard library; "
        "it can't open files or reach the network.",
    )
    st.text_input("Call", setting.case.call or "", key="edit_call", placeholder="empty: its own lines run")
    st.text_area("What input() reads, a line each", setting.stdin or "", height=68, key="edit_stdin")
    if st.session_state.edit_problem:
        st.html(f'<div class="cwm-problem" role="alert">{st.session_state.edit_problem}</div>')
    with st.container(horizontal=True):
        st.button(
            "Run it",
            type="primary",
            icon=":material/play_arrow:",
            key="edit_run",
            on_click=_take,
            args=(setting,),
        )
        st.button("Cancel", key="edit_cancel", on_click=close_editor)


def _take(setting: Experiment) -> None:
    """Goes on to what was typed, or says what is wrong with it."""
    typed = st.session_state
    typed.edit_problem = problem_with(typed.edit_code, typed.edit_call)
    if typed.edit_problem:
        return
    unchanged = typed.edit_code.rstrip() == setting.program.source.rstrip()
    state.go(
        code=state.place().code if unchanged else typed.edit_code,
        call=typed.edit_call.strip() or None,
        stdin=typed.edit_stdin or None,
        bug=None,
        step=0,
    )
    close_editor()


def problem_with(code: str, call: str) -> str | None:
    """What keeps the program from running, as HTML: where, and in Python's own words."""
    if not code.strip():
        return "The program is empty. Write at least one statement."
    try:
        ast.parse(code)
    except SyntaxError as error:
        where = f"line {error.lineno}, column {error.offset}" if error.lineno else "somewhere"
        line = (error.text or "").rstrip("\n")
        caret = " " * max((error.offset or 1) - 1, 0) + "^"
        return (
            f"<b>Python can’t read it: {where}.</b> {highlight.plain(error.msg)}."
            f"<pre>{highlight.plain(line)}\n{caret}</pre>"
        )
    except (ValueError, MemoryError, RecursionError) as error:
        return f"Python can’t read it: {highlight.plain(str(error) or type(error).__name__)}."
    try:
        if call.strip():
            check_call(call)
    except ProgramError as error:
        return highlight.plain(str(error))
    return None
