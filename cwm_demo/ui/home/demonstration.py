"""The three acts on Home: scenes with Back, played by the same code as the stepper, with the models on disk.

Execution is shown at once; what the models say is filled in when it comes.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.render.marks import Mark, marks
from cwm_demo.rollout.step import Rollout, Step
from cwm_demo.ui import models
from cwm_demo.ui.experiment import Experiment, prepare
from cwm_demo.ui.home import stage
from cwm_demo.ui.home.acts import LAST, Scene, load_acts
from cwm_demo.ui.home.told import told, words
from cwm_demo.ui.url import to_query

STEPPER = "pages/stepper.py"
POLL_S = 0.7
PARAMETER = "scene"  # in the URL, from 1


@dataclass(frozen=True, slots=True)
class Shown:
    scene: Scene
    setting: Experiment
    asked: models.Asked
    rollout: Rollout
    marks: tuple[Mark, ...]
    step: Step

    @property
    def mark(self) -> Mark:
        return self.marks[self.step.index]


@st.fragment
def demonstration() -> None:
    """One scene, with the way back and on."""
    scenes = load_acts()[1]
    number = _scene_number(len(scenes))
    shown = _play(scenes[number])
    if shown is None:
        st.html(
            '<p class="cwm-note" role="status">The program could not be run just now: reload the page.</p>'
        )
        return
    with st.container(key="cwm-acts", gap="small"):
        _acts(scenes[number].act)
        st.html(_words(shown))
        with st.container(key="cwm-scenes", horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Back",
                icon=":material/arrow_back:",
                key="scene_back",
                shortcut="Left",
                disabled=number == 0,
                on_click=_go,
                args=(number - 1,),
            )
            _go_on(scenes, number)
            st.html(f'<p class="cwm-quiet">scene {number + 1} of {len(scenes)}</p>', width="content")
            st.page_link(
                STEPPER,
                label="Open this in the stepper",
                icon=":material/open_in_new:",
                query_params=to_query(shown.scene.place(len(shown.rollout.steps) - 1)),
            )
        with st.container(key="cwm-scene"):
            for panel in stage.panels_of(shown):
                st.html(panel)
    _show_in_url(number)
    if not shown.asked.complete:
        _wait(scenes[number])


def _go_on(scenes: tuple[Scene, ...], number: int) -> None:
    """On to the next scene. Back to the first leads no key: who presses once more stays at the last."""
    last = number + 1 == len(scenes)
    st.button(
        scenes[number].go,
        icon=":material/replay:" if last else ":material/arrow_forward:",
        icon_position="right",
        key="scene_again" if last else "scene_next",
        type="primary",
        shortcut=None if last else "Right",
        on_click=_go,
        args=(0 if last else number + 1,),
    )


def ask_ahead() -> None:
    """Puts the questions of all scenes, so that their answers are there when they are come to."""
    for scene in load_acts()[1]:
        models.ask_ahead(prepare(scene.place(0)), scene.mode, scene.read)


def _play(scene: Scene) -> Shown | None:
    """The scene as it is now; None when the machine was too crowded to run its program."""
    setting = prepare(scene.place(0))
    asked = models.ask(setting, scene.mode, scene.read)
    rollout = models.joined(setting, asked, scene.mode, scene.read)
    if not rollout.steps:
        return None
    last = len(rollout.steps) - 1
    step = rollout.steps[last if scene.step == LAST else min(scene.step, last)]
    return Shown(scene, setting, asked, rollout, marks(rollout), step)


def _acts(current: int) -> None:
    """The acts by name; each leads to its first scene."""
    acts, _ = load_acts()
    with st.container(key="cwm-act-titles", horizontal=True, gap="small"):
        for number, act in enumerate(acts):
            st.button(
                f"{number + 1} · {act.title}",
                key=f"act_{number}",
                type="secondary" if number == current else "tertiary",
                on_click=_go,
                args=(act.first,),
            )


def _words(shown: Shown) -> str:
    act = load_acts()[0][shown.scene.act]
    came = told(shown.scene, shown.rollout, shown.step, shown.setting.case)
    if came is None:
        came = f'<span class="cwm-quiet">{highlight.plain(shown.asked.world or models.AT_WORK)}</span>'
    else:
        came = f"<b>{came}</b>"
    return (
        f'<div class="cwm-scene-words"><p class="cwm-question">{highlight.plain(act.question)}</p>'
        f'<p>{words(shown.scene.words)} <span role="status">{came}</span></p></div>'
    )


# --- which scene ---


def _scene_number(count: int) -> int:
    """From the URL when it says something that we haven't written there; else where the visitor was."""
    state = st.session_state
    asked = st.query_params.get(PARAMETER)
    if asked is not None and asked != state.get("scene_written"):
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
        state.scene = min(max(number, 1), count) - 1
    return min(state.get("scene", 0), count - 1)


def _go(number: int) -> None:
    st.session_state.scene = number


def _show_in_url(number: int) -> None:
    text = str(number + 1)
    if number or PARAMETER in st.query_params:
        if st.query_params.get(PARAMETER) != text:
            st.query_params[PARAMETER] = text
        st.session_state.scene_written = text


@st.fragment(run_every=POLL_S)
def _wait(scene: Scene) -> None:
    """Draws the scene again once the models have answered."""
    if models.ask(prepare(scene.place(0)), scene.mode, scene.read).complete:
        st.rerun()
