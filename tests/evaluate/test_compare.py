"""Result files are read strictly, and the shape of failures is computed from known ones."""

from __future__ import annotations

import json
import shlex
import tomllib
from pathlib import Path

import pytest

from cwm_demo.__main__ import COMMANDS, main
from cwm_demo.evaluate.compare import (
    ResultError,
    Series,
    all_series,
    evenness,
    imagined_parts,
    misled,
    overlap,
    read_result,
)
from cwm_demo.evaluate.evaluate import evaluate
from cwm_demo.evaluate.outputs import RESULTS
from cwm_demo.evaluate.provenance import save
from cwm_demo.execution.tracer import trace
from tests.evaluate.test_evaluate import ADD, Direct, Model

ROOT = Path(__file__).parents[2]


def score(hits: int, n: int) -> dict:
    return {"value": hits / n, "n": n, "low": hits / n, "high": hits / n} if n else {"value": None, "n": 0}


def program(
    key: int, imagined: bool | None = None, direct: bool | None = None, parts: str | None = None
) -> dict:
    where = {"frame": 1, "verdict": parts} if parts else None
    return {"id": f"p{key}", "frames": 5, "imagined": imagined, "direct": direct, "parts": where}


def result(**changes: object) -> dict:
    data = {"suite": "s", "model": "m", "n": 10, "imagine": {"output_pass": score(5, 10)}, "programs": []}
    return data | changes


def read(name: str = "x", **changes: object):
    return read_result(json.dumps(result(**changes)), name)


def test_what_evaluate_writes_can_be_read(tmp_path: Path) -> None:
    made = evaluate([ADD], Model(), trace, suite="s", model="m", direct=Direct("4"))
    save(made.to_json(), tmp_path / "r.json")
    found = read_result((tmp_path / "r.json").read_text(), "r.json")
    assert [each.label for each in all_series([found])] == ["m, trace first", "m, at once"]
    assert (found.programs["add"].imagined, found.programs["add"].direct) == (True, False)
    assert found.answers == {"other value": 1}
    assert "python -m cwm_demo" in found.origin


def test_shipped_results_of_evaluate_can_be_read() -> None:
    names = [path for path in RESULTS.glob("*.json") if "suite" in json.loads(path.read_text())]
    assert names
    for path in names:
        assert read_result(path.read_text(encoding="utf-8"), path.name).rates, path.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("{", "line 1, column 2"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "“the whole file” should be an object"),
        ("{}", "should be"),
        (json.dumps(result(suite=3)), "“suite” should be a text"),
        (json.dumps(result(model="m" * 2_000)), "“model”"),
        (json.dumps(result(n=-1)), "“n” should be a count"),
        (json.dumps(result(imagine={})), "one of them at least"),
        (json.dumps(result(imagine={"output_pass": {"n": 1}})), "a share with low, high and n"),
        (
            json.dumps(result(imagine={"output_pass": {"value": 2, "low": 1, "high": 3, "n": 1}})),
            "from 0 to 1",
        ),
        (json.dumps(result(imagine={"output_pass": score(1, 1) | {"value": float("nan")}})), "a share"),
        (json.dumps(result(by_length=[1])), "“by_length” should be an object"),
        (json.dumps(result(failures=[{"verdict": "<b>"}])), "one of line, state"),
        (json.dumps(result(programs=[program(1), program(1)])), "comes twice"),
        (json.dumps(result(programs=[program(1) | {"imagined": "yes"}])), "true, false or null"),
        (json.dumps(result(programs=[program(1, parts="bad")])), "one of line"),
    ],
)
def test_what_is_no_result_is_told(text: str, said: str) -> None:
    with pytest.raises(ResultError) as error:
        read_result(text, "mine.json")
    assert said in str(error.value) and "mine.json" in str(error.value)


def test_evenness_tells_piled_up_failures_from_even_ones() -> None:
    def lengths(*rights: int) -> dict:
        return {f"g{i}": {"imagine": {"output_pass": score(right, 20)}} for i, right in enumerate(rights)}

    piled = evenness(read(by_length=lengths(20, 19, 2)).by_length, "imagine")
    assert (piled.lowest[0], piled.highest[0]) == ("g0", "g2")
    assert piled.highest[1].value == pytest.approx(0.9) and piled.chance < 0.01
    assert evenness(read(by_length=lengths(10, 10, 10)).by_length, "imagine").chance > 0.9
    assert evenness(read(by_length=lengths(20, 20)).by_length, "imagine").chance > 0.9  # nothing failed
    assert evenness(read(by_length=lengths(20)).by_length, "imagine") is None
    assert evenness(read().by_length, "imagine") is None


def test_failures_where_the_world_model_s_trace_was_wrong() -> None:
    fates = [program(i, imagined=i >= 8, parts="state" if i < 10 else None) for i in range(20)]
    world = read(programs=fates)
    text = read(model="t", programs=[program(i, direct=i % 2 == 0) for i in range(20)])
    own, other = misled(world, Series(world, "imagine")), misled(world, Series(text, "direct"))
    assert (own.where_wrong.hits, own.where_right.hits, own.where_wrong.n) == (8, 0, 10)
    assert (other.where_wrong.value, other.where_right.value) == (0.5, 0.5)
    assert imagined_parts(world) == {"state": 10}
    elsewhere = read(suite="other", programs=fates)
    assert misled(world, Series(elsewhere, "imagine")) is None
    old = result()
    del old["programs"]
    assert misled(read_result(json.dumps(old), "old"), Series(text, "direct")) is None


def test_overlap_counts_the_same_programs() -> None:
    one = read(programs=[program(0, imagined=True), program(1, imagined=True), program(2, imagined=False)])
    two = read(
        programs=[program(0, direct=True), program(1, direct=False), program(2), program(3, direct=True)]
    )
    found = overlap(Series(one, "imagine"), Series(two, "direct"))
    assert list(found.values()) == [1, 1, 0, 0]
    assert overlap(Series(one, "direct"), Series(two, "direct")) is None


def test_every_command_on_the_page_is_one_that_the_command_line_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = tomllib.loads((ROOT / "assets" / "compare" / "commands.toml").read_text())["commands"]
    seen = []
    module = __import__(COMMANDS["evaluate"][0], fromlist=["main"])
    monkeypatch.setattr(module, "main", lambda args: seen.append(args) or 0)
    for entry in entries:
        for command in entry["commands"]:
            python, dash, package, *words = shlex.split(command)
            assert (python, dash, package) == ("python", "-m", "cwm_demo")
            assert main(words) == 0
    assert len(seen) == sum(len(entry["commands"]) for entry in entries)
    assert any(args.model == "facebook/cwm" and args.server is None for args in seen)
    assert any(args.server and args.traces == "cwm" for args in seen)
