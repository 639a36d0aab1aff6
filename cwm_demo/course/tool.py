"""«Is this the right tool for my task?»: questions as data, and the advice that follows from the answers.

    advise({"task": "repair", "check": "yes", ...})      # Advice("yes", (("task", "for", "..."), ...))

assets/course/07-tool.toml holds the questions. Every answer speaks for a code world model, against it,
rules it out, or leaves it open; the advice counts them and hides nothing: it comes with the reasons.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from cwm_demo.course.chapters import COURSE, CourseError

Speaks = Literal["for", "against", "out", "open"]
Verdict = Literal["yes", "try", "no", "unfinished"]
SPEAKS = ("for", "against", "out", "open")
NEEDED = 3  # by how many reasons those for it must outnumber those against it


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    text: str
    speaks: Speaks
    why: str


@dataclass(frozen=True, slots=True)
class ToolQuestion:
    key: str
    ask: str
    options: tuple[Option, ...]

    def option(self, key: str | None) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    answers: Mapping[str, str]
    advice: Verdict


@dataclass(frozen=True, slots=True)
class Advice:
    verdict: Verdict
    reasons: tuple[tuple[ToolQuestion, Option], ...]  # in the order of the questions
    missing: int  # questions without an answer


def advise(answers: Mapping[str, str | None]) -> Advice:
    """What the answers come to. Keys of no question and answers that are no option count as not given."""
    given = [(question, question.option(answers.get(question.key))) for question in load_tool()]
    reasons = tuple((question, option) for question, option in given if option)
    speak = [option.speaks for _, option in reasons]
    missing = len(given) - len(reasons)
    if "out" in speak:
        return Advice("no", reasons, missing)
    if missing:
        return Advice("unfinished", reasons, missing)
    lead = speak.count("for") - speak.count("against")
    return Advice("yes" if lead >= NEEDED else "try" if lead > 0 else "no", reasons, 0)


@cache
def load_tool() -> tuple[ToolQuestion, ...]:
    """The questions in order. Raises CourseError."""
    questions = tuple(
        ToolQuestion(entry["key"], entry["ask"], tuple(Option(**option) for option in entry["options"]))
        for entry in _data()["questions"]
    )
    for question in questions:
        if any(option.speaks not in SPEAKS for option in question.options):
            raise CourseError(
                f"07-tool.toml, question '{question.key}': speaks is one of {', '.join(SPEAKS)}"
            )
    return questions


@cache
def load_cases() -> tuple[Case, ...]:
    """Whole sheets of answers, with the advice that must come out."""
    return tuple(Case(**case) for case in _data()["cases"])


def _data() -> dict:
    return tomllib.loads((COURSE / "07-tool.toml").read_text(encoding="utf-8"))
