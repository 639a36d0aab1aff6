"""A diagnostic for a team: the deck's closing question as a questionnaire. Knows no Streamlit.

    diagnostic = load_diagnostic()
    diagnostic.conclude({"check": "none", "fails": "behaviour", ...})     # None while a question is open
    to_letters(diagnostic, answers)                                       # "aabac", as it stands in a link

assets/course/diagnostic.toml holds questions, conclusions and remarks. The first conclusion whose conditions
hold is the answer; a test holds that each can be reached and that no answers are left without one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import ascii_lowercase
from typing import Any

from cwm_demo.course.chapters import COURSE, CourseError

FILE = COURSE / "diagnostic.toml"
OPEN = "-"  # in a link: a question without an answer
Answers = Mapping[str, str]  # question key to option key


@dataclass(frozen=True, slots=True)
class Asked:
    key: str
    ask: str
    options: Mapping[str, str]  # option key to its text, in order


@dataclass(frozen=True, slots=True)
class Said:
    """A conclusion, or a remark."""

    when: Mapping[str, tuple[str, ...]]
    text: str  # Markdown
    key: str = ""
    title: str = ""
    next: str = ""  # one thing to do

    def applies(self, answers: Answers) -> bool:
        return all(answers.get(question) in options for question, options in self.when.items())


@dataclass(frozen=True, slots=True)
class Diagnostic:
    questions: tuple[Asked, ...]
    conclusions: tuple[Said, ...]
    remarks: tuple[Said, ...]

    def open(self, answers: Answers) -> list[Asked]:
        """Questions without an answer that is one of their options."""
        return [asked for asked in self.questions if answers.get(asked.key) not in asked.options]

    def conclude(self, answers: Answers) -> Said | None:
        if self.open(answers):
            return None
        return next(said for said in self.conclusions if said.applies(answers))

    def remarks_on(self, answers: Answers) -> list[Said]:
        return [said for said in self.remarks if said.applies(answers)]


@cache
def load_diagnostic() -> Diagnostic:
    return read_diagnostic(FILE.read_text(encoding="utf-8"))


def read_diagnostic(text: str) -> Diagnostic:
    """Raises CourseError."""
    try:
        data = tomllib.loads(text)
        questions = tuple(
            Asked(entry["key"], entry["ask"], {option["key"]: option["text"] for option in entry["options"]})
            for entry in data["questions"]
        )
        conclusions = tuple(_said(entry, questions) for entry in data["conclusions"])
        remarks = tuple(_said(entry, questions) for entry in data.get("remarks", ()))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CourseError(f"{FILE.name}: {error!r}") from error
    if not conclusions or conclusions[-1].when:
        raise CourseError(f"{FILE.name}: the last conclusion must apply to all that is left: when = {{}}")
    return Diagnostic(questions, conclusions, remarks)


def _said(entry: Mapping[str, Any], questions: tuple[Asked, ...]) -> Said:
    known = {asked.key: asked.options for asked in questions}
    for question, options in entry["when"].items():
        unknown = set(options) - known.get(question, {}).keys()
        if unknown or not options:
            raise CourseError(f"{FILE.name}: no question {question!r} has the options {sorted(options)}")
    return Said(**{**entry, "when": {key: tuple(options) for key, options in entry["when"].items()}})


def to_letters(diagnostic: Diagnostic, answers: Answers) -> str:
    """The answers as they stand in a link, a letter each."""
    letters = ""
    for asked in diagnostic.questions:
        keys, answer = list(asked.options), answers.get(asked.key)
        letters += ascii_lowercase[keys.index(answer)] if answer in keys else OPEN
    return letters


def from_letters(diagnostic: Diagnostic, letters: str) -> dict[str, str]:
    """What of a link's letters are answers; anything else leaves its question open."""
    answers = {}
    for asked, letter in zip(diagnostic.questions, letters):
        place = ascii_lowercase.find(letter)
        if 0 <= place < len(asked.options):
            answers[asked.key] = list(asked.options)[place]
    return answers
