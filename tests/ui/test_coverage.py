"""docs/coverage.md: no row of the deck is without a place, and every place is on its page as it is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from cwm_demo.course.chapters import load_course, prose
from cwm_demo.course.quiz import load_quiz
from cwm_demo.ui import models
from tests.ui.conftest import ROOT, Client, html

TEXT = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
TABLES = TEXT[TEXT.index("\n## ") :]  # what is above explains the notation
ROWS = re.findall(r"^\| (?!The deck \|)(.+?) \| (.*?) \|$", TABLES, re.MULTILINE)
PLACE = r"`(\d\d)([#?!.])([A-Za-z0-9_-]*)`"
PLACES = sorted(set(re.findall(PLACE, TABLES)))
PAGES = {"Home": "pages/home.py"}
HASH = re.compile(r"^.*-[0-9a-f]{32}-")  # what Streamlit puts before a key


@pytest.fixture(scope="module")
def drawn() -> Iterator[Mapping[str, set[str]]]:
    """Chapter number to the keys and classes of what stands on its page, drawn when it is first asked for."""

    class Drawn(dict):
        def __missing__(self, number: str) -> set[str]:
            self[number] = names_on(load_course()[number].page)
            return self[number]

    with pytest.MonkeyPatch.context() as patch:
        client = Client()
        patch.setattr(models, "client", lambda: client)
        yield Drawn()


@cache
def opened() -> AppTest:
    st.cache_resource.clear()
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()


def names_on(page: str) -> set[str]:
    app = opened().switch_page(page).run()
    classes = re.findall(r'class="([^"]*)"', html(app))
    return {name for listed in classes for name in listed.split()} | set(keys(app._tree))


def keys(block: Block) -> Iterator[str]:
    """The keys of containers, widgets and figures."""
    for child in block.children.values():
        yield HASH.sub("", getattr(child.proto, "id", ""))
        if isinstance(child, Block):
            yield from keys(child)


def test_every_section_of_the_deck_has_its_table() -> None:
    headings = re.findall(r"^## (\d\d) · ", TEXT, re.MULTILINE)
    assert headings == [f"{number:02}" for number in range(10)]
    assert len(ROWS) > 80
    lines = [line for line in TABLES.splitlines() if line.startswith("| ") and "| The deck |" not in line]
    assert len(lines) - lines.count("|---|---|") == len(ROWS)  # none is left out for how it is written


@pytest.mark.parametrize(("part", "places"), ROWS, ids=[part[:40] for part, _ in ROWS])
def test_every_row_has_a_place(part: str, places: str) -> None:
    for place in re.sub(r" \(.*?\)", "", places).split(", "):
        assert place in PAGES or re.fullmatch(PLACE, place), (part, place)
        assert place not in PAGES or (ROOT / PAGES[place]).is_file()


@pytest.mark.parametrize(("number", "sort", "key"), PLACES, ids=["".join(place) for place in PLACES])
def test_every_place_is_on_its_page(drawn: Mapping[str, set[str]], number: str, sort: str, key: str) -> None:
    chapter = load_course()[number]
    if sort == "!":
        assert chapter.remember and not key and "cwm-remember" in drawn[number]
    elif sort == "?":
        assert key in load_quiz(number) and f"cwm-quiz-{number}-{key}" in drawn[number]
    elif sort == "#":
        assert key in prose(chapter) and f"cwm-prose-{key}" in drawn[number]
    else:
        assert key in drawn[number]


@pytest.mark.parametrize("number", load_course())
def test_nothing_that_was_written_is_left_off_the_page(drawn: Mapping[str, set[str]], number: str) -> None:
    written = {f"cwm-prose-{key}" for key in prose(load_course()[number])}
    asked = {f"cwm-quiz-{number}-{key}" for key in load_quiz(number)}
    assert written | asked <= drawn[number]


def test_a_place_that_is_not_there_is_noticed(drawn: Mapping[str, set[str]]) -> None:
    assert "cwm-prose-nowhere" not in drawn["08"] and "cwm-prose-decks" in drawn["08"]
