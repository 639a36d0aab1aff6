"""The written explanations of chapter 02: the trace really disagrees where the page says so."""

from __future__ import annotations

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.rollout.explanation import Claim, Explanation, checked, first_wrong, load_explanations

WRONG = {"basket": 1, "odd": 2, "board": 2, "scores": None}  # the first claim that is not so


@pytest.mark.parametrize("key", load_explanations())
def test_the_trace_disagrees_with_the_claim_and_with_the_answer(key: str) -> None:
    explanation = load_explanations()[key]
    run = trace(explanation.marked)
    found = checked(explanation, run)
    assert first_wrong(found) == WRONG[key]
    assert found[0].holds  # it begins plausibly
    answer = found[-1]
    assert answer.claim.line is None
    assert answer.actual == run.returned
    assert answer.holds == (WRONG[key] is None)


def test_each_kind_of_outcome_is_there() -> None:
    assert set(WRONG) == set(load_explanations())


def test_a_claim_about_a_visit_that_never_comes_does_not_hold() -> None:
    claims = (Claim("", "1", line=2, name="n"), Claim("", "1", line=2, name="n", visit=2))
    explanation = Explanation("", "", "def f():\n    n = 1\n    return n\n", "f()", claims, "")
    assert [said.actual for said in checked(explanation, trace(explanation.marked))] == ["1", None]
