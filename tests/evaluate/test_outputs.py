"""Points beside the number of parameters, from result files of every kind."""

import json
from pathlib import Path

import pytest

from cwm_demo.evaluate.outputs import own_points, size_of

SCORE = {"value": 0.25, "n": 40, "low": 0.14, "high": 0.4}


def test_points_come_from_results_of_evaluate_alone(tmp_path: Path) -> None:
    (tmp_path / "models/cwm").mkdir(parents=True)
    (tmp_path / "models/cwm/training.json").write_text('{"parameters": 1020000}')
    files = {
        "a.json": {"suite": "s", "model": "models/cwm", "imagine": {"output_pass": SCORE}},
        "b.json": {
            "suite": "s",
            "model": "Qwen/Qwen2.5-Coder-0.5B",
            "imagine": {"output_pass": {"value": None, "n": 0, "low": None, "high": None}},
            "direct": {"output_pass": SCORE},
        },
        "bugs.json": {"model": "models/cwm", "all": {}},
        "unknown.json": {"suite": "s", "model": "somebody/thing", "imagine": {"output_pass": SCORE}},
        "list.json": [1],
    }
    for name, data in files.items():
        (tmp_path / name).write_text(json.dumps(data))
    (tmp_path / "torn.json").write_text("{")
    first, second = own_points(tmp_path, tmp_path)
    assert (first.parameters, first.score, first.how, first.n) == (0.00102, 25, "in steps", 40)
    assert (second.parameters, second.how, second.file) == (0.5, "at once", "b.json")


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Qwen/Qwen2.5-Coder-1.5B-Instruct", 1.5),
        ("a/tiny-125m", 0.125),
        ("facebook/cwm", None),
        ("", None),
        ("qwen2.5b2", None),
    ],
)
def test_size_by_name(name: str, size: float | None, tmp_path: Path) -> None:
    assert size_of(name, tmp_path) == size
