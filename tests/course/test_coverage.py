"""docs/coverage.md names only places that exist, and leaves no row of the deck without one."""

from __future__ import annotations

import re

import pytest

from cwm_demo.course.chapters import ROOT, load_course, prose
from cwm_demo.course.quiz import load_quiz

TEXT = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
TABLES = TEXT[TEXT.index("\n## ") :]  # what is above explains the notation
ROWS = re.findall(r"^\| (?!The deck \|)(.+?) \| (.*?) \|$", TABLES, re.MULTILINE)
PLACES = sorted(set(re.findall(r"`(\d\d)([#?!])([a-z0-9-]*)`", TABLES)))
PAGES = {"Stepper", "Workshop", "Home"}


def test_every_section_of_the_deck_has_its_table() -> None:
    headings = re.findall(r"^## (\d\d) · ", TEXT, re.MULTILINE)
    assert headings == [f"{number:02}" for number in range(10)]
    assert len(ROWS) > 80


@pytest.mark.parametrize(("part", "places"), ROWS, ids=[part[:40] for part, _ in ROWS])
def test_every_row_has_a_place(part: str, places: str) -> None:
    for place in re.sub(r" \(.*?\)", "", places).split(", "):
        assert place in PAGES or re.fullmatch(r"`\d\d[#?!][a-z0-9-]*`", place), (part, place)


@pytest.mark.parametrize(("number", "sort", "key"), PLACES, ids=["".join(place) for place in PLACES])
def test_every_place_exists(number: str, sort: str, key: str) -> None:
    chapter = load_course()[number]
    if sort == "!":
        assert chapter.remember and not key
    elif sort == "?":
        assert key in load_quiz(number)
    elif chapter.exists:  # a chapter without a page has no prose yet
        assert key in prose(chapter)
