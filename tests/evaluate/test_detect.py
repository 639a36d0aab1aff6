"""Detectors on models that know one program and its run by heart: every bug in it must stand out."""

import json

import pytest

from cwm_demo.__main__ import main
from cwm_demo.evaluate import surprise
from cwm_demo.evaluate.detect import Detection, Detectors, detect
from cwm_demo.evaluate.mutants import MAX_FRAMES, Case, cases, family
from cwm_demo.execution.tracer import trace
from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.predict.engine import LocalTextModel
from cwm_demo.trace.text import encode, source_document_ids
from tests.predict.conftest import SOURCE, learn, tiny_model, write_checkpoint

PROGRAM, CALL = SOURCE.partition("\n\n")[0] + "\n", "tally(['a', 'b', 'a'])"
CASE = Case("catalogue", "tally", PROGRAM, CALL)


def run(source, limits):
    return trace(source, limits)


@pytest.fixture(scope="module")
def checkpoints(tokens, truth) -> tuple[Checkpoint, Checkpoint]:
    value = f"{PROGRAM}\n\nassert {CALL} == {truth.returned}\n"
    documents = [encode(tokens, truth), source_document_ids(tokens, value)]
    world = learn(tiny_model(), documents, steps=140)
    text = learn(tiny_model(seed=1), [source_document_ids(tokens, PROGRAM), documents[1]], steps=90)
    return Checkpoint(world, tokens), Checkpoint(text, tokens)


@pytest.fixture(scope="module")
def measured(checkpoints) -> dict:
    result = Detection("world", "text", 1_000)
    detectors = Detectors(*checkpoints, result)
    detect([CASE], lambda case: family(case, 12, run), detectors, imagine=1)
    return result.to_json()


def test_models_that_know_a_program_by_heart_find_its_bugs(measured):
    assert measured["mutants"] >= 6
    for detector in ("step", "line", "run", "world answer"):
        assert measured["detectors"][detector]["area"]["value"] > 0.9, detector
    assert measured["verdict_red"]["bugs"]["value"] == 1.0
    assert measured["verdict_red"]["clean steps"]["value"] == 0.0
    assert measured["mutated_line_is_the_most_surprising"]["among the first three"]["value"] > 0.9


def test_clean_things_are_the_unmutated_steps_lines_and_answers(measured, truth):
    clean = {name: row["clean"] for name, row in measured["detectors"].items()}
    assert clean == {
        "step": len(truth.frames) + 1,  # and the end
        "line": 5,
        "run": measured["mutants"],  # each beside the same stretch of the intended run
        "file": 1,
        "world answer": 1,
        "text answer": 1,
    }
    assert measured["detectors"]["step"]["bugs"] == measured["detectors"]["line"]["bugs"]


def test_mutants_are_told_apart_by_operator_and_shown(measured):
    assert sum(row["bugs"] for row in measured["by_operator"].values()) == measured["mutants"]
    assert sum(measured["examples"]["counts"].values()) == measured["mutants"]
    shown = measured["examples"]["both"][0]
    assert shown["before"] != shown["after"] and shown["program"] == "tally"


def test_the_imagined_answer_is_held_against_the_check(measured):
    assert measured["imagined"]["clean: rejected"] == {"value": 0.0, "n": 1, "low": 0.0, "high": 0.7935}


def test_operators_take_turns():
    found = family(CASE, 4, run)
    assert len({mutant.bug.operator for mutant in found.mutants}) == 4
    assert family(CASE, 4, run) == found


def test_what_cannot_be_used_is_said():
    loop = "def f(n):\n    while n:\n        n = n + 1\n"
    assert family(Case("idioms", "loop", loop, "f(1)"), 3, run) == "doesn't end by itself"
    long = "def f(n):\n    while n:\n        n -= 1\n"
    assert family(Case("idioms", "long", long, "f(99)"), 3, run) == f"more than {MAX_FRAMES} frames"
    assert family(Case("idioms", "none", "def f():\n    pass\n", "f()"), 3, run) == "no effective mutant"


def test_origins_take_turns_and_the_order_is_always_the_same():
    first = [case for case, _ in zip(cases(idioms=5), range(9))]
    assert [case.origin for case in first] == ["catalogue", "idioms", "mbpp-test"] * 3
    assert first == [case for case, _ in zip(cases(idioms=5), range(9))]
    assert {case.origin for case in cases(("catalogue",))} == {"catalogue"}


def test_time_that_is_up_leaves_the_rest(checkpoints):
    result = Detection("world", "text", 1_000)
    detect([CASE], lambda case: family(case, 1, run), Detectors(*checkpoints, result), seconds=-1)
    assert (result.finished, result.to_json()["mutants"]) == (False, 0)


def test_surprise_is_that_of_the_engine(checkpoints):
    text = checkpoints[1]
    pieces, guesses = surprise.lines(text, PROGRAM), LocalTextModel(text).lines(PROGRAM)
    assert {number: piece.bits for number, piece in pieces.items()} == {
        number: pytest.approx(guess.surprise, abs=1e-3) for number, guess in guesses.items()
    }
    assert [piece.tokens for piece in pieces.values()] == [guess.tokens for guess in guesses.values()]


def test_frames_beyond_the_context_are_left_out(tokens, truth):
    short = Checkpoint(tiny_model(context=120), tokens)
    found = surprise.frames(short, truth.source, truth.frames, complete=True)
    assert 0 < len(found) < len(truth.frames)


def test_the_command_writes_what_it_prints(tmp_path, capsys):
    model, out = str(write_checkpoint(tmp_path / "model")), tmp_path / "detection.json"
    options = ["--model", model, "--text-model", model, "--mutants", "3", "--imagine", "0"]
    assert main(["detect", *options, "--origins", "catalogue", "--json", "--out", str(out)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == json.loads(out.read_text())
    assert data["finished"] and data["mutants"] >= 3
    assert {"date", "commit", "command"} <= set(data)


def test_the_command_says_that_there_is_no_model(tmp_path, capsys):
    assert main(["detect", "--model", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err
