"""The stepper's widgets. Each changes the visitor's place and nothing else; what is shown follows from it."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from cwm_demo.programs.program import load_catalogue
from cwm_demo.render import highlight
from cwm_demo.render.marks import Mark, next_red, sign
from cwm_demo.rollout.step import Rollout, Step
from cwm_demo.ui import given, predict_first, state
from cwm_demo.ui.bug_picker import bug_switch
from cwm_demo.ui.editor import open_editor
from cwm_demo.ui.experiment import OWN, Experiment
from cwm_demo.ui.mirror import mirror
from cwm_demo.ui.quotes import is_curly, straight
from cwm_demo.ui.stops import halts, next_halt
from cwm_demo.ui.timeline import timeline
from cwm_demo.ui.tokens import tokens
from cwm_demo.ui.url import LinkTooLong, Place, to_query

SHOWN = {"intended": "as meant", "candidate": "with the bug"}
LEVELS = {1: "first steps", 2: "some practice", 3: "needs care"}
MODES = {"replay": "step by step", "imagine": "on its own"}


READ_HELP = (
    "**As meant**: the run parts from the model’s prediction where the bug first matters. "
    "**With the bug**: it says what the buggy program does, and a green step is not a right program."
)
MODE_HELP = (
    "**Step by step**: corrected after each step, it sees the real values so far (*replay*). "
    "**On its own**: the whole run, uncorrected (*imagine*)."
)


def top(setting: Experiment) -> None:
    """Which program, which call, what the model is shown, and how it is asked."""
    place = state.place()
    with st.container(key="cwm-top", horizontal=True, vertical_alignment="bottom", gap="small"):
        program_choice(place)
        _call(setting)
        st.button(
            "Edit",
            icon=":material/edit:",
            key="edit",
            help="Change the program, or write your own",
            on_click=open_editor,
        )
        choice("read", "The model is shown", SHOWN, READ_HELP)
        choice("mode", "It predicts", MODES, MODE_HELP)
        predict_first.switch()
        _present("Present", ":material/slideshow:", True)


def presenter_top(setting: Experiment) -> None:
    """The same in one line, in presenter mode: what is on show, and what is changed during a talk."""
    with st.container(key="cwm-top", horizontal=True, vertical_alignment="center", gap="small"):
        call = f"<code>{highlight.code(setting.case.call)}</code>" if setting.case.call else ""
        title = f"<b>{highlight.plain(setting.program.title)}</b> {call}"
        st.html(f'<div class="cwm-presenting">{title}</div>', width="stretch")
        choice("read", "The model is shown", SHOWN)
        choice("mode", "It predicts", MODES)
        bug_switch(setting)
        st.html(FULL_SCREEN, width="content")
        _present("Leave", ":material/close:", False)


FULL_SCREEN = (
    '<div class="cwm-present"><button type="button" class="cwm-button" data-fullscreen="">'
    "Full screen</button></div>"
)


def _present(label: str, icon: str, present: bool) -> None:
    st.button(
        label,
        icon=icon,
        key="present",
        shortcut="P",
        on_click=lambda: state.go(present=present),
    )


def program_choice(place: Place, label: str = "Program") -> None:
    catalogue = load_catalogue()
    titles = {
        name: f"{program.title} — {LEVELS[min(program.level, 3)]}" for name, program in catalogue.items()
    }
    own = place.code is not None
    if own:
        titles[OWN] = "Your own program"
    chosen = OWN if own else place.program if place.program in catalogue else state.Place().program
    st.selectbox(
        label,
        list(titles),
        **mirror("program", chosen, _program_changed),
        format_func=lambda name: titles.get(name, name),
        help=None if own else catalogue[chosen].teaches,
        width=250,
    )


def _program_changed(name: str) -> None:
    if name != OWN:
        state.go(program=name, code=None, call=None, stdin=None, bug=None, step=0)


def _call(setting: Experiment) -> None:
    st.text_input(
        "Call",
        **mirror("call", state.place().call or setting.case.call or "", _call_changed),
        placeholder="no call: the program’s own lines run",
        help="The call that is traced. Change its arguments and press Enter.",
        width=300,
    )


def offer_straight_quotes() -> None:
    """A button, when the call is no Python because of curly quotes."""
    call = state.place().call or ""
    if is_curly(call):
        st.button(
            "Use straight quotes",
            key="call_straight",
            on_click=lambda: state.go(call=straight(call), step=0),
        )


def _call_changed(call: str) -> None:
    state.go(call=call.strip() or None, step=0)


def choice(field: str, label: str, options: dict[str, str], help: str | None = None) -> None:
    st.segmented_control(
        label,
        list(options),
        **mirror(field, getattr(state.place(), field), lambda chosen: state.go(**{field: chosen})),
        format_func=options.get,
        required=True,
        help=help,
        label_visibility="visible" if help else "collapsed",
    )


# --- the bar under the panels ---


def bar(rollout: Rollout, step: int, marks: tuple[Mark, ...], headline: str, told: bool = True) -> None:
    """First, back, next, last, next red, next breakpoint, each with its key; and the timeline.

    `told`: whether the models' answers may be read, and where the runs part be seen.
    """
    last = len(marks) - 1
    red = next_red(marks, step)
    stops = halts(rollout, state.place().stops)
    halt = next_halt(stops, step)
    with st.container(key="cwm-bar", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(
            key="cwm-buttons", horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            _button("first", "First", ":material/first_page:", 0, "Home", step <= 0)
            _button("back", "Back", ":material/arrow_back:", step - 1, "Left", step <= 0)
            with st.container(key="cwm-phone"):
                count = f"<small>{step + 1} of {last + 1}</small>"
                st.html(f'<div class="cwm-phone">{sign(marks[step])} {headline}<br>{count}</div>')
            _button("next", "Next", ":material/arrow_forward:", step + 1, "Right", step >= last)
            _button("last", "Last", ":material/last_page:", last, "End", step >= last)
            _button("red", "next red", None, red, "N", red is None)
            _button("stop", "next breakpoint", None, halt, "B", halt is None)
        parting = rollout.parting
        if parting is not None and not told and parting >= step:
            parting = None
        st.html(timeline(marks, step, parting, stops), width="stretch")
        if told:
            _given(rollout, rollout.steps[step])
        st.html(link_html(state.place()), width="content")


def _button(name: str, label: str, icon: str | None, step: int | None, key: str, disabled: bool) -> None:
    """A button that goes to `step`. Without a tooltip: that would draw each button twice, at every click."""
    st.button(
        label,
        icon=icon,
        icon_position="right",
        key=f"step_{name}",
        shortcut=key,
        disabled=disabled,
        type="primary" if name == "next" else "secondary",
        on_click=partial(state.jump if name in ("red", "stop") else state.go, step=step),
    )


def _given(rollout: Rollout, step: Step) -> None:
    """What each model was given, and the world model's tokens; drawn when it is opened."""
    with st.popover("What they read", key="w_given", on_change="rerun", width="content") as opened:
        if not opened.open:
            return
        html = f"{given.legend()}<h4>Text model: given</h4>{given.given_text_model(tokens(), rollout, step)}"
        html += f"<h4>World model: given</h4>{given.given_world_model(tokens(), rollout, step)}"
        if step.prediction:
            html += f"<h4>World model: wrote, with its confidence</h4>{given.written(step.prediction)}"
        st.html(f'<div class="cwm-given-text">{html}</div>')


# --- the link ---


def link_html(place: Place) -> str:
    """A button that copies a link to exactly this step; where the clipboard is refused, its text."""
    try:
        query = to_query(place)
    except LinkTooLong as error:
        return f'<div class="cwm-link"><output>{highlight.plain(str(error))}</output></div>'
    copied = highlight.plain("?" + urlencode(query))
    button = f'<button type="button" class="cwm-button" data-copy="{copied}">Copy link</button>'
    return (
        f'<div class="cwm-link">{button}'
        '<input type="text" readonly aria-label="link to this step"><output></output></div>'
    )
