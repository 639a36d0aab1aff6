"""From a place to what is shown there: the program, the bug, and both real runs. Asks no model.

Runs are kept for all visitors alike: the same source gives the same trace, and a trace is never changed.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cwm_demo.execution import sandbox
from cwm_demo.programs.bugs import Bug, differ, effective, find_bug, is_by_hand, mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.program import (
    Case,
    Program,
    ProgramError,
    check_call,
    load_catalogue,
    marked,
    read_program,
)
from cwm_demo.trace.frame import Stop, Trace
from cwm_demo.ui.url import DEFAULT_PROGRAM, Place

OWN = "own"  # name of a visitor's own program


def visitor() -> str:
    """Whose turn it is where several wait: a name for this session, empty outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


@dataclass(frozen=True, slots=True)
class Experiment:
    program: Program
    own: bool  # whether the visitor wrote the program or its call
    case: Case  # the call, with its checks if there are any
    stdin: str | None
    mutants: tuple[Bug, ...]  # every bug that our operators make; `bug_search` finds those that matter
    bug: Bug | None  # the injected one
    intended: Trace
    truth: Trace  # the candidate's run; the intended one itself without a bug
    notes: tuple[str, ...]  # what of the place could not be used


def prepare(place: Place) -> Experiment:
    """Finds the program and the bug that `place` names and runs both."""
    notes: list[str] = []
    program, call = _program(place, notes), place.call
    case = program.cases[0]
    if call is not None:
        try:
            case = program.case(call) or Case(check_call(call))
        except ProgramError as error:
            notes.append(str(error))
    own = place.code is not None or case not in program.cases
    stdin = place.stdin if place.stdin is not None else program.stdin
    intended = trace(marked(program.source, case.call), stdin, trusted=not own)
    mutants = _mutants(program.source, case.call, stdin, intended) if intended.frames else ()
    bug = _bug(program.source, mutants, place.bug, notes)
    if bug:
        truth = trace(marked(bug.source, case.call), stdin, trusted=not own and not bug.by_hand)
    else:
        truth = intended
    if bug and not differ(intended, truth):
        notes.append("This bug changes nothing on this call.")
    return Experiment(program, own, case, stdin, mutants, bug, intended, truth, tuple(notes))


@st.cache_resource(max_entries=128, show_spinner=False)
def _mutants(source: str, call: str | None, stdin: str | None, _intended: Trace) -> tuple[Bug, ...]:
    try:
        return tuple(mutations(source, kinds_by_line(_intended.frames)))
    except ProgramError:
        return ()


def _bug(source: str, mutants: tuple[Bug, ...], wanted: str | None, notes: list[str]) -> Bug | None:
    if wanted is None:
        return None
    try:
        return find_bug(mutants, wanted, source)
    except ProgramError as error:
        why = f": {error}" if is_by_hand(wanted) else " in this program"
        notes.append(f"There is no bug “{wanted}”{why}; it runs as meant.")
        return None


def _program(place: Place, notes: list[str]) -> Program:
    catalogue = load_catalogue()
    if place.code is None:
        if place.program not in catalogue:
            notes.append(f"There is no program “{place.program}” here; this is {DEFAULT_PROGRAM}.")
        return catalogue.get(place.program, catalogue[DEFAULT_PROGRAM])
    try:
        program = read_program(place.code, OWN)
    except ProgramError as error:
        notes.append(str(error))
        program = Program(OWN, OWN, "", 1, place.code, (Case(None),))
    return replace(program, title="Your own program")


def trace(source: str, stdin: str | None, trusted: bool) -> Trace:
    """The run of SOURCE, from the cache, unless it was only ended by a crowded machine."""
    found = _trace(source, stdin, trusted)
    if found.stopped and found.stopped.reason == "killed":
        _trace.clear(source, stdin, trusted)
    return found


@st.cache_resource(max_entries=128, show_spinner=False)
def _trace(source: str, stdin: str | None, trusted: bool) -> Trace:
    try:
        return sandbox.run(source, stdin=stdin, trusted=trusted, visitor=visitor())
    except RuntimeError as error:  # SandboxUnavailable, or its parent process does not start
        return Trace(source, stopped=Stop("killed", str(error)))


@st.cache_resource(max_entries=128, show_spinner=False)
def _search(source: str, call: str | None, stdin: str | None, trusted: bool, _setting: Experiment) -> Future:
    whose = f"bugs of {visitor()}"  # not the visitor's own turn, who may want to run something meanwhile

    def run(text: str) -> Trace:
        return sandbox.run(text, stdin=stdin, trusted=trusted, visitor=whose)

    return _searchers().submit(effective, source, call, _setting.mutants, run, _setting.intended)


def bug_search(setting: Experiment) -> Future[list[Bug]]:
    """The bugs that change what the call does. Each must be run for that, which takes seconds in all."""
    return _search(setting.program.source, setting.case.call, setting.stdin, not setting.own, setting)


@st.cache_resource(show_spinner=False)
def _searchers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="bug-search")
