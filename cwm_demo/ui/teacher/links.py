"""Links for a class: any program, bug, mode and step of the stepper, and every exercise of the course.

What is put together stands in this page's URL as well, so that a teacher's own collection is a list of links.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from cwm_demo.course.chapters import Chapter, load_course
from cwm_demo.course.questions import load_questions
from cwm_demo.programs.program import load_catalogue
from cwm_demo.render import highlight
from cwm_demo.rollout.verdict import parting
from cwm_demo.ui.controls import MODES, SHOWN
from cwm_demo.ui.experiment import Experiment, bug_search, prepare
from cwm_demo.ui.linked import keep, restore
from cwm_demo.ui.url import DEFAULT_PROGRAM, LinkTooLong, Place, to_query
from cwm_demo.workshop.commits import load_commits
from cwm_demo.workshop.exercises import load_exercises

NONE = "none"
STEPS = {"first": "at the first step", "bug": "where the bug shows"}
HIDDEN = {"on": "predict first: answers hidden", "off": "answers shown"}
START = {
    "link_program": DEFAULT_PROGRAM,
    "link_bug": NONE,
    "link_mode": "replay",
    "link_read": "intended",
    "link_from": "first",
    "link_predict": "on",
}
POLL_S = 1.0


def links() -> None:
    st.html("<h2>A step of the stepper</h2>")
    place, all_known = _place()
    _link_box(place)
    opened = st.session_state.get("place")
    if opened is not None and opened != Place():
        st.html("<h3>The stepper or the lab as you left it</h3>")
        _link_box(replace(opened, predict=True, present=False, cover="off"))
    st.html(f"<h2>Exercises</h2>{exercises_html()}")
    keep(START)
    if not all_known:
        _wait(place)


def _place() -> tuple[Place, bool]:
    """Draws the choices. Returns where the link leads, and whether all bugs of the program are known."""
    catalogue, state = load_catalogue(), st.session_state
    with st.container(key="cwm-teacher-link", horizontal=True, gap="small", vertical_alignment="bottom"):
        restore("link_program", START["link_program"], catalogue, polls=True)
        st.selectbox(
            "Program",
            list(catalogue),
            format_func=lambda name: catalogue[name].title,
            key="link_program",
            on_change=lambda: state.update(link_bug=NONE),
            width=230,
        )
        setting = prepare(Place(program=state.link_program))
        bugs, all_known = _bugs(setting)
        linked = state.get("link_bug") or st.query_params.get("link_bug")
        if not all_known and linked and linked not in bugs:
            bugs[linked] = linked  # not found yet; it is looked for
        restore("link_bug", NONE, bugs, polls=True)
        st.selectbox("Bug", list(bugs), format_func=lambda key: bugs.get(key, key), key="link_bug", width=330)
        _choice("link_mode", "It predicts", MODES)
        _choice("link_read", "The model is shown", SHOWN)
        _choice("link_from", "Begins", STEPS)
        _choice("link_predict", "The class", HIDDEN)
    place = Place(
        program=state.link_program,
        bug=None if state.link_bug == NONE else state.link_bug,
        mode=state.link_mode,
        read=state.link_read,
        predict=state.link_predict == "on",
    )
    if state.link_from == "bug" and place.bug:
        setting = prepare(place)
        place = replace(place, step=parting(setting.intended, setting.truth) or 0)
    return place, all_known


def _choice(key: str, label: str, options: dict[str, str]) -> None:
    restore(key, START[key], options, polls=True)
    st.selectbox(label, list(options), format_func=options.get, key=key, width=230)


def _bugs(setting: Experiment) -> tuple[dict[str, str], bool]:
    """The bugs that change what the call does, as far as they are known."""
    search = bug_search(setting)
    found = search.result() if search.done() and not search.exception() else []
    return {NONE: "as it is meant"} | {
        bug.id: f"line {bug.line} · {bug.title}: {bug.after.strip()}" for bug in found
    }, search.done()


@st.fragment(run_every=POLL_S)
def _wait(place: Place) -> None:
    """Runs the page again once all bugs are known."""
    st.html('<p class="cwm-quiet" role="status">Looking for bugs that show …</p>')
    if bug_search(prepare(Place(program=place.program))).done():
        st.rerun()


def _link_box(place: Place) -> None:
    try:
        address = f"stepper?{urlencode(to_query(place))}"
    except LinkTooLong as error:
        st.html(f'<p class="cwm-note" role="status">{highlight.plain(str(error))}</p>')
        return
    st.html(
        f'<div class="cwm-teacher-box">{link_html(address, "Open it")}'
        f"<code>{highlight.plain(address)}</code></div>"
    )


def link_html(address: str, label: str) -> str:
    """A link to a place of this app, and a button that copies it whole."""
    shown = highlight.plain(address)
    return (
        f'<div class="cwm-link"><a href="{shown}" target="_self">{highlight.plain(label)}</a>'
        f'<button type="button" class="cwm-button" data-copy="{shown}">Copy link</button>'
        '<input type="text" readonly aria-label="the link"><output></output></div>'
    )


def exercises_html() -> str:
    rows = "".join(
        f'<tr><th scope="row">{highlight.plain(where)}</th><td>{highlight.plain(what)}</td>'
        f"<td>{link_html(address, 'Open')}</td></tr>"
        for where, what, address in exercises()
    )
    return f'<table class="cwm-teacher-exercises"><tbody>{rows}</tbody></table>'


def exercises() -> list[tuple[str, str, str]]:
    """Chapter, what is to be done there, and the address. In none of them is an answer open at first."""
    found: list[tuple[str, str, str]] = []
    for chapter in load_course().values():
        if not chapter.exists:
            continue
        where = f"{chapter.number} · {chapter.title}"
        found.append((where, chapter.tour, _address(chapter)))
        if chapter.number == "01":
            found += [
                (where, f"Question: {question.title}", f"{chapter.slug}?question={key}")
                for key, question in load_questions().items()
            ]
        if chapter.number == "09":
            found += [
                (where, f"{exercise.time}: {exercise.title}", f"{chapter.slug}?exercise={key}")
                for key, exercise in load_exercises().items()
            ]
            found += [
                (where, f"Commit: {commit.title}", f"{chapter.slug}?exercise=commits&commit={key}")
                for key, commit in load_commits().items()
            ]
    return found


def _address(chapter: Chapter) -> str:
    if chapter.slug == "stepper":
        return f"stepper?{urlencode(to_query(Place(predict=True)))}"
    return chapter.slug
