"""The six metrics, on a predictor whose mistakes are known."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from cwm_demo.evaluate.evaluate import constructs, evaluate, value_type
from cwm_demo.evaluate.suites import Item, load_suite
from cwm_demo.execution.tracer import trace
from cwm_demo.predict.prediction import BEYOND_REACH, DirectAnswer, Prediction
from cwm_demo.programs.program import load_catalogue
from cwm_demo.trace.text import OURS

ADD = Item("add", "def f(a, b):\n    c = a + b\n    return c\n", "f(1, 2)", "easy")
FOREVER = Item("forever", "def f():\n    while True:\n        pass\n", "f()")


class Model:
    """Right about everything but what `spoil(index, frame)` changes."""

    def __init__(self, spoil=lambda index, frame: frame, ends: bool = True, reach: int = 99) -> None:
        self.spoil, self.ends, self.reach = spoil, ends, reach

    def replay(self, source, draft, complete):
        said = [Prediction("", 1.0, frame=self.spoil(i, frame)) for i, frame in enumerate(draft)]
        said[self.reach :] = [Prediction("", 1.0, problem=BEYOND_REACH) for _ in said[self.reach :]]
        return said

    def imagine(self, source, max_frames, on_frame=None):
        said = self.replay(source, trace(source).frames, True)
        return [*said, Prediction("", 1.0, ended=self.ends, problem=None if self.ends else "no end")]


def score(model: Model | None, *items: Item, **options):
    return evaluate(items or (ADD,), model, trace, suite="test", model="model", **options).to_json()


def values(data: dict) -> dict:
    return {name: row["value"] for mode in ("replay", "imagine") for name, row in data[mode].items()}


def test_a_model_that_is_right_scores_one_everywhere():
    data = score(Model())
    assert set(values(data).values()) == {1.0}
    # call, two lines, return; a, b (call), a, b (line), a, b, c (line), a, b, c and the value (return)
    assert data["replay"]["state_exact"]["n"] == 4
    assert data["replay"]["key_value"]["n"] == 2 + 2 + 3 + 4
    assert data["failures"] == []
    assert data["by_stratum"]["easy"] == {mode: data[mode] for mode in ("replay", "imagine", "direct")}


def test_a_wrong_state_is_no_wrong_action():
    def spoil(index, frame):
        return replace(frame, locals={**frame.locals, "c": "4"}) if index == 2 else frame

    data = score(Model(spoil))
    assert values(data) == {
        "state_exact": 0.75,
        "action_exact": 1.0,
        "key_value": pytest.approx(10 / 11, abs=1e-4),
        "output_pass": 1.0,
        "valid_format": 1.0,
        "whole_trace": 0.0,
    }
    assert [(row["id"], row["frame"], row["verdict"]) for row in data["failures"]] == [("add", 2, "state")]


def test_a_wrong_line_is_no_wrong_state():
    data = score(Model(lambda index, frame: replace(frame, source="?\n") if index == 1 else frame))
    assert (data["replay"]["state_exact"]["value"], data["replay"]["action_exact"]["value"]) == (1.0, 0.75)


def test_frames_are_told_apart_by_what_ran_before_them():
    data = score(Model(lambda index, frame: replace(frame, source="?\n") if index == 2 else frame))
    found = {
        name: (scores["state_exact"]["value"], scores["action_exact"]["value"], scores["state_exact"]["n"])
        for name, scores in data["by_statement"].items()
    }
    assert found == {
        "start of the run": (1.0, 1.0, 1),
        "entry of a function": (1.0, 1.0, 1),
        "arithmetic": (1.0, 0.0, 1),
        "return": (1.0, 1.0, 1),
    }


def test_a_trace_that_does_not_end_has_no_output():
    data = score(Model(ends=False))
    assert {row["value"] for row in data["imagine"].values()} == {0.0}


def test_frames_beyond_the_context_are_counted_apart():
    data = score(Model(reach=3))
    assert (data["beyond_reach"], data["replay"]["state_exact"]["n"]) == (1, 3)


class Direct:
    def __init__(self, *values: str) -> None:
        self.values = list(values)

    def answer(self, source, call):
        return DirectAnswer(self.values.pop(0), 0.5)


def test_a_value_asked_for_directly_is_counted_by_what_is_wrong_with_it():
    data = score(None, *[ADD] * 6, direct=Direct("3", " 3", "", "c", "'3'", "4"))
    assert data["direct"]["output_pass"]["value"] == pytest.approx(2 / 6, abs=1e-4)
    assert data["answers"] == {
        "right": 2,
        "nothing": 1,
        "unreadable": 1,
        "other type": 1,
        "other value": 1,
    }
    assert data["answers_by_type"]["int"]["n"] == 6
    assert data["wrong_answers"][-1] == {
        "id": "add",
        "kind": "other value",
        "expected": "3",
        "said": "4",
        "problem": None,
    }
    assert data["replay"]["state_exact"]["n"] == 0  # no world model


def test_direct_and_imagined_outputs_are_compared_on_the_same_programs():
    raises = Item("raises", "def f():\n    return 1 / 0\n", "f()")
    data = score(Model(), ADD, raises, direct=Direct("4"))
    assert data["unanswerable"] == 1
    assert data["imagine"]["output_pass"]["n"] == 2
    assert {name: (row["value"], row["n"]) for name, row in data["direct"].items()} == {
        "output_pass": (0.0, 1),
        "imagine_output_pass": (1.0, 1),
    }


def test_a_rollout_may_be_half_as_long_again_as_the_run_and_ten_more():
    asked = []

    class Asked(Model):
        def imagine(self, source, max_frames, on_frame=None):
            asked.append(max_frames)
            return super().imagine(source, max_frames)

    score(Asked())
    assert asked == [16]


def test_a_trace_over_the_context_is_not_imagined(tokens):
    model = Model()
    model.checkpoint, model.style = SimpleNamespace(tokens=tokens, context=40), OURS
    data = score(model)
    assert (data["beyond_context"], data["imagine"]["whole_trace"]["n"]) == (1, 0)
    assert data["replay"]["state_exact"]["n"] == 4


def test_only_the_modes_asked_for():
    data = score(Model(), direct=Direct(), modes=["imagine"])
    assert (data["replay"]["state_exact"]["n"], data["imagine"]["whole_trace"]["n"]) == (0, 1)


def test_time_that_is_up_leaves_what_was_measured():
    seen = []
    data = score(Model(), ADD, ADD, seconds=-1, on_item=seen.append)
    assert (data["of"], data["n"], data["finished"], seen) == (2, 0, False, [])
    data = score(Model(), ADD, ADD, on_item=seen.append)
    assert (data["n"], data["finished"], len(seen)) == (2, True, 2)


def test_programs_that_do_not_end_are_counted_apart():
    data = score(Model(), ADD, FOREVER)
    assert (data["n"], data["untraceable"]) == (1, {"events": 1})


def test_constructs_and_types():
    assert constructs("def f(n):\n    return f(n - 1) if n else [i for i in 'ab']\n") == [
        "if",
        "comprehension",
        "recursion",
    ]
    texts = ["3", "'a'", "[1]", "None", "{1}", "<function f>", "Acc(n=1)"]
    assert [value_type(text) for text in texts] == ["int", "str", "list", "NoneType", "set", "other", "other"]


def test_the_catalogue_is_a_suite_of_all_its_cases():
    assert len(load_suite("catalogue")) == sum(len(program.cases) for program in load_catalogue().values())


def test_each_program_keeps_what_came_of_it():
    def spoil(index, frame):
        return replace(frame, locals={**frame.locals, "c": "4"}) if index == 2 else frame

    raises = Item("raises", "def f():\n    return 1 / 0\n", "f()")
    add, other = score(Model(spoil), ADD, raises, direct=Direct("4"))["programs"]
    assert add == {
        "id": "add",
        "frames": 4,
        "wrong_frames": 1,
        "imagined": True,
        "parts": {"frame": 2, "verdict": "state"},
        "direct": False,
    }
    assert (other["id"], other["direct"]) == ("raises", None)  # nothing that could be asked for
    (right,) = score(Model())["programs"]
    assert (right["wrong_frames"], right["imagined"], right["parts"]) == (0, True, None)
    (alone,) = score(None, direct=Direct("3"))["programs"]
    assert (alone["wrong_frames"], alone["imagined"], alone["direct"]) == (None, None, True)


def test_a_trace_that_does_not_end_parts_where_the_run_has_ended():
    (program,) = score(Model(ends=False))["programs"]
    assert program["parts"] == {"frame": 4, "verdict": "invalid"}
    assert program["imagined"] is False
