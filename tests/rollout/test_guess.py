"""A visitor's guess: what is accepted, what counts as the same value, and the verdict on it."""

from __future__ import annotations

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.programs.program import marked
from cwm_demo.rollout.guess import (
    Guess,
    GuessProblem,
    can_be_guessed,
    judge,
    lines_to_choose,
    names_in_scope,
    read_guess,
    read_value,
    same_value,
)
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Rollout

TALLY = """def tally(items):
    counts = {}
    for x in items:
        counts[x] = counts.get(x, 0) + 1
    return counts
"""
NESTED = """class Box:
    def __init__(self, n):
        self.n = n

def double(n):
    result = n * 2
    return result

def outer(n):
    box = Box(n)
    try:
        m = double(n)
    except ValueError:
        m = [k for k in range(n)]
    return m
"""


def run(source: str, call: str) -> Rollout:
    truth = trace(marked(source, call))
    return rollout(truth, truth, None, mode="replay", read="intended", predictions=None, guesses=None)


def verdict_at(steps: Rollout, index: int, guess: Guess) -> str:
    return judge(guess, steps.steps[index], steps.truth.source)


@pytest.mark.parametrize(
    "typed, real",
    [
        ("{'a': 1}", "{'a': 1}"),
        ('{"a":1}', "{'a': 1}"),
        ("{'b': 2, 'a': 1}", "{'a': 1, 'b': 2}"),
        ("[ 1,2 ]", "[1, 2]"),
        ("{2, 1}", "{1, 2}"),
        ("Memo( cache = {} )", "Memo(cache={})"),
        ("<function  f>", "<function f>"),
        ("(1,)", "(1, )"),
        ("-3", "-3"),
    ],
)
def test_quotes_and_spaces_do_not_matter(typed: str, real: str) -> None:
    assert same_value(typed, real)


@pytest.mark.parametrize(
    "typed, real",
    [("1", "True"), ("1.0", "1"), ("[1]", "(1,)"), ("[True]", "[1]"), ("{1: 0}", "{True: 0}"), ("'1'", "1")],
)
def test_types_matter(typed: str, real: str) -> None:
    assert not same_value(typed, real)


def test_a_right_guess_of_a_value_and_the_next_line() -> None:
    steps = run(TALLY, "tally(['a'])")
    assert verdict_at(steps, 4, Guess({"counts": '{"a":1}'}, 3)) == "match"
    assert verdict_at(steps, 4, Guess({"counts": "{'a': 2}"}, 3)) == "state"
    assert verdict_at(steps, 4, Guess({}, 3)) == "state"
    assert verdict_at(steps, 4, Guess({"counts": "{'a': 1}"}, 5)) == "line"
    assert verdict_at(steps, 4, Guess({"counts": "{'a': 1}", "x": "'b'"}, 3)) == "state"


def test_a_return_is_guessed_with_its_value() -> None:
    steps = run(TALLY, "tally([])")
    last = len(steps.steps) - 1
    assert verdict_at(steps, last, Guess({}, "return", "{ }")) == "match"
    assert verdict_at(steps, last, Guess({}, "return", "None")) == "state"
    assert verdict_at(steps, last, Guess({}, 3)) == "line"
    assert verdict_at(steps, last, Guess({}, "exception", "KeyError")) == "line"


def test_of_an_error_only_the_kind_is_asked() -> None:
    steps = run("def f(d):\n    return d['k']\n", "f({})")
    raising = next(step.index for step in steps.steps if step.actual.event == "exception")
    assert verdict_at(steps, raising, Guess({}, "exception", "KeyError")) == "match"
    assert verdict_at(steps, raising, Guess({}, "exception", "ValueError: 'k'")) == "state"


def test_the_arguments_of_a_call_are_not_asked() -> None:
    steps = run(NESTED, "outer(2)")
    into = next(s.index for s in steps.steps if s.actual.event == "call" and s.actual.function == "double")
    assert verdict_at(steps, into, Guess({}, 5)) == "match"
    assert verdict_at(steps, into, Guess({"n": "3"}, 5)) == "state"
    back = next(s.index for s in steps.steps if s.actual.function == "outer" and "m" in s.actual.locals)
    assert verdict_at(steps, back, Guess({"m": "4"}, 15)) == "match"


def test_nothing_is_to_be_guessed_before_the_first_line() -> None:
    steps = run(TALLY, "tally([])")
    assert [can_be_guessed(step) for step in steps.steps][:2] == [False, True]


@pytest.mark.parametrize(
    "names, typed, next, value, words",
    [
        (None, {}, 3, "", "Say what changes"),
        ([], {}, None, "", "Say what comes next"),
        (["x"], {}, 3, "", "Write the new value of x"),
        (["x"], {"x": "   "}, 3, "", "Write the new value of x"),
        (["x"], {"x": "a b c"}, 3, "", "no value as Python writes it"),
        (["x"], {"x": "abc"}, 3, "", "in quotes: 'abc'"),
        (["x"], {"x": "1" * 10_000}, 3, "", "10,000 characters"),
        (["x"], {"x": "(" * 400}, 3, "", "no value as Python writes it"),
        ([], {}, "return", "", "Write what is returned"),
        ([], {}, "exception", "???", "no error’s name"),
    ],
)
def test_what_can_not_be_judged_is_told(names, typed, next, value, words: str) -> None:
    with pytest.raises(GuessProblem, match=words.replace("?", r"\?")):
        read_guess(names, typed, next, value)


def test_curly_quotes_are_taken_for_straight_ones() -> None:
    assert read_value("‘a’", "x") == "'a'"
    assert read_value("'it’s'", "x") == "'it’s'"


def test_lines_and_names_to_choose_from() -> None:
    source = marked(NESTED, "outer(2)")
    assert lines_to_choose(source) == (1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15)
    assert names_in_scope(source, 6) == ("n", "result")
    assert names_in_scope(source, 12) == ("n", "box", "m")
    assert names_in_scope("x = 1\nfor i in range(2):\n    x += i\n", 1) == ("x", "i")
    assert names_in_scope("def f(:", 1) == lines_to_choose("def f(:") == ()
