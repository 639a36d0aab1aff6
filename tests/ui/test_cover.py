"""Python's panel covered: what is shown then is the model's alone, and its judgement is held to its word."""

from __future__ import annotations

import re
from html import unescape

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.predict.prediction import Prediction
from cwm_demo.programs.program import Case, marked
from cwm_demo.render import panels
from cwm_demo.render.marks import COVERED
from cwm_demo.rollout.rollout import rollout as join
from cwm_demo.rollout.step import Rollout
from cwm_demo.ui import cover

MEANT = "def double(n):\n    m = n\n    m = m * 2\n    return m\n"
BUGGY = MEANT.replace("* 2", "* 3")
CASE = Case("double(5)", "10")


def run(source: str):
    return trace(marked(source, CASE.call))


def rollouts(
    imagined: str, candidate: str = BUGGY, case: Case = CASE, cut: int | None = None
) -> tuple[Rollout, Rollout]:
    """The rollout, and how it looks covered, of a model that imagines the run of another program."""
    frames = run(imagined).frames
    said = [Prediction("", 0.9, frame) for frame in frames] + [Prediction("", 0.9, ended=True)]
    if cut is not None:
        said = [*said[:cut], Prediction("<|x", 0.2, problem="no event")]
    rollout = join(
        run(MEANT), run(candidate), case, mode="imagine", read="candidate", predictions=said, guesses=None
    )
    return rollout, cover.covered(rollout, case, said, None)


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize(
    "imagined, candidate, before, after",
    [
        (BUGGY, BUGGY, "Candidate rejected", "Rightly: in Python’s run the check fails"),
        (MEANT, BUGGY, "Candidate passed", "Wrongly: in Python’s run the check fails"),
        (MEANT, MEANT, "Candidate passed", "Rightly: in Python’s run the check holds"),
        (BUGGY, MEANT, "Candidate rejected", "Wrongly: in Python’s run the check holds"),
    ],
)
def test_the_candidate_is_judged_by_what_is_imagined(
    imagined: str, candidate: str, before: str, after: str
) -> None:
    rollout, covered = rollouts(imagined, candidate)
    words = plain(cover.covered_verdict(covered, CASE, ""))
    assert f"{before}, before Python is opened" in words and "The program’s check wants 10." in words
    assert after in plain(cover.opened(rollout))


def test_nothing_of_the_real_run_is_shown_while_it_is_covered() -> None:
    _, covered = rollouts(MEANT)  # imagines 10, really 15
    marks = (COVERED,) * len(covered.steps)
    html = "".join(
        panels.program(covered, step, marks, 3)
        + panels.world_model(covered, step, mark, "")
        + cover.covered_verdict(covered, CASE, "")
        for step, mark in zip(covered.steps, marks)
    )
    assert "10" in plain(html) and "15" not in plain(html) and "differs" not in html


def test_a_run_without_an_end_gives_no_judgement() -> None:
    rollout, covered = rollouts(BUGGY, cut=2)
    assert "came to no end: no event" in plain(cover.covered_verdict(covered, CASE, ""))
    assert "gave no judgement" in cover.opened(rollout)
    assert "no event" in panels.world_model(covered, covered.steps[-1], COVERED, "")
    assert len(rollouts(BUGGY, cut=0)[1].steps) == 1


def test_without_a_check_there_is_no_judgement() -> None:
    case = Case("double(5)")
    assert "no check" in plain(cover.covered_verdict(rollouts(BUGGY, case=case)[1], case, ""))


def test_before_the_model_has_answered_it_is_told_why() -> None:
    rollout = join(
        run(MEANT), run(BUGGY), CASE, mode="imagine", read="candidate", predictions=None, guesses=None
    )
    covered = cover.covered(rollout, CASE, None, None)
    assert "at work" in cover.covered_verdict(covered, CASE, "The model is at work.")
