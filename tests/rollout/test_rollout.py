"""Verdicts and judgements on the deck's tally, with a predictor that is right about what it is shown."""

from dataclasses import replace

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.predict.prediction import BEYOND_REACH, LineGuess, Prediction
from cwm_demo.programs.program import Case, load_catalogue, marked
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import final_value, rollout
from cwm_demo.rollout.verdict import parting, verdict
from cwm_demo.trace.frame import Frame, Trace

TALLY = load_catalogue()["tally"]
CASE = TALLY.cases[0]
BUGGY = TALLY.source.replace("counts.get(x, 0) + 1", "counts.get(x, 0) - 1")


def run(source: str, call: str = TALLY.call) -> Trace:
    return trace(marked(source, call))


def says(frames, ended: bool = True) -> list[Prediction]:
    said = [Prediction(text="", probability=1.0, frame=frame) for frame in frames]
    return [*said, Prediction(text="", probability=1.0, ended=True)] if ended else said


def joined(candidate: str, read: str, predictions, mode: str = "replay", case: Case | None = CASE):
    intended, truth = run(TALLY.source), run(candidate)
    return rollout(intended, truth, case, mode=mode, read=read, predictions=predictions, guesses=None)


def test_a_right_program_read_by_a_right_model_is_green_throughout():
    truth = run(TALLY.source)
    result = joined(TALLY.source, "intended", says(truth.frames))
    assert len(result.steps) == len(truth.frames)
    assert {step.verdict for step in result.steps} == {"match"}
    assert {step.judgement for step in result.steps} == {None}
    assert result.parting is None
    assert (result.answer, result.imagined, result.imagined_answer) == ("right", truth.returned, "right")


def test_b_the_bug_is_caught_where_the_runs_part_and_not_before():
    intended, truth = run(TALLY.source), run(BUGGY)
    asked = question(intended, truth, "intended")
    # Right about the intended program: the states before the parting are the same in both runs.
    said = says(intended.frames[: len(truth.frames)])
    result = joined(BUGGY, "intended", said)
    part = result.parting
    assert part is not None
    assert (
        BUGGY.split("\n")[truth.frames[part - 1].line - 1]
        != TALLY.source.split("\n")[truth.frames[part - 1].line - 1]
    )
    assert all(step.verdict == "match" and step.judgement is None for step in result.steps[:part])
    assert (result.steps[part].verdict, result.steps[part].judgement) == ("state", "caught")
    assert {step.judgement for step in result.steps[part + 1 :]} == {"after"}
    assert result.answer == "wrong"
    assert asked.source == intended.source


def test_b_the_draft_holds_the_real_states_and_the_intended_lines():
    intended, truth = run(TALLY.source), run(BUGGY)
    asked = question(intended, truth, "intended")
    assert [dict(frame.locals) for frame in asked.draft] == [dict(frame.locals) for frame in truth.frames]
    assert not any("- 1" in frame.source for frame in asked.draft)
    assert any("- 1" in frame.source for frame in question(intended, truth, "candidate").draft)


def test_a_model_that_says_what_the_candidate_did_missed_the_bug():
    intended, truth = run(TALLY.source), run(BUGGY)
    result = joined(BUGGY, "intended", says(question(intended, truth, "intended").draft))
    assert result.steps[result.parting].judgement == "missed"


def test_neither_as_meant_nor_as_happened_is_unclear():
    intended, truth = run(TALLY.source), run(BUGGY)
    part = parting(intended, truth)
    said = says(intended.frames[: len(truth.frames)])
    said[part] = replace(said[part], frame=replace(said[part].frame, locals={"counts": "'?'"}))
    assert joined(BUGGY, "intended", said).steps[part].judgement == "unclear"


def test_a_wrong_prediction_before_the_parting_is_a_slip():
    truth = run(TALLY.source)
    said = says(truth.frames)
    said[2] = replace(said[2], frame=replace(said[2].frame, source="    return None\n"))
    result = joined(TALLY.source, "intended", said)
    assert (result.steps[2].verdict, result.steps[2].judgement) == ("line", "slip")
    assert result.steps[3].judgement is None


def test_a_the_candidate_read_has_verdicts_and_no_judgements():
    truth = run(BUGGY)
    result = joined(BUGGY, "candidate", says(truth.frames))
    assert {step.verdict for step in result.steps} == {"match"}
    assert {step.judgement for step in result.steps} == {None}
    assert (result.answer, result.imagined_answer) == ("wrong", "wrong")  # green steps, a wrong program


def test_on_its_own_nothing_is_judged_after_the_first_difference():
    truth = run(TALLY.source)
    said = says([truth.frames[0], truth.frames[0], *truth.frames[2:]])
    result = joined(TALLY.source, "intended", said, mode="imagine")
    assert result.steps[1].judgement == "slip"
    assert {step.judgement for step in result.steps[2:]} == {"after"}


def test_a_trace_that_was_not_ended_has_no_imagined_value():
    truth = run(TALLY.source)
    result = joined(TALLY.source, "candidate", says(truth.frames, ended=False), mode="imagine")
    assert (result.imagined, result.imagined_answer) == (None, "unknown")


@pytest.mark.parametrize("ended", [True, False])
def test_ends_too_early_or_too_late(ended):
    truth = run(TALLY.source)
    said = says(truth.frames[:-1], ended=True) if ended else says([*truth.frames, truth.frames[-1]])
    result = joined(TALLY.source, "intended", said)
    assert result.steps[-1].verdict == "end"
    assert (result.steps[-1].actual is None) is not ended


def test_what_lies_beyond_the_models_reach_is_not_judged():
    truth = run(TALLY.source)
    said = says(truth.frames[:3], ended=False)
    said += [Prediction(text="", probability=0.0, problem=BEYOND_REACH)] * (len(truth.frames) - 3)
    result = joined(TALLY.source, "intended", said)
    assert [step.verdict for step in result.steps[3:]] == [None] * (len(truth.frames) - 3)


def test_without_a_model_the_steps_are_there():
    result = joined(TALLY.source, "intended", None)
    assert all(step.verdict is None and step.actual for step in result.steps)
    assert result.answer == "right"


def test_an_unreadable_prediction_is_invalid():
    frame = Frame("line", 1, "x = 1\n", "<module>", 0, 0)
    assert verdict(Prediction("<", 0.1, problem="no line"), frame) == "invalid"


def test_a_run_that_ends_where_the_intended_goes_on_parts_at_its_end():
    meant = run(TALLY.source)
    shorter = replace(meant, frames=meant.frames[:-2])
    assert parting(meant, shorter) == len(meant.frames) - 2
    result = rollout(
        meant,
        shorter,
        CASE,
        mode="replay",
        read="intended",
        predictions=says(meant.frames[:-1]),
        guesses=None,
    )
    assert (result.steps[-1].actual, result.steps[-1].judgement) == (None, "caught")


def test_a_step_names_its_line_and_credits_the_line_that_did_it():
    truth = run(TALLY.source)
    guesses = {line: LineGuess(str(line), 0.5, (), 1.0, 3) for line in range(1, 10)}
    result = rollout(truth, truth, CASE, mode="replay", read="intended", predictions=None, guesses=guesses)
    assert result.steps[0].current is None
    assert result.steps[0].standard.line == str(truth.source.rstrip().count("\n") + 1)
    for step in result.steps[1:]:
        assert step.standard.line == str(step.current.line)
        if step.actual.event == "line" and step.current.event == "line":
            assert step.credited == step.current


def test_recursion_credits_the_caller_with_what_its_call_gave():
    fact = "def fact(n):\n    if n < 2:\n        return 1\n    rest = fact(n - 1)\n    return n * rest\n"
    truth = trace(marked(fact, "fact(2)"))
    result = rollout(truth, truth, None, mode="replay", read="intended", predictions=None, guesses=None)
    step = next(step for step in result.steps if step.actual.delta.get("rest"))
    assert step.current.event == "return" and step.credited.source.strip() == "rest = fact(n - 1)"
    assert result.answer == "unknown"


def test_final_value_of_a_raise_and_of_a_consumed_generator():
    raised = trace(marked("def f(x):\n    raise ValueError('no')\n", "f(1)"))
    assert final_value(raised.frames) == "ValueError: no"
    consumed = trace(marked("def g(n):\n    for i in range(n):\n        yield i\n", "list(g(2))"))
    assert final_value(consumed.frames) is None


def test_a_program_without_a_call_has_no_line_before_its_first():
    truth = trace("x = 1\ny = x + 1\n")
    guesses = {1: LineGuess("x = 1", 0.5, (), 1.0, 3), 2: LineGuess("y = 2", 0.5, (), 1.0, 3)}
    result = rollout(truth, truth, None, mode="replay", read="intended", predictions=None, guesses=guesses)
    assert [step.standard and step.standard.line for step in result.steps] == [None, "x = 1", "y = 2"]
