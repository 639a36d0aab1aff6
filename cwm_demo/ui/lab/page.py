"""The lab's page: program and models above, the whole run as a table, and below what to take away.

It shares the visitor's place with the stepper (state.py), so that a program goes from one to the other.
"""

from __future__ import annotations

import streamlit as st

from cwm_demo.execution import sandbox
from cwm_demo.render.run_data import run_data
from cwm_demo.rollout.rollout import rollout as join
from cwm_demo.rollout.step import Rollout
from cwm_demo.ui import controls, editor, models, state, work
from cwm_demo.ui.experiment import Experiment, prepare
from cwm_demo.ui.lab import checkpoints, exports, table
from cwm_demo.ui.messages import messages

POLL_S = 0.7
LEAD = (
    "Any program of yours: its trace, what both models say about every step, and the verdicts, all in one "
    "table. Then take it away: as a link, as data, or as a page that steps by itself."
)
MODE_HELP = "Step by step: corrected after each step. On its own: the whole run, uncorrected."


def lab() -> None:
    place, notes = state.load()
    st.html(
        '<header class="cwm-chapter"><p class="cwm-chapter-number">Lab</p>'
        "<h1>Your own program, the whole run</h1>"
        f'<p class="cwm-lead">{LEAD}</p></header>'
    )
    setting = prepare(place)
    with st.container(key="cwm-noprint-lab"):
        left, right = st.columns([3, 2], gap="large")
        with right:
            controls.program_choice(place, "Start from")
            pair = checkpoints.choose()
            controls.choice("mode", "It predicts", controls.MODES, MODE_HELP)
            if setting.bug:
                controls.choice("read", "The model is shown", controls.SHOWN, controls.READ_HELP)
        with left:
            editor.inline(setting)
    asked = models.ask(setting, place.mode, place.read, pair.client)
    rollout = join(
        setting.intended,
        setting.truth,
        setting.case,
        mode=place.mode,
        read=place.read,
        predictions=asked.predictions,
        guesses=asked.guesses,
    )
    messages(setting, [*notes, *setting.notes, *state.link_problems(), *_advice(setting, rollout, asked)])
    data = run_data(rollout, title=setting.program.title, world=pair.world, text=pair.text)
    if rollout.steps:
        page = table.show(rollout, data, place, waiting=not asked.complete)
    else:
        page = 1
    shown = exports.show(rollout, data, waiting=not asked.complete)
    state.show_in_url(**pair.in_url, page=str(page) if page > 1 else None, show=shown)
    if asked.stopped:
        work.stopped()
    elif not asked.complete:
        _wait(setting, pair)


def _advice(setting: Experiment, rollout: Rollout, asked: models.Asked) -> list[str]:
    said = [sandbox.hint(rollout.truth) or "", asked.world, asked.text if asked.text != asked.world else ""]
    if setting.bug:
        said.append(f"This program has a bug in line {setting.bug.line}; the stepper takes it away.")
    return [each for each in said if each]


@st.fragment(run_every=POLL_S)
def _wait(setting: Experiment, pair: checkpoints.Pair) -> None:
    """Runs the page again once there is more to show, and says meanwhile what is worked on."""
    place = state.place()
    asked = models.ask(setting, place.mode, place.read, pair.client)
    if asked.complete:
        state.run_again()
    work.at_work(asked)
