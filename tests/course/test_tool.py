"""The questionnaire of chapter 07, through the code that a visitor's answers go through."""

from __future__ import annotations

import pytest

from cwm_demo.course.tool import Case, advise, load_cases, load_tool


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_a_sheet_of_answers_gets_its_advice(case: Case) -> None:
    keys = {question.key: {option.key for option in question.options} for question in load_tool()}
    assert all(answer in keys[question] for question, answer in case.answers.items())
    assert advise(case.answers).verdict == case.advice


def test_every_advice_can_come_out() -> None:
    assert {case.advice for case in load_cases()} == {"yes", "try", "no", "unfinished"}


def test_every_question_can_tip_the_scales() -> None:
    for question in load_tool():
        assert len({option.speaks for option in question.options}) > 1, question.key
        assert all(option.text and option.why for option in question.options)
        assert len({option.key for option in question.options}) == len(question.options)


def test_what_rules_it_out_is_enough_by_itself() -> None:
    advice = advise({"wait": "typing"})
    assert advice.verdict == "no" and advice.missing == len(load_tool()) - 1
    assert [question.key for question, _ in advice.reasons] == ["wait"]


def test_absurd_answers_are_no_answers() -> None:
    for answers in ({}, {"nobody": "yes"}, {"task": ""}, {"task": None}, {"task": "x" * 10_000}):
        assert advise(answers).verdict == "unfinished"
        assert advise(answers).reasons == ()
