"""Questions of the course as data, and the checking of an answer. Knows no Streamlit.

    question = load_quiz("03")["window"]
    check(question, "8192")         # Verdict("right", "...")

assets/course/quizzes/NN.toml holds the questions of chapter NN:

    [[questions]]
    key = "window"
    kind = "one"                # one, many (choices), number, value (typed)
    ask = "How far back does a local layer look?"         # Markdown, citations [^key] allowed
    code = "..."                # optional: a program, shown below the question
    options = [                 # of one and many: each with what is said to whoever picked it
      { text = "8,192 tokens", right = true, why = "..." },
      { text = "everything", why = "..." },
    ]
    answer = "8192"             # of number: a number; of value: a Python literal such as "{'a': 2}"
    tolerance = 0               # of number: how far off still counts as right
    why = "..."                 # Markdown, shown after the answer, right or wrong
    wrong = ["8191", "many"]    # of number and value: answers that the tests hold to be not right

An answer of `one` is an option's text, of `many` a collection of them, of `number` and `value` typed text.
Whatever is typed gets a verdict: right, wrong, or unusable with a sentence on what to type instead.
"""

from __future__ import annotations

import ast
import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from cwm_demo.course.chapters import COURSE, CourseError

Kind = Literal["one", "many", "number", "value"]
KINDS = ("one", "many", "number", "value")
MAX_ANSWER = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Option:
    text: str
    right: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    kind: Kind
    ask: str
    why: str
    code: str = ""
    options: tuple[Option, ...] = ()
    answer: str = ""
    tolerance: float = 0.0
    wrong: tuple[str, ...] = ()

    @property
    def right_options(self) -> frozenset[str]:
        return frozenset(option.text for option in self.options if option.right)


@dataclass(frozen=True, slots=True)
class Verdict:
    state: Literal["right", "wrong", "unusable"]
    message: str  # a sentence; empty when there is nothing to add to the state


def load_quiz(number: str) -> Mapping[str, Question]:
    """The questions of a chapter by key; none when it has no file. Raises CourseError."""
    path = COURSE / "quizzes" / f"{number}.toml"
    if not path.is_file():
        return {}
    return read_quiz(path.read_text(encoding="utf-8"), path.name)


@cache
def read_quiz(text: str, name: str) -> Mapping[str, Question]:
    try:
        entries = tomllib.loads(text)["questions"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CourseError(f"{name}: {error}") from error
    questions: dict[str, Question] = {}
    for entry in entries:
        question = _question(entry, name)
        if question.key in questions:
            raise CourseError(f"{name}: there are two questions '{question.key}'")
        questions[question.key] = question
    return MappingProxyType(questions)


def _question(entry: dict[str, Any], name: str) -> Question:
    try:
        options = tuple(Option(**option) for option in entry.pop("options", ()))
        question = Question(**entry | {"wrong": tuple(entry.get("wrong", ()))}, options=options)
    except TypeError as error:
        raise CourseError(f"{name}: {error}") from error
    where = f"{name}, question '{question.key}'"
    if question.kind not in KINDS:
        raise CourseError(f"{where}: kind is one of {', '.join(KINDS)}")
    if question.kind in ("one", "many"):
        if len({option.text for option in options}) != len(options) or len(options) < 2:
            raise CourseError(f"{where}: a choice needs two options or more, each different")
        if not question.right_options or (question.kind == "one" and len(question.right_options) > 1):
            raise CourseError(f"{where}: a right option is missing, or there are too many")
    elif check(question, question.answer).state != "right":
        raise CourseError(f"{where}: its own answer {question.answer!r} is not right")
    return question


def check(question: Question, given: Any) -> Verdict:
    """What an answer is worth, whatever it is."""
    if question.kind == "one":
        return _check_one(question, given)
    if question.kind == "many":
        return _check_many(question, given)
    text = str(given or "").strip()
    if not text:
        return Verdict("unusable", "There is no answer yet: type one.")
    if len(text) > MAX_ANSWER:
        return Verdict(
            "unusable", f"This answer has {len(text):,} characters; {MAX_ANSWER:,} are the limit. Shorten it."
        )
    return _check_number(question, text) if question.kind == "number" else _check_value(question, text)


def _check_one(question: Question, given: Any) -> Verdict:
    chosen = next((option for option in question.options if option.text == given), None)
    if chosen is None:
        return Verdict("unusable", "Nothing is chosen yet: choose one.")
    return Verdict("right" if chosen.right else "wrong", chosen.why)


def _check_many(question: Question, given: Collection[str] | None) -> Verdict:
    known = {option.text for option in question.options}
    chosen = {text for text in given or () if text in known}
    if not chosen:
        return Verdict("unusable", "Nothing is chosen yet: choose all that are right.")
    if chosen == question.right_options:
        return Verdict("right", "")
    mistaken = [
        o.why or f"“{o.text}” is not one of them."
        for o in question.options
        if o.text in chosen and not o.right
    ]
    missing = len(question.right_options - chosen)
    if missing:
        mistaken.append("One is missing." if missing == 1 else f"{missing} are missing.")
    return Verdict("wrong", " ".join(mistaken))


def _check_number(question: Question, text: str) -> Verdict:
    number = read_number(text)
    if number is None:
        return Verdict("unusable", "This is no number. Type one such as 12, 0.5 or 8,192.")
    right = abs(number - float(read_number(question.answer))) <= question.tolerance
    return Verdict("right" if right else "wrong", "")


def read_number(text: str) -> float | None:
    """The number that TEXT means: thousands may be set apart, a percent sign may follow."""
    plain = text.strip().removesuffix("%").strip().replace(",", "").replace("_", "").replace(" ", "")
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _check_value(question: Question, text: str) -> Verdict:
    known, value = read_value(text)
    if not known:
        return Verdict("unusable", "This is no Python value. Type one such as 3, 'abc', [1, 2] or {'a': 1}.")
    _, wanted = read_value(question.answer)
    if same(value, wanted):
        return Verdict("right", "")
    if value == wanted:
        return Verdict("wrong", f"Nearly: it is of type {type(wanted).__name__}, not {type(value).__name__}.")
    return Verdict("wrong", "")


def read_value(text: str) -> tuple[bool, Any]:
    """Whether TEXT is a Python literal, and which."""
    try:
        return True, ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False, None


def same(one: Any, other: Any) -> bool:
    """Equal and of the same types throughout: 1, 1.0 and True are three values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other))
    if isinstance(one, dict):
        return len(one) == len(other) and all(
            key in other and same(value, other[key]) for key, value in one.items()
        )
    return one == other or (one != one and other != other)
