"""The dialog in which a visitor changes the program. What was typed stays, also when it is wrong.

The browser keeps a draft of it too (assets/scripts/stepper.js), which is offered after a reload. The lab has
the same fields on the page itself.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import streamlit as st

from cwm_demo.programs.program import ProgramError, check_call, read_program
from cwm_demo.render import highlight
from cwm_demo.ui import state
from cwm_demo.ui.browser import browser
from cwm_demo.ui.experiment import Experiment
from cwm_demo.ui.quotes import is_curly, straight

MAX_CHARACTERS = 20_000  # of a program
FIELDS = ("code", "call", "stdin")


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
    typed = st.session_state
    if "edit_code" not in typed:
        _fill(setting)
    _fields(height=360)
    with st.container(horizontal=True):
        _run(setting)
        st.button("Cancel", key="edit_cancel", on_click=close_editor)
        _repairs()


def inline(setting: Experiment) -> None:
    """The fields on the page itself. They follow the program that is shown, and keep what can't be run."""
    typed = st.session_state
    shown = (setting.program.source, setting.case.call, setting.stdin)
    if typed.get("edit_of") != shown:
        typed.edit_of, typed.edit_problem = shown, None
        _fill(setting)
    elif "edit_code" not in typed:  # back from another page
        _put(typed.draft) if typed.edit_problem else _fill(setting)
    _fields(height=300)
    with st.container(horizontal=True):
        _run(setting, needs_call=True)
        _repairs()


def _fill(setting: Experiment) -> None:
    typed = st.session_state
    typed.edit_code, typed.edit_call = setting.program.source, setting.case.call or ""
    typed.edit_stdin = setting.stdin or ""


def _fields(height: int) -> None:
    typed = st.session_state
    browser("editor", draft=_heard)
    st.text_area(
        "Program",
        height=height,
        key="edit_code",
        help="Functions, and one call to trace. It may import the usual modules of the standard library; "
        f"it can’t open files or reach the network. At most {MAX_CHARACTERS:,} characters.",
    )
    st.text_input("Call", key="edit_call", placeholder="empty: its own lines run")
    st.text_area("What input() reads, a line each", height=68, key="edit_stdin")
    if typed.edit_problem:
        st.html(f'<div class="cwm-problem" role="alert">{typed.edit_problem}</div>')


def _run(setting: Experiment, needs_call: bool = False) -> None:
    st.button(
        "Run it",
        type="primary",
        icon=":material/play_arrow:",
        key="edit_run",
        on_click=_take,
        args=(setting, needs_call),
    )


def _repairs() -> None:
    """What may be done about a problem."""
    typed = st.session_state
    if typed.edit_problem and (is_curly(typed.edit_code) or is_curly(typed.edit_call)):
        st.button("Use straight quotes", key="edit_straight", on_click=_straighten)
    if _is_other(typed.get("draft")):
        st.button(
            "Bring back what you typed last",
            key="edit_draft",
            on_click=_bring_back,
            help="Kept in this browser only",
        )


def _take(setting: Experiment, needs_call: bool) -> None:
    """Goes on to what was typed, or says what is wrong with it."""
    typed = st.session_state
    typed.draft = {name: typed[f"edit_{name}"] for name in FIELDS}
    typed.edit_problem = problem_with(typed.edit_code, typed.edit_call)
    if needs_call and not typed.edit_problem:
        typed.edit_problem = calls_nothing(typed.edit_code, typed.edit_call)
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


def _straighten() -> None:
    typed = st.session_state
    for name in ("edit_code", "edit_call"):
        if is_curly(typed[name]):
            typed[name] = straight(typed[name])
    typed.edit_problem = problem_with(typed.edit_code, typed.edit_call)


def _heard(draft: Any) -> None:
    """A draft that the browser kept. It comes from outside and may be anything."""
    if isinstance(draft, Mapping) and all(isinstance(draft.get(name), str) for name in FIELDS):
        st.session_state.draft = {name: draft[name] for name in FIELDS}


def _is_other(draft: Mapping[str, str] | None) -> bool:
    """Whether the draft is something else than what stands in the fields."""
    typed = st.session_state
    return bool(draft and draft["code"].strip()) and any(
        draft[name].strip() != (typed[f"edit_{name}"] or "").strip() for name in FIELDS
    )


def _bring_back() -> None:
    _put(st.session_state.draft)
    st.session_state.edit_problem = None


def _put(draft: Mapping[str, str]) -> None:
    for name in FIELDS:
        st.session_state[f"edit_{name}"] = draft[name]


def problem_with(code: str, call: str) -> str | None:
    """What keeps the program from running, as HTML: where, and in Python's own words."""
    if not code.strip():
        return "The program is empty. Write at least one statement."
    if len(code) > MAX_CHARACTERS:
        lines = code.count("\n") + (not code.endswith("\n"))
        return (
            f"<b>This program is too long to be stepped through here:</b> {lines:,} lines, {len(code):,} "
            f"characters; {MAX_CHARACTERS:,} are the limit. Nothing was run, and your text is kept: cut it "
            "down to the functions that one call needs."
        )
    try:
        ast.parse(code)
    except SyntaxError as error:
        where = f"line {error.lineno}, column {error.offset}" if error.lineno else "somewhere"
        line = (error.text or "").rstrip("\n")
        caret = " " * max((error.offset or 1) - 1, 0) + "^"
        hint = " It holds curly quotes or the like, as word processors write them." if is_curly(code) else ""
        return (
            f"<b>Python can’t read it: {where}.</b> {highlight.plain(error.msg)}.{hint}"
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


def calls_nothing(code: str, call: str) -> str | None:
    """That a program which can be read only defines things, as HTML; None when something would run."""
    try:
        program = read_program(code, "program")  # its last line may be a marked call
    except ProgramError as error:
        return highlight.plain(str(error))
    body = ast.parse(program.source).body
    defines = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    if call.strip() or program.call or not all(isinstance(node, defines) for node in body):
        return None
    names = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    example = f"{names[-1]}(…)" if names else "f(3)"
    return (
        "<b>This defines a function and calls nothing.</b> Write a call, such as "
        f"<code>{highlight.plain(example)}</code>."
    )
