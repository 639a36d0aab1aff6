"""The four questions: their answers from Python's own run, and answers of every sort held against them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cwm_demo.course.direct import direct, faithful
from cwm_demo.course.questions import (
    MAX_ANSWER,
    Question,
    Reading,
    check,
    extract,
    load_questions,
    model_says,
    model_says_corrected,
    problem_with,
    python_says,
    variant,
)
from cwm_demo.execution.tracer import trace
from cwm_demo.predict.prediction import BEYOND_REACH, Prediction
from cwm_demo.predict.scripted import ScriptedWorldModel
from cwm_demo.programs.program import marked

ALL = load_questions()
ANSWERS = {"value": "7", "ends": "no", "filled": "no", "printed": "3\n1\ngo\n"}
ABSURD = ["", " \n", None, "x" * (MAX_ANSWER + 1), "[" * 500, "perhaps", "\0", "__import__('os')"]


def truth_of(question: Question) -> Reading:
    return python_says(question, trace(marked(question.code, question.call)))


def test_the_decks_four_questions_in_its_order() -> None:
    assert list(ALL) == ["value", "ends", "filled", "printed"]


@pytest.mark.parametrize("key", ALL)
def test_the_true_answer_is_right_and_all_others_are_not(key: str) -> None:
    truth = truth_of(ALL[key])
    assert truth.value == ANSWERS[key]
    assert check(ALL[key], truth.value, truth).state == "right"
    assert ALL[key].wrong
    for answer in ALL[key].wrong:
        assert check(ALL[key], answer, truth).state != "right", answer
    for answer in ABSURD:
        verdict = check(ALL[key], answer, truth)
        assert verdict.state != "right"
        assert verdict.message or verdict.state == "wrong"


@pytest.mark.parametrize(("key", "index"), [(key, i) for key in ALL for i in range(len(ALL[key].variants))])
def test_variants_have_the_answer_that_they_say(key: str, index: int) -> None:
    question, answer = variant(ALL[key], ALL[key].variants[index])
    assert check(question, answer, truth_of(question)).state == "right"


@pytest.mark.parametrize("key", ALL)
def test_a_model_that_imagines_the_run_gives_the_true_answer(key: str) -> None:
    question = ALL[key]
    predictions = ScriptedWorldModel(trace).imagine(marked(question.code, question.call), 100)
    assert model_says(question, predictions).value == truth_of(question).value


@pytest.mark.parametrize("key", ALL)
def test_a_model_that_is_corrected_after_each_step_gives_it_too(key: str) -> None:
    question = ALL[key]
    run = trace(marked(question.code, question.call))
    predictions = ScriptedWorldModel(trace).replay(run.source, run.frames, run.complete)
    reading = model_says_corrected(question, run, predictions)
    assert (reading and reading.value) == (None if key == "ends" else ANSWERS[key])
    unread = [replace(prediction, frame=None) for prediction in predictions]
    assert key in ("ends", "printed") or model_says_corrected(question, run, unread).value is None


@pytest.mark.parametrize("key", ALL)
def test_the_direct_form_asks_the_same(key: str) -> None:
    question, truth = ALL[key], truth_of(ALL[key])
    form = direct(question)
    assert form is not None
    assert faithful(form, truth, trace)
    if key != "ends":
        assert not faithful(form, replace(truth, value="another"), trace)


def test_where_there_is_no_direct_form() -> None:
    value, printed = ALL["value"], ALL["printed"]
    assert direct(replace(value, line=3)) is None  # a loop's header
    assert direct(replace(value, line=6)) is None  # a return
    assert direct(replace(value, call="other(3)")) is None
    assert direct(replace(value, code="def (")) is None
    assert direct(replace(printed, code=printed.code.replace("print(n)", "print(n, n)"))) is None
    looped = replace(
        value, line=4, name="total"
    )  # returning there leaves the loop at its first pass: the same
    assert faithful(direct(looped), truth_of(looped), trace)


def test_what_a_model_does_not_say_is_told() -> None:
    broken = [Prediction("", 0.5, problem="the state is no JSON object")]
    for question in ALL.values():
        reading = model_says(question, broken)
        assert reading.value is None
        assert "no JSON object" in reading.note
    assert model_says(ALL["ends"], [Prediction("", 1.0, problem=BEYOND_REACH)]).value == "no"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "y"}, "no variable y"),
        ({"line": 2, "call": "average(3, 4)"}, "Nothing ran"),
        ({"call": "average([])"}, "Line 5 raises ZeroDivisionError"),
        ({"line": 1}, "Line 1 does not run"),
        ({"line": 4, "name": "total"}, ""),
    ],
)
def test_python_says_why_it_has_no_answer(changes: dict, words: str) -> None:
    reading = truth_of(replace(ALL["value"], **changes))
    assert words in reading.note
    assert (reading.value is None) == bool(words)
    assert check(ALL["value"], "7", reading).state == ("unusable" if words else "wrong")


def test_entries_of_lists_sets_and_what_can_not_be_read() -> None:
    code = "def f(items, key):\n    return key\n"
    question = replace(ALL["filled"], code=code, line=2, name="items[key]")
    for call, answer in (("f([1], 0)", "yes"), ("f([1], 1)", "no"), ("f({1}, 1)", "yes"), ("f(3, 1)", None)):
        assert truth_of(replace(question, call=call)).value == answer
    assert truth_of(replace(question, name="other[0]", call="f([1], 0)")).value is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "x = 1\n" * 10_000}, "10,000 lines"),
        ({"code": "#" * 50_000}, "50,000 characters"),
        ({"code": " \n"}, "empty"),
        ({"line": 99}, "no line 99"),
        ({"line": 0}, "no line 0"),
        ({"name": "x y"}, "no name"),
        ({"kind": "filled", "name": "x"}, "no entry"),
        ({"kind": "filled", "name": "f(x)[1]"}, "no entry"),
        ({"kind": "filled", "name": "("}, "no entry"),
    ],
)
def test_a_question_that_can_not_be_asked_is_told(changes: dict, words: str) -> None:
    assert words in problem_with(replace(ALL["value"], **changes))


@pytest.mark.parametrize(
    ("key", "pasted", "found"),
    [
        ("value", "7", "7"),
        ("value", "First total is 21.\n\nSo x is **7**.", "7"),
        ("value", "total = 21, so `x` is `7` after line 5", "7"),
        ("value", "Answer: {'a': 1}", "{'a': 1}"),
        ("value", "The sum is 21, so this x is **7**.", "7"),
        ("value", "I can't say.", None),
        ("ends", "At first it seems yes, but n skips 1.\nNo.", "no"),
        ("ends", "Perhaps", None),
        ("printed", "It prints:\n```\n3\n1\ngo\n```", "3\n1\ngo\n"),
        ("value", "y" * (MAX_ANSWER + 1), None),
    ],
)
def test_the_answer_in_what_another_assistant_wrote(key: str, pasted: str, found: str | None) -> None:
    assert extract(ALL[key], pasted) == found
