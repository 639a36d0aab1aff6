"""The stepper: puts the panels, the bar and the bug picker on the page, and keeps a click cheap.

A run of the whole page prepares everything: both real runs, the predictions that have arrived, the rollout.
Next and Back run the fragment alone, which only renders another step of it.
"""

from __future__ import annotations

import streamlit as st

from cwm_demo.rollout.rollout import rollout as join
from cwm_demo.rollout.step import Rollout
from cwm_demo.ui import controls, editor, models, panels, state
from cwm_demo.ui.bug_picker import bug_picker
from cwm_demo.ui.experiment import Experiment, bug_search, prepare
from cwm_demo.ui.marks import Mark, marks
from cwm_demo.ui.messages import messages
from cwm_demo.ui.verdict import headline, verdict

POLL_S = 0.7  # how often a page looks whether a prediction has arrived

TABS = (
    '<fieldset class="cwm-tabs" aria-label="panel shown">'
    '<label><input type="radio" name="cwm-tab" id="cwm-tab-text">Text model</label>'
    '<label><input type="radio" name="cwm-tab" id="cwm-tab-world" checked>World model</label>'
    '<label><input type="radio" name="cwm-tab" id="cwm-tab-python">Python</label></fieldset>'
)


def stepper() -> None:
    place, notes = state.load()
    setting = prepare(place)
    asked = models.ask(setting, place.mode, place.read)
    rollout = join(
        setting.intended,
        setting.truth,
        setting.case,
        mode=place.mode,
        read=place.read,
        predictions=asked.predictions,
        guesses=asked.guesses,
    )
    last = max(len(rollout.steps) - 1, 0)
    if asked.complete and place.step > last:
        state.go(step=last)
        notes = st.session_state.notes = [f"This run has {last + 1} steps: here is the last one."]
    controls.top(setting)
    messages(setting, [*notes, *setting.notes, *state.link_problems()])
    _stage(rollout, marks(rollout), setting, asked)
    all_bugs = bug_picker(setting)
    if editor.is_open():
        editor.edit(setting)
    elif not (asked.complete and all_bugs):  # as shown: what has come meanwhile is not on the page yet
        _wait(setting)


@st.fragment
def _stage(rollout: Rollout, all_marks: tuple[Mark, ...], setting: Experiment, asked: models.Asked) -> None:
    """One step. Everything that it shows was computed before."""
    if not rollout.steps:
        with st.container(key="cwm-stage"):
            st.html(panels.program(rollout, None, (), None))
        state.show_in_url()
        return
    index = min(state.place().step, len(rollout.steps) - 1)  # a later step may come with the predictions
    step, mark = rollout.steps[index], all_marks[index]
    bug_line = setting.bug.line if setting.bug else None
    again = any(
        s.current and step.current and s.current.line == step.current.line for s in rollout.steps[:index]
    )
    with st.container(key="cwm-stage"):
        st.html(panels.program(rollout, step, all_marks, bug_line))
        st.html(TABS)
        st.html(panels.text_model(rollout, step, again, asked.text))
        st.html(panels.world_model(rollout, step, mark, asked.world))
        st.html(panels.python(rollout, step))
        st.html(verdict(rollout, step, mark, asked.world))
    controls.bar(index, all_marks, headline(step, mark))
    state.show_in_url()


@st.fragment(run_every=POLL_S)
def _wait(setting: Experiment) -> None:
    """Runs the page again once there is more to show."""
    if _all_there(setting):
        st.rerun()


def _all_there(setting: Experiment) -> bool:
    place = state.place()
    asked = models.ask(setting, place.mode, place.read)
    return asked.complete and (not setting.mutants or bug_search(setting).done())
