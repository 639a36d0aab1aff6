"""Candidates and the judge that runs nothing, with a world model that is always right, and one that isn't."""

import pytest

from cwm_demo.commands.verify import WAYS, Task, compare, drawn, spread, tasks
from cwm_demo.execution.tracer import trace
from cwm_demo.predict.prediction import Prediction
from cwm_demo.predict.scripted import ScriptedTextModel, ScriptedWorldModel
from cwm_demo.programs.program import load_catalogue
from cwm_demo.verify.candidates import bits, candidates, imagine_answer

TALLY = load_catalogue()["tally"]
CASE = TALLY.cases[0]


class Unreadable(ScriptedWorldModel):
    def imagine(self, source, max_frames, on_frame=None):
        return [Prediction("", 1.0, problem="unreadable")]


def test_a_group_holds_the_program_and_mutants_of_different_lines():
    group = candidates(TALLY.source, CASE, trace, 4, seed=3)
    assert len(group) == 4
    assert [each.right for each in group if each.bug is None] == [True]
    lines = [each.bug.split(":")[0] for each in group if each.bug]
    assert len(set(lines)) == len(lines) == 3
    assert group == candidates(TALLY.source, CASE, trace, 4, seed=3)
    assert group != candidates(TALLY.source, CASE, trace, 4, seed=4)


def test_what_is_imagined_is_held_against_the_check():
    world = ScriptedWorldModel(trace)
    for each in candidates(TALLY.source, CASE, trace, 6, seed=0):
        assert imagine_answer(world, each.source, CASE, 60) == ("right" if each.right else "wrong")
        assert imagine_answer(world, each.source, CASE, 2) == "unknown"  # it did not come to its end
    assert bits(ScriptedTextModel(), TALLY.source) > 0


@pytest.fixture
def task() -> Task:
    return Task("tally:0", TALLY.source, CASE)


def test_a_perfect_world_model_picks_right_and_a_mute_one_by_chance(task):
    perfect = compare([task], ScriptedWorldModel(), ScriptedTextModel(), 5).to_json()
    assert perfect["picked_right"]["world model"]["value"] == 1
    assert perfect["accepts_right"]["value"] == 1 and perfect["accepts_wrong"]["value"] == 0
    mute = compare([task], Unreadable(), ScriptedTextModel(), 5).to_json()
    assert mute["picked_right"]["world model"] == mute["picked_right"]["chance"]
    assert list(mute["picked_right"]) == list(WAYS)
    assert sum(mute["said"].values()) == mute["candidates"] == 5


def test_out_of_time_is_said(task):
    found = compare([task, task], ScriptedWorldModel(), ScriptedTextModel(), 3, deadline=0).to_json()
    assert (found["tasks"], found["not_reached"]) == (0, 2)
    assert found["picked_right"]["world model"]["value"] is None


def test_tasks_of_the_catalogue_have_a_check_each():
    found = list(tasks("catalogue"))
    assert found[0].id == "tally:0"
    assert all(task.case.returns is not None or task.case.raises is not None for task in found)


def test_the_sample_is_always_the_same_and_from_all_over():
    items = list(tasks("catalogue"))
    sample = drawn(items, 10)
    assert sample == drawn(items, 10) != items[:10] and len(set(map(str, sample))) == 10
    assert len(drawn(items, 10_000)) == len(items)


def test_spread_holds_the_mean():
    found = spread([0.0, 1.0, 1.0, 0.5])
    assert found["low"] <= found["value"] == 0.625 <= found["high"]
