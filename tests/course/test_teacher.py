"""The teacher's ten questions: complete, and each leads to a place that is there."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlparse

import pytest

from cwm_demo.course.chapters import CourseError, load_course
from cwm_demo.course.questions import load_questions
from cwm_demo.course.teacher import FILE, TeacherQuestion, load_teacher_questions, read_teacher_questions
from cwm_demo.programs.bugs import find_bug, mutations
from cwm_demo.programs.program import load_catalogue
from cwm_demo.ui.url import from_query

QUESTIONS = load_teacher_questions()


def test_there_are_ten() -> None:
    assert len(QUESTIONS) == 10
    assert len({question.chapter for question in QUESTIONS}) >= 6


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_each_leads_to_a_place_that_is_there(question: TeacherQuestion) -> None:
    address = urlparse(question.place)
    query = dict(parse_qsl(address.query, strict_parsing=bool(address.query)))
    slugs = {chapter.slug: chapter for chapter in load_course().values()}
    assert slugs[address.path].exists
    if address.path == "stepper":
        place, notes = from_query(query)
        assert notes == []
        program = load_catalogue()[place.program]
        if place.bug:
            assert find_bug(tuple(mutations(program.source)), place.bug, program.source)
    elif address.path == "execution":
        assert query["question"] in load_questions()
    else:
        assert query == {}


@pytest.mark.parametrize(
    "changed",
    [('answer = "', 'answers = "'), ('chapter = "06"', 'chapter = "16"'), ('key = "green"', 'key = "slip"')],
)
def test_mistakes_in_the_file_are_told(changed: tuple[str, str]) -> None:
    with pytest.raises(CourseError, match=r"teacher\.toml"):
        read_teacher_questions(FILE.read_text(encoding="utf-8").replace(*changed))
