"""The corpus: deterministic whatever the workers, resumable, honest about what it holds and leaves out."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.frame import START_OF_TRACE
from cwm_demo.trace.text import FRAME_SEP, Tokens, parse
from cwm_demo.train import corpus, mbpp, suites
from cwm_demo.train.holdout import Holdout, shapes
from cwm_demo.train.origins import Written
from cwm_demo.train.runs import run, worth_learning
from cwm_demo.train.tokenizer import build

TRAIN_TASK = {
    "task_id": 700,
    "code": "def add_all(xs, start):\r\n\ttotal = start   \r\n"
    "\tfor x in xs:\r\n\t\ttotal += x\r\n\treturn total",
    "test_list": ["assert add_all([1, 2], 3) == 6", "assert add_all([], 0) == 0"],
}
TEST_TASK = {
    "task_id": 100,
    "code": "def longest(words):\n    best = ''\n    for w in words:\n"
    "        if len(w) > len(best):\n            best = w\n    return best",
    "test_list": ["assert longest(['a', 'bcd']) == 'bcd'"],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "mbpp.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in (TRAIN_TASK, TEST_TASK)))
    return path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "TRACES", 12)
    monkeypatch.setattr(corpus, "SOURCES", 12)


def build_small(out: Path, data: Path, workers: int, tokens: int = 9_000) -> dict[str, np.ndarray]:
    corpus.build_corpus(out, corpus.Settings(5, str(data)), {"source": 1_500, "trace": tokens}, workers)
    return corpus.load(out)


def test_any_number_of_workers_builds_the_same(tmp_path, data, small):
    one, two = build_small(tmp_path / "one", data, 1), build_small(tmp_path / "two", data, 2)
    assert one.keys() == two.keys()
    for name in one:
        assert np.array_equal(one[name], two[name]), name


def test_what_is_there_is_not_built_again(tmp_path, data, small, monkeypatch):
    before = build_small(tmp_path / "out", data, 1)
    first = tmp_path / "out" / "trace-00000.npz"
    first.unlink()
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.npz")}
    after = build_small(tmp_path / "out", data, 1)
    assert first.exists()
    assert {
        path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.npz") if path.name in kept
    } == kept
    for name in before:
        assert np.array_equal(before[name], after[name]), name


def test_other_settings_need_another_folder(tmp_path, data, small):
    build_small(tmp_path / "out", data, 1)
    with pytest.raises(SystemExit, match="other settings"):
        corpus.build_corpus(tmp_path / "out", corpus.Settings(6, str(data)), {"trace": 10}, 1)


def test_documents_are_what_the_arrays_say(tmp_path, data, small):
    arrays = build_small(tmp_path / "out", data, 1)
    tokens = Tokens(build())
    starts, count = arrays["starts"], len(arrays["traces"])
    assert starts[0] == 0
    assert starts[-1] == len(arrays["tokens"])
    assert len(starts) == count + 1
    assert (np.diff(starts) <= corpus.CONTEXT).all()
    for index in range(count):
        ids = arrays["tokens"][starts[index] : starts[index + 1]].tolist()
        if arrays["traces"][index]:
            source, frames = parse(tokens, ids)
            assert frames
            assert ids[arrays["contexts"][index] - 1] == tokens.special[FRAME_SEP]
            assert tokens.special[FRAME_SEP] not in ids[: arrays["contexts"][index] - 1]
            trace = run(source)
            assert len(trace.frames) == len(frames)
        else:
            assert arrays["contexts"][index] == 0
            compile(tokens.decode(ids[1:-1]), "source", "exec")
            assert START_OF_TRACE not in tokens.decode(ids[1:-1])


def test_asserts_hold(data):
    rng = random.Random(2)
    written = Written("def f(x):\n    return [x, str(x)]\n", ["f(3)", "f(-1)"], "easy", "generated")
    texts = {corpus.source_text(written, rng) for _ in range(40)}
    assert any("assert f(3) == [3, '3']\n" in text for text in texts)
    assert any("assert" not in text for text in texts)
    for text in texts:
        exec(compile(text, "source", "exec"), {})


def test_coverage_is_saved_and_counts_documents(tmp_path, data, small):
    build_small(tmp_path / "out", data, 1)
    coverage = json.loads((tmp_path / "out" / "coverage.json").read_text())
    arrays = corpus.load(tmp_path / "out")
    traces = sum(count for name, count in coverage["documents"].items() if name.startswith("traces"))
    assert traces == arrays["traces"].sum() == sum(coverage["endings"].values())
    assert coverage["events"]["call"] >= traces * 0.9


def test_no_corpus_is_a_clear_error(tmp_path):
    with pytest.raises(SystemExit, match="python -m cwm_demo corpus"):
        corpus.load(tmp_path)


# What is held out


def test_near_copies_are_found():
    held = Holdout()
    held.hold(
        "catalogue", ["def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total\n"]
    )
    copy = (
        'def g(ys: list) -> int:\n    """Sum."""\n    s = 7\n    for y in ys:\n        s += y\n    return s\n'
    )
    assert not held.allows(copy)
    assert not held.allows("LIMIT = 3\n\n" + copy)
    assert held.dropped == {"catalogue": 2}
    assert held.allows(copy.replace("+=", "-="))
    assert held.allows(copy.replace("return s", "return y"))


def test_names_of_methods_are_part_of_the_shape():
    one, other = (next(shapes(f"def f(s):\n    return s.{name}()\n")) for name in ("upper", "lower"))
    assert one != other


def test_the_catalogue_is_held_out(data):
    held = corpus.holdout(str(data))
    for program in load_catalogue().values():
        assert not held.allows(program.source), program.name
    assert not held.allows(mbpp.normalised(TEST_TASK["code"]).replace("best", "longest_word"))


# Runs


def test_runaway_programs_are_stopped():
    for body in (
        "while True:\n        pass",
        "x = 9\n    while True:\n        x = x ** 2",
        "return [0] * 10 ** 10",
    ):
        trace = run(marked(f"def f():\n    {body}\n", "f()"))
        assert not trace.complete or trace.raised, body


def test_what_is_worth_learning():
    rng = random.Random(0)
    good = run(marked("def f(x):\n    y = x + 1\n    return y\n", "f(1)"))
    assert worth_learning(good, rng) is None
    endless = run(marked("def f():\n    while True:\n        x = 1\n", "f()"))
    assert worth_learning(endless, rng) == "stopped: events"


# MBPP


def test_mbpp_is_normalised_and_split(data):
    (task,) = mbpp.load(data, mbpp.TRAIN)
    assert task.source.startswith(
        "def add_all(xs, start):\n    total = start\n    for x in xs:\n        total += x\n"
    )
    assert task.arguments[:2] == (([1, 2], 3), ([], 0))
    assert [task.number for task in mbpp.load(data, mbpp.TEST)] == [100]
    assert mbpp.load(data, mbpp.VALIDATION) == []


def test_mbpp_calls_are_many_and_of_the_same_types(data):
    (task,) = mbpp.load(data, mbpp.TRAIN)
    found = mbpp.calls(task, random.Random(0), 12)
    assert len(found) == len(set(found)) >= 8
    for call in found:
        assert run(marked(task.source, call)).returned.lstrip("-").isdigit()


def test_mbpp_missing_is_a_clear_error(tmp_path):
    with pytest.raises(mbpp.MbppError, match="give --mbpp PATH"):
        mbpp.find(tmp_path / "nowhere.jsonl")


# Suites


@pytest.mark.parametrize(
    "name, strata", [("generated", ["easy", "medium", "hard"]), ("drills", ["drills", "sums"])]
)
def test_a_suite_is_written_in_equal_parts(tmp_path, data, name, strata):
    rows = list(suites.written(suites.WRITERS[name], 9, 0, Tokens(build()), 2_048, Holdout()))
    each = 9 // len(strata)
    assert [row["stratum"] for row in rows] == [stratum for stratum in strata for _ in range(each)]
    for row in rows:
        trace = run(marked(row["code"], f"{row['entry']}({row['input']})"))
        assert trace.returned == row.get("output")
    assert suites.write(tmp_path / "suite.jsonl", iter(rows)) == len(rows)
    assert json.loads((tmp_path / "suite.jsonl").read_text().splitlines()[0]) == rows[0]


def test_the_suite_of_real_functions(data):
    assert list(suites.mbpp_test(data)) == [
        {
            "id": "mbpp-100",
            "code": TEST_TASK["code"],
            "entry": "longest",
            "input": "['a', 'bcd']",
            "output": "'bcd'",
        }
    ]


@pytest.mark.parametrize("call", ["f(1, 'a')", "list(gen(3))", "Box(2).get(n=1)", "f()", "f('(', (1, 2))"])
def test_calls_are_split_at_the_outermost_call(call):
    entry, arguments = suites.split_call(call)
    assert f"{entry}({arguments})" == call
