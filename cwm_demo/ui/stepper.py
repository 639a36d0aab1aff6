"""The stepper: puts the panels, the bar and the bug picker on the page, and keeps a click cheap.

A run of the whole page prepares everything: both real runs, the predictions that have arrived, the rollout.
Next and Back run the fragment alone, which only renders another step of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from cwm_demo.render import panels
from cwm_demo.render.marks import COVERED, Mark, marks
from cwm_demo.render.verdict import headline, verdict
from cwm_demo.rollout.step import Rollout
from cwm_demo.ui import controls, cover, editor, models, predict_first, state, work
from cwm_demo.ui.browser import browser
from cwm_demo.ui.bug_picker import bug_picker
from cwm_demo.ui.cover import covered
from cwm_demo.ui.experiment import Experiment, bug_search, prepare
from cwm_demo.ui.footer import footer
from cwm_demo.ui.messages import messages
from cwm_demo.ui.notice import notice
from cwm_demo.ui.stops import toggle

POLL_S = 0.7  # how often a page looks whether a prediction has arrived

TABS = (
    '<fieldset class="cwm-tabs" aria-label="panel shown">'
    '<label><input type="radio" name="cwm-tab" id="cwm-tab-text">Text model</label>'
    '<label><input type="radio" name="cwm-tab" id="cwm-tab-world" checked>World model</label>'
    '<label><input type="radio" name="cwm-tab" id="cwm-tab-python">Python</label></fieldset>'
)


@dataclass(frozen=True, slots=True)
class Shown:
    rollout: Rollout
    marks: tuple[Mark, ...]
    own: Rollout  # what is shown while Python's panel is covered
    own_marks: tuple[Mark, ...]


def stepper() -> None:
    place, notes = state.load()
    setting = prepare(place)
    asked = models.ask(setting, place.mode, place.read)
    rollout = models.joined(setting, asked, place.mode, place.read, as_they_come=True)
    last = max(len(rollout.steps) - 1, 0)
    if place.cover == "on":  # the model's own run has another length
        last = max(last, len(asked.predictions or ()))
    if asked.complete and place.step > last:
        state.go(step=last)
        notes = st.session_state.notes = [f"This run has {last + 1} steps: here is the last one."]
    (controls.presenter_top if place.present else controls.top)(setting)
    messages(setting, [*notes, *setting.notes, *state.link_problems()])
    controls.offer_straight_quotes()
    own = covered(rollout, setting.case, asked.predictions, asked.guesses)
    shown = Shown(rollout, marks(rollout), own, (COVERED,) * len(own.steps))
    _stage(shown, setting, asked)
    all_bugs = place.present or bug_picker(setting)
    if not place.present:
        st.html(footer())
        notice()
    if editor.is_open():
        editor.edit(setting)
    elif asked.stopped:
        work.stopped()
    elif not (asked.complete and all_bugs):  # as shown: what has come meanwhile is not on the page yet
        _wait(setting, asked)


@st.fragment
def _stage(shown: Shown, setting: Experiment, asked: models.Asked) -> None:
    """One step. Everything that it shows was computed before."""
    place = state.place()
    if (place.mode, place.read) != (
        shown.rollout.mode,
        shown.rollout.read,
    ):  # a click of the stage itself asks for another rollout
        st.rerun()
    covered = place.cover == "on" and place.mode == "imagine"
    rollout, all_marks = (shown.own, shown.own_marks) if covered else (shown.rollout, shown.marks)
    bug_line = setting.bug.line if setting.bug else None
    browser("stage", step=lambda index: state.go(step=index), stop=toggle, cover=cover.go)
    if not rollout.steps:
        with st.container(key="cwm-stage"):
            st.html(panels.program(rollout, None, (), bug_line, place.stops))
            if covered:
                st.html(panels.covered_python())
                st.html(cover.covered_verdict(rollout, setting.case, asked.world))
        state.show_in_url()
        return
    index = min(place.step, len(rollout.steps) - 1)  # a later step may come with the predictions
    step, mark = rollout.steps[index], all_marks[index]
    if not covered and predict_first.waits(rollout, step):
        all_marks = predict_first.hidden(all_marks, step)
        with st.container(key="cwm-stage"):
            st.html(panels.program(rollout, step, all_marks, bug_line, place.stops))
            predict_first.question(rollout, step)
        controls.bar(rollout, index, all_marks, "Your turn", told=False)
        state.show_in_url()
        return
    with st.container(key="cwm-stage"):
        st.html(panels.program(rollout, step, all_marks, bug_line, place.stops))
        st.html(TABS)
        st.html(panels.text_model(rollout, step, _again(rollout, index), asked.text))
        st.html(panels.world_model(rollout, step, mark, asked.world))
        if covered:
            words = cover.headline(rollout)
            st.html(panels.covered_python())
            st.html(cover.covered_verdict(rollout, setting.case, asked.world))
        else:
            words = headline(step, mark)
            judged = cover.opened(rollout) if place.cover == "open" and place.mode == "imagine" else ""
            st.html(panels.python(rollout, step))
            predict_first.shown(rollout, step, mark)
            st.html(verdict(rollout, step, mark, asked.world, judged))
    controls.bar(rollout, index, all_marks, words)
    state.show_in_url()


def _again(rollout: Rollout, index: int) -> bool:
    """Whether the line about to run was about to run before."""
    current = rollout.steps[index].current
    return current is not None and any(
        step.current and step.current.line == current.line for step in rollout.steps[:index]
    )


@st.fragment(run_every=POLL_S)
def _wait(setting: Experiment, shown: models.Asked) -> None:
    """Runs the page again once there is more to show, and says meanwhile what is worked on."""
    place = state.place()
    asked = models.ask(setting, place.mode, place.read)
    bugs = not setting.mutants or bug_search(setting).done()
    if asked.complete and (bugs or not shown.complete):
        state.run_again()
    if len(asked.so_far or ()) > len(shown.so_far or ()) and place.cover != "on":
        state.run_again()
    if not asked.complete:
        work.at_work(asked)
