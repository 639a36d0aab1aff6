"""The function that chapters 02 and 04 trace: one of the catalogue's, or the visitor's own.

It stays with the visitor from one chapter to the other, and stands in the URL. What was typed is kept, also
when it can't be run; then a sentence says why, and the function before it stays on the page.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from cwm_demo.execution import sandbox
from cwm_demo.programs.program import load_catalogue, marked, read_program
from cwm_demo.render import highlight
from cwm_demo.trace.frame import Trace
from cwm_demo.ui.editor import MAX_CHARACTERS, calls_nothing, problem_with
from cwm_demo.ui.experiment import OWN, trace
from cwm_demo.ui.messages import about_the_run
from cwm_demo.ui.url import DEFAULT_PROGRAM, LinkTooLong, Place, from_query, pack

MAX_LINES = 200  # of a program: every line is drawn, with all its frames
NAMES = ("program", "code", "call")  # in the URL
_STATE = "workpiece"


@dataclass(frozen=True, slots=True)
class Workpiece:
    program: str = DEFAULT_PROGRAM  # name in the catalogue; OWN when there is own code
    code: str = ""  # the visitor's own
    call: str | None = None  # None: the program's first case

    @property
    def source(self) -> str:
        return self.code if self.program == OWN else load_catalogue()[self.program].source

    @property
    def shown_call(self) -> str:
        """The call that starts the trace, empty where the program's own lines run."""
        if self.call is not None:
            return self.call
        return "" if self.program == OWN else load_catalogue()[self.program].call or ""

    def run(self) -> Trace:
        known = self.program != OWN and load_catalogue()[self.program].case(self.shown_call) is not None
        return trace(marked(self.source, self.shown_call or None), None, trusted=known)

    @property
    def place(self) -> Place:
        """The same program on the stepper."""
        if self.program == OWN:
            return Place(code=self.code, call=self.call)
        return Place(program=self.program, call=self.call)


def workpiece() -> tuple[Workpiece, Trace]:
    """Draws the choice of a function, and gives what was chosen, with its run."""
    piece = _load()
    with st.container(key="cwm-piece", horizontal=True, vertical_alignment="top", gap="small"):
        titles = {name: program.title for name, program in load_catalogue().items()}
        if piece.program == OWN:
            titles[OWN] = "Your own function"
        st.session_state.w_piece = piece.program
        st.selectbox(
            "Program",
            list(titles),
            format_func=lambda name: titles.get(name, name),
            key="w_piece",
            on_change=_chosen,
            width=260,
        )
        with st.container(key="cwm-noprint-own"):
            _own(piece)
    run = piece.run()
    _say([*st.session_state[_STATE + "_notes"], *about_the_run(run), *_advice(piece, run)])
    _to_url(piece)
    return piece, run


def _own(piece: Workpiece) -> None:
    state = st.session_state
    with (
        st.expander(
            "Trace a function of your own",
            icon=":material/edit:",
            expanded=piece.program == OWN or state.get("piece_problem") is not None,
        ),
        st.form("piece_form", border=False),
    ):
        if "piece_code" not in state:
            code, call = state.get("piece_draft", (piece.source, piece.shown_call))
            state.piece_code, state.piece_call = code, call
        st.text_area("Your function", key="piece_code", height=220, persist_state="session")
        st.text_input(
            "Call",
            key="piece_call",
            persist_state="session",
            placeholder="f(3)",
            help="The call that is traced, on one line. Left empty, the program’s own lines run.",
        )
        st.form_submit_button("Trace it", type="primary", icon=":material/play_arrow:", on_click=_take)
        if state.get("piece_problem"):
            st.html(f'<div class="cwm-problem" role="alert">{state.piece_problem}</div>')
        st.caption("It runs in a sandbox: it can compute and print, and has no files and no network.")


def _take() -> None:
    """Goes on to what was typed, or says what is wrong with it."""
    state = st.session_state
    code, call = state.piece_code, state.piece_call.strip()
    state.piece_draft = (code, call)
    state.piece_problem = _problem(code, call)
    if state.piece_problem:
        return
    program = read_program(code, OWN)  # its last line may be a marked call
    _go(Workpiece(OWN, program.source, call or program.call or ""))


def _problem(code: str, call: str) -> str | None:
    count = len(code.splitlines())
    if count > MAX_LINES or len(code) > MAX_CHARACTERS:
        return (
            f"<b>This program has {count:,} lines and {len(code):,} characters.</b> Here up to {MAX_LINES} "
            f"lines and {MAX_CHARACTERS:,} characters are traced, so that every frame can be seen. Keep the "
            "function that matters and what it needs; your text is still here."
        )
    return problem_with(code, call) or calls_nothing(code, call)


def _chosen() -> None:
    name = st.session_state.w_piece
    if name != OWN:
        piece = Workpiece(name)
        st.session_state.piece_draft = (piece.source, piece.shown_call)
        st.session_state.piece_code, st.session_state.piece_call = st.session_state.piece_draft
        st.session_state.piece_problem = None
        _go(piece)


def _advice(piece: Workpiece, run: Trace) -> list[str]:
    advice = sandbox.hint(run)
    return [highlight.plain(advice)] if advice else []


def _say(notes: list[str]) -> None:
    if notes:
        items = "".join(f'<p class="cwm-note" role="status">{text}</p>' for text in notes)
        st.html(f'<div class="cwm-messages">{items}</div>')


# --- where the visitor is ---


def _go(piece: Workpiece) -> None:
    st.session_state[_STATE], st.session_state[_STATE + "_notes"] = piece, []


def _load() -> Workpiece:
    """The URL decides when it says something that we haven't written there ourselves."""
    state, query = st.session_state, st.query_params.to_dict()
    ours = {key: query[key] for key in NAMES if key in query}
    if _STATE not in state or (ours and ours != state.get(_STATE + "_url")):
        place, notes = from_query(ours)
        piece, more = _from_place(place)
        _go(piece)
        state[_STATE + "_notes"] = [highlight.plain(note) for note in [*notes, *more]]
        state.piece_draft = (piece.source, piece.shown_call)
        state.pop("piece_code", None)
    return state[_STATE]


def _from_place(place: Place) -> tuple[Workpiece, list[str]]:
    if place.code is not None:
        if problem := _problem(place.code, place.call or ""):
            st.session_state.piece_problem = problem
            return Workpiece(), ["The link’s program can’t be traced; this is another one."]
        program = read_program(place.code, OWN)
        return Workpiece(OWN, program.source, place.call or program.call or ""), []
    if place.program not in load_catalogue():
        return Workpiece(), [f"There is no program “{place.program}” here; this is {DEFAULT_PROGRAM}."]
    if place.call is not None and problem_with("pass", place.call):
        return Workpiece(place.program), ["The link’s call is not one call on one line; this is another one."]
    return Workpiece(place.program, call=place.call), []


def _to_url(piece: Workpiece) -> None:
    query = {"program": piece.program}
    if piece.program == OWN:
        try:
            query = {"code": pack(piece.code)}
        except LinkTooLong as error:
            _say([highlight.plain(str(error))])
            query = {}
    if piece.call:
        query["call"] = piece.call
    if Workpiece() == piece:
        query = {}
    shown = st.query_params.to_dict()
    whole = {key: value for key, value in shown.items() if key not in NAMES} | query
    if shown != whole:
        st.query_params.from_dict(whole)  # at once: each change is an entry of the browser's history
    st.session_state[_STATE + "_url"] = query
