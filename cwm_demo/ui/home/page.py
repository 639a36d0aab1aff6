"""Home: the demonstration first, then the tour through the chapters, and what is honest about all of it.

With `present=on` in the address the demonstration alone, in large type, for a projector and a remote control.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.ui import models
from cwm_demo.ui.browser import browser
from cwm_demo.ui.controls import FULL_SCREEN
from cwm_demo.ui.home.demonstration import ask_ahead, demonstration
from cwm_demo.ui.home.facts import facts
from cwm_demo.ui.home.told import words
from cwm_demo.ui.home.tour import tour

TEXT = Path(__file__).parents[3] / "assets" / "home" / "home.toml"
POLL_S = 1.0
PRESENT = "present"  # in the URL


def home() -> None:
    text = _text()
    if st.query_params.get(PRESENT) == "on":
        _presenter_top()
        demonstration()
        ask_ahead()
        return
    with st.container(key="cwm-home-top", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            '<div class="cwm-home cwm-title"><h1>Code World Models</h1>'
            f'<p class="cwm-lead">{words(text["lead"])}</p></div>',
            width="stretch",
        )
        _present("Present", ":material/slideshow:", True)
    demonstration()
    ask_ahead()
    tour()
    _people(text["people"])
    _facts(text["honest"])
    if models.client().status().state == "loading":
        _wait()
    else:
        _status()


def _presenter_top() -> None:
    browser("stage")  # the keys of a remote control, and full screen
    with st.container(key="cwm-top", horizontal=True, vertical_alignment="center", gap="small"):
        st.html('<div class="cwm-presenting"><b>Code World Models</b></div>', width="stretch")
        st.html(FULL_SCREEN, width="content")
        _present("Leave", ":material/close:", False)


def _present(label: str, icon: str, present: bool) -> None:
    st.button(label, icon=icon, key="present", shortcut="P", on_click=_go_presenting, args=(present,))


def _go_presenting(present: bool) -> None:
    if present:
        st.query_params[PRESENT] = "on"
    else:
        st.query_params.pop(PRESENT, None)


@cache
def _text() -> dict[str, Any]:
    return tomllib.loads(TEXT.read_text(encoding="utf-8"))


def _people(people: list[dict[str, str]]) -> None:
    cards = "".join(
        f"<section><h3>{entry['who']}</h3><p>{words(entry['words'])}</p></section>" for entry in people
    )
    st.html(f'<div class="cwm-home"><h2>For whom</h2><div class="cwm-cards">{cards}</div></div>')


def _facts(honest: list[str]) -> None:
    found = facts()
    cards = "".join(
        f'<section><p class="cwm-figure">{fact.figure}</p><p>{highlight.plain(fact.words)}</p></section>'
        for fact in found
    )
    lines = "".join(
        f"<li>{highlight.plain(line)}</li>" for line in dict.fromkeys(fact.line for fact in found)
    )
    items = "".join(f"<li>{words(sentence)}</li>" for sentence in honest)
    st.html(
        f'<div class="cwm-home"><h2>How big, and how good</h2><div class="cwm-cards">{cards}</div>'
        f"<details><summary>Where these figures come from</summary><ul>{lines}</ul></details>"
        f'<h2>What is honest about it</h2><ul class="cwm-honest">{items}</ul></div>'
    )


def _status() -> None:
    """What the models are doing now."""
    status = models.client().status()
    sentence = "The two models are loaded." if status.state == "ready" else status.sentence
    st.html(f'<p class="cwm-status"><b>Models</b> {highlight.plain(sentence)}</p>')


@st.fragment(run_every=POLL_S)
def _wait() -> None:
    _status()
    if models.client().status().state != "loading":
        st.rerun()
