"""Every question of the course, and answers to it, through the check that a visitor's answer goes through."""

from __future__ import annotations

import pytest

from cwm_demo.course.chapters import CourseError, cited, load_course, load_sources
from cwm_demo.course.quiz import MAX_ANSWER, Question, check, load_quiz, read_quiz

QUESTIONS = [
    pytest.param(question, id=f"{number}-{key}")
    for number in load_course()
    for key, question in load_quiz(number).items()
]
ABSURD = ["", "   ", None, "x" * 100_000, "[" * 1_000, "__import__('os').getcwd()", "\0", "∞", "nan", "1e999"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_right_answers_are_right_and_explained(question: Question) -> None:
    assert question.ask and question.why
    assert set(cited(question.ask + question.why)) <= load_sources().keys()
    given = {"one": next(iter(question.right_options), None), "many": question.right_options}
    assert check(question, given.get(question.kind, question.answer)).state == "right"


@pytest.mark.parametrize("question", QUESTIONS)
def test_wrong_answers_are_not_right(question: Question) -> None:
    if question.kind == "one":
        for option in question.options:
            verdict = check(question, option.text)
            assert verdict.state == ("right" if option.right else "wrong")
            assert option.right or verdict.message, f"'{option.text}' needs a why"
    elif question.kind == "many":
        everything = {option.text for option in question.options}
        assert check(question, everything - question.right_options or {"none"}).state != "right"
        if everything != question.right_options:
            assert check(question, everything).state == "wrong"
    else:
        assert question.wrong, "give some wrong answers"
        for answer in question.wrong:
            assert check(question, answer).state != "right", answer


@pytest.mark.parametrize("question", QUESTIONS)
def test_absurd_answers_get_a_sentence(question: Question) -> None:
    for answer in ABSURD:
        verdict = check(question, [answer] if question.kind == "many" else answer)
        assert verdict.state != "right"
        assert verdict.message or verdict.state == "wrong"


CHOICE = """
[[questions]]
key = "k"
kind = "%s"
ask = "?"
why = "."
options = [ { text = "a", right = true }, { text = "b", right = %s, why = "no b" }, { text = "c" } ]
"""
TYPED = """
[[questions]]
key = "k"
kind = "%s"
ask = "?"
why = "."
answer = "%s"
"""


def test_choices() -> None:
    one = read_quiz(CHOICE % ("one", "false"), "x")["k"]
    assert [check(one, text).state for text in ("a", "b", "z", None)] == [
        "right",
        "wrong",
        "unusable",
        "unusable",
    ]
    many = read_quiz(CHOICE % ("many", "true"), "x")["k"]
    assert check(many, ["b", "a"]).state == "right"
    assert check(many, ["a"]).message == "One is missing."
    assert "“c”" in check(many, ["a", "b", "c"]).message
    assert check(many, []).state == "unusable"


@pytest.mark.parametrize(
    ("given", "state"),
    [("8192", "right"), ("8,192", "right"), ("8192.0", "right"), ("8193", "wrong"), ("many", "unusable")],
)
def test_numbers(given: str, state: str) -> None:
    assert check(read_quiz(TYPED % ("number", "8192"), "x")["k"], given).state == state


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ("{'b': 1, 'a': 2}", "right"),
        ("{'a': 2}", "wrong"),
        ("{'a': 2.0, 'b': True}", "wrong"),
        ("counts", "unusable"),
        ("9" * (MAX_ANSWER + 1), "unusable"),
    ],
)
def test_values(given: str, state: str) -> None:
    assert check(read_quiz(TYPED % ("value", "{'a': 2, 'b': 1}"), "x")["k"], given).state == state


@pytest.mark.parametrize(
    "text",
    [
        "nothing = 1",
        "[[questions]",
        TYPED % ("number", "many"),
        TYPED % ("guess", "1"),
        CHOICE % ("one", "true"),
        (TYPED % ("number", "1")) * 2,
        TYPED % ("number", "1") + 'extra = "x"',
    ],
)
def test_mistakes_in_a_file_are_told(text: str) -> None:
    with pytest.raises(CourseError, match="x"):
        read_quiz(text, "x")
