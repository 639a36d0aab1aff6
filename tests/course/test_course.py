"""Every file of the course, read by the code that the pages use."""

from __future__ import annotations

import pytest

from cwm_demo.course.chapters import (
    COURSE,
    Chapter,
    CourseError,
    cited,
    load_course,
    load_sources,
    neighbours,
    prose,
    split_sections,
)

CHAPTERS = list(load_course().values())


def test_ten_chapters_in_order() -> None:
    assert [chapter.number for chapter in CHAPTERS] == [f"{n:02}" for n in range(10)]
    assert len({chapter.slug for chapter in CHAPTERS}) == 10


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_a_chapter_says_what_it_is_and_what_to_remember(chapter: Chapter) -> None:
    assert chapter.title and chapter.lead and chapter.tour and chapter.remember
    assert 1 <= chapter.minutes <= 30
    assert chapter.menu in ("course", "top")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_prose_cites_sources_that_are_there(chapter: Chapter) -> None:
    for key, text in prose(chapter).items():
        assert text, key
        assert set(cited(text)) <= load_sources().keys(), key


def test_prose_belongs_to_a_chapter() -> None:
    assert set(COURSE.glob("??-*.md")) <= {chapter.path for chapter in CHAPTERS}


def test_sources_have_an_address_or_are_marked() -> None:
    for source in load_sources().values():
        assert source.title
        assert not source.url or source.url.startswith("https://")
        assert source.url or not source.confirmed or source.key == "deck"


def test_neighbours_are_chapters_with_a_page() -> None:
    assert neighbours("00")[0] is None
    for chapter in CHAPTERS:
        for near in neighbours(chapter.number):
            assert near is None or near.exists
    assert neighbours("09")[1] is None


def test_sections_are_split_and_mistakes_are_told() -> None:
    text = "<!-- section: one -->\nFirst.[^a]\n\n<!-- section: two -->\nSecond.[^b][^a]\n"
    assert split_sections(text, "x") == {"one": "First.[^a]", "two": "Second.[^b][^a]"}
    assert cited(text) == ["a", "b"]
    with pytest.raises(CourseError, match="belongs to no section"):
        split_sections("Lost.\n" + text, "x")
    with pytest.raises(CourseError, match="two sections 'one'"):
        split_sections(text + text, "x")
