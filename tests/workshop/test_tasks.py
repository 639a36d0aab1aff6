"""The twenty minutes' tasks: each example solves its task, what is wrong is said; by the visitors' checker.

What solves a task depends on the models, so that those of the tests are made for it: one that is always right
about the program it is shown, one that says what the bug does, one that is wrong at a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from cwm_demo.course.quiz import Verdict
from cwm_demo.execution import sandbox
from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.predict.scripted import ScriptedWorldModel
from cwm_demo.programs.bugs import find_bug, mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.program import Case, load_catalogue, marked
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.ui.url import Place, from_query
from cwm_demo.workshop.tasks import (
    Found,
    LinkProblem,
    Task,
    check,
    load_tasks,
    places_to_look,
    read_link,
    red_steps,
)

TASKS = list(load_tasks().values())
WRONG = [(task, wrong) for task in TASKS for wrong in task.wrong]


class AsTheBugDoes(ScriptedWorldModel):
    """Says what comes, whatever it is shown."""

    def replay(self, source: str, draft: Any, complete: bool) -> list[Prediction]:
        return [Prediction(frame.source, 0.9, frame=frame) for frame in draft] + [
            Prediction("", 0.9, ended=True)
        ] * complete


class WrongOnce(ScriptedWorldModel):
    """Is wrong about the fourth frame's variables."""

    def replay(self, source: str, draft: Any, complete: bool) -> list[Prediction]:
        said = super().replay(source, draft, complete)
        frame = replace(said[3].frame, locals={"nonsense": "1"})
        return [*said[:3], replace(said[3], frame=frame), *said[4:]]


MODELS = {
    "turns": ScriptedWorldModel(),
    "missed": AsTheBugDoes(),
    "surprise": ScriptedWorldModel(),
    "right-red": WrongOnce(),
    "wrong-green": ScriptedWorldModel(),
}


def found_at(query: Mapping[str, str], model: ScriptedWorldModel, **more: Any) -> Found:
    place, notes = from_query(query)
    assert not notes
    return found(place, model, **more)


def found(place: Place, model: ScriptedWorldModel, **more: Any) -> Found:
    program = load_catalogue()[place.program]
    call = place.call or program.call
    intended = sandbox.run(marked(program.source, call), trusted=True)
    bug, truth = None, intended
    if place.bug:
        bug = find_bug(mutations(program.source, kinds_by_line(intended.frames)), place.bug, program.source)
        truth = sandbox.run(marked(bug.source, call), trusted=True)
    put = question(intended, truth, place.read)
    if place.mode == "imagine":
        said = model.imagine(put.source, 100)
    else:
        said = model.replay(put.source, put.draft, put.complete)
    joined = rollout(
        intended,
        truth,
        program.case(call) or Case(call),
        mode=place.mode,
        read=place.read,
        predictions=said,
        guesses=None,
    )
    return Found(joined, bug, **more)


def guess(bits: float) -> LineGuess:
    return LineGuess("", 0.5, (), bits * 3, 3)


ODD = {"meant": {4: guess(1.0)}, "buggy": {4: guess(5.0)}}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.key)
def test_its_example_solves_a_task(task: Task) -> None:
    more = {"line": task.line} if task.asks_line else ODD if task.asks_text_model else {}
    verdict = check(task, found_at(task.example, MODELS[task.key], **more))
    assert verdict.state == "right", verdict
    assert verdict.message


@pytest.mark.parametrize(("task", "wrong"), WRONG, ids=[f"{t.key}-{i}" for i, (t, _) in enumerate(WRONG)])
def test_what_does_not_solve_it_is_said(task: Task, wrong: Mapping[str, Any]) -> None:
    for model in (ScriptedWorldModel(), AsTheBugDoes(), WrongOnce()):
        verdict = check(task, found_at(wrong["place"], model, line=wrong.get("line")))
        if task.key == "turns" and wrong["place"].get("bug") and isinstance(model, AsTheBugDoes):
            continue  # there the verdict turns too, and is not red for want of a line
        assert verdict.state != "right"
        assert wrong["says"] in verdict.message


def test_tasks_begin_at_a_place_of_the_stepper_and_say_a_way_from_there() -> None:
    for task in TASKS:
        assert task.how
        for query in (task.start, task.example, *(wrong["place"] for wrong in task.wrong)):
            place, notes = from_query(query)
            assert not notes
            assert place.program in load_catalogue()


def of(key: str, query: Mapping[str, str], model: ScriptedWorldModel, **more: Any) -> Verdict:
    return check(load_tasks()[key], found_at(query, model, **more))


BUG = {"program": "tally", "bug": "4:wrong-start-value"}


def test_a_slip_before_the_bug_is_told_from_the_bug() -> None:
    (first, *_) = red_steps(found_at(BUG, WrongOnce()).rollout)
    assert first.index == 3
    said = [of("turns", BUG, WrongOnce(), line=line) for line in (2, 3, 4)]
    assert [verdict.state for verdict in said].count("right") == 1
    assert any("a slip of the model" in verdict.message for verdict in said)


def test_caught_is_not_missed() -> None:
    assert "caught this one" in of("missed", BUG, ScriptedWorldModel()).message
    assert "at step 5, line 4" in of("missed", BUG, AsTheBugDoes()).message


@pytest.mark.parametrize(
    ("meant", "buggy", "state"), [(1.0, 2.5, "right"), (2.5, 3.0, "wrong"), (5.0, 1.0, "wrong")]
)
def test_surprise_catches_where_the_word_changes(meant: float, buggy: float, state: str) -> None:
    verdict = of("surprise", BUG, ScriptedWorldModel(), meant={4: guess(meant)}, buggy={4: guess(buggy)})
    assert verdict.state == state
    assert of("surprise", BUG, ScriptedWorldModel()).message == "The text model says nothing about line 4."


def test_an_unknown_answer_is_what_the_visitor_says_it_should_be() -> None:
    place = {"program": "tally", "call": "tally([5])"}
    assert of("right-red", place, WrongOnce(), expects="{ 5:1 }").state == "right"
    assert of("right-red", place, WrongOnce(), expects="{5: 2}").state == "wrong"
    assert of("wrong-green", place, ScriptedWorldModel(), expects="{5: 2}").state == "right"
    assert of("wrong-green", place, ScriptedWorldModel(), expects="five").state == "unusable"


def test_a_run_on_its_own_is_judged_to_its_first_difference() -> None:
    place = {**BUG, "mode": "imagine"}
    assert len(red_steps(found_at(place, ScriptedWorldModel()).rollout)) == 1
    assert of("wrong-green", {**place, "read": "candidate"}, ScriptedWorldModel()).state == "right"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no link yet"),
        ("x = 1\n" * 10_000, "a text of 10,000 lines"),
        ("x" * 10_000, "10,000 characters"),
        ("http://localhost/workshop", "names no program"),
        ("http://[", "names no program"),
    ],
)
def test_what_is_no_link_is_said(text: str, said: str) -> None:
    with pytest.raises(LinkProblem, match=said):
        read_link(text)


def test_a_link_is_read_with_or_without_its_address() -> None:
    for text in (
        "https://host:1/stepper?program=gcd&call=gcd(4%2C%202)&step=3",
        "?program=gcd&call=gcd(4%2C+2)",
    ):
        assert read_link(f" {text}\n").items() >= {"program": "gcd", "call": "gcd(4, 2)"}.items()


def test_where_the_app_looks() -> None:
    programs = [load_catalogue()[name] for name in ("tally", "gcd")]
    bugs = {program.name: mutations(program.source) for program in programs}
    places = places_to_look("candidates", programs, bugs, 6)
    assert len(places) == 6
    assert {place["read"] for place in places} == {"candidate"}
    assert {place["program"] for place in places} == {"tally", "gcd"}
    assert all("early-return" in place["bug"] for place in places[:2])
    assert places_to_look("programs", programs, {}, 6) == [{"program": "gcd"}, {"program": "tally"}]
    first = [{"program": "evens"}, {"program": "tally"}]
    there = places_to_look("programs", programs, {}, 3, first)
    assert there == [{"program": "evens"}, {"program": "tally"}, {"program": "gcd"}]
