"""Ten questions for teachers, with model answers. Knows no Streamlit.

    for question in load_teacher_questions(): question.ask, question.answer ...

assets/course/teacher.toml holds them and says what each field is for.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache

from cwm_demo.course.chapters import COURSE, CourseError, load_course

FILE = COURSE / "teacher.toml"


@dataclass(frozen=True, slots=True)
class TeacherQuestion:
    key: str
    chapter: str  # its number
    ask: str  # Markdown, like all that follows but the place
    answer: str
    listen: str
    mistake: str
    place: str  # a page's address with its query


@cache
def load_teacher_questions() -> tuple[TeacherQuestion, ...]:
    return read_teacher_questions(FILE.read_text(encoding="utf-8"))


def read_teacher_questions(text: str) -> tuple[TeacherQuestion, ...]:
    """Raises CourseError."""
    try:
        found = tuple(TeacherQuestion(**entry) for entry in tomllib.loads(text)["questions"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CourseError(f"{FILE.name}: {error}") from error
    for question in found:
        if not all(getattr(question, field.name) for field in fields(question)):
            raise CourseError(f"{FILE.name}, “{question.key}”: a field is empty")
        if question.chapter not in load_course():
            raise CourseError(f"{FILE.name}, “{question.key}”: there is no chapter {question.chapter}")
    if len({question.key for question in found}) != len(found):
        raise CourseError(f"{FILE.name}: a key is used twice")
    return found
