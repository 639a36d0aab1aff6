"""Chapter 09: the deck's things to try, one at a time, and what to read and watch for."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cwm_demo.course.chapters import ROOT
from cwm_demo.render import highlight
from cwm_demo.ui.course import Chapter, chapter
from cwm_demo.ui.diagnostic import diagnostic
from cwm_demo.ui.workshop import commits, place, tasks, tracer
from cwm_demo.workshop.exercises import load_exercises

# Pages that go on from here, where they are there: after which section, and what the link says.
ONWARD = {
    "weekend": (("pages/compare.py", "Compare result files", ":material/compare_arrows:"),),
    "team": (
        ("pages/lab.py", "Lab: a program of your own", ":material/science:"),
        ("pages/teacher.py", "Teacher’s room", ":material/school:"),
    ),
}
DRAWN: dict[str, Callable[[bool], None]] = {
    "stepper": tasks.tasks,
    "commits": commits.commits,
    "tracer": tracer.tracer,
}
PRINTED: dict[str, Callable[[], None]] = {
    "stepper": tasks.on_paper,
    "commits": commits.on_paper,
    "tracer": tracer.on_paper,
}


def workshop() -> None:
    linked = place.load()
    with chapter("09") as c:
        c.prose("choose")
        _choose()
        _exercise(c, linked)
        _on_paper(c)
        c.prose("source")
        c.prose("watch")
        c.prose("team")
        diagnostic()
        _onward("team")
    place.show()


def _choose() -> None:
    exercises = load_exercises()
    st.session_state.ws_exercise = place.exercise()
    st.segmented_control(
        "Exercise",
        list(exercises),
        format_func=lambda key: f"{exercises[key].time}: {exercises[key].title}",
        required=True,
        key="ws_exercise",
        on_change=lambda: place.choose(st.session_state.ws_exercise),
        label_visibility="collapsed",
    )


def _exercise(c: Chapter, linked: bool) -> None:
    exercise = load_exercises()[place.exercise()]
    c.prose(exercise.section)
    st.html(
        f'<p class="cwm-ws-needs"><b>Takes</b> {highlight.plain(exercise.time.lower())}. '
        f"{highlight.plain(exercise.laptop)}</p>"
    )
    if exercise.key in DRAWN:
        with st.container(key=f"cwm-ws-{exercise.key}"):
            DRAWN[exercise.key](linked)
    _onward(exercise.key)


def _on_paper(c: Chapter) -> None:
    """The other exercises, for print: what is on the screen is one of them."""
    with st.container(key="cwm-print-only-exercises"):
        for key, exercise in load_exercises().items():
            if key != place.exercise():
                c.prose(exercise.section)
                if key in PRINTED:
                    PRINTED[key]()


def _onward(section: str) -> None:
    for page, label, icon in ONWARD.get(section, ()):
        if (ROOT / page).is_file():
            st.page_link(page, label=label, icon=icon)
