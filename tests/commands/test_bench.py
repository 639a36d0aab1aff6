"""The report of `bench`: what was measured, beside what, and whether the target is met."""

import json
from types import SimpleNamespace

import pytest

from benchmarks.row import Row, beside_ms
from cwm_demo.commands import bench

FAST = Row("replay", 20.0, "ms", "generate", 400.0, at_most=50, at_least_times=15)
SLOW = Row("training", 500.0, "tokens/s", "plain loop", 1000.0, more_is_better=True, at_least_times=1)
PLAIN = Row("memory", 812.4, "MiB")


def test_a_ratio_says_how_many_times_as_good():
    assert (FAST.ratio, FAST.met) == (20, True)
    assert (SLOW.ratio, SLOW.met) == (0.5, False)
    assert (PLAIN.ratio, PLAIN.met) == (None, None)
    assert not Row("replay", 60.0, "ms", "generate", 6000.0, at_most=50, at_least_times=15).met


def test_two_ways_are_timed_in_turn():
    order = []
    one, other = beside_ms(lambda: order.append("a"), lambda: order.append("b"), repeat=2)
    assert order == list("ababab") and one >= 0 and other >= 0


@pytest.fixture
def measured(monkeypatch):
    def fails():
        raise RuntimeError("no browser\nat all")

    parts = {"replay": lambda: [FAST, PLAIN], "training": lambda: [SLOW], "click": fails}
    monkeypatch.setattr(
        bench, "import_module", lambda name: SimpleNamespace(measure=parts[name.removeprefix("benchmarks.")])
    )
    return list(parts)


def test_the_report_and_the_json_hold_what_was_measured(measured, tmp_path, capsys):
    out, report = tmp_path / "benchmarks.json", tmp_path / "benchmarks.md"
    args = SimpleNamespace(only=measured, json=False, out=out, report=report)
    assert bench.main(args) == 1  # one part failed, and the others are there
    rows = json.loads(out.read_text())["rows"]
    assert [(row["part"], row["what"], row["met"]) for row in rows] == [
        ("replay", "replay", True),
        ("replay", "memory", None),
        ("training", "training", False),
    ]
    text = report.read_text()
    assert (
        "| replay | 20 ms | generate 400 ms | 20.0 times | at least 15 times, at most 50 ms: **met** |"
        in text
    )
    assert "| memory | 812 MiB |  |  |  |" in text
    assert "| 0.5 times | at least 1 times: missed |" in text
    assert "Not measured: RuntimeError: no browser" in text
    assert "replay" in capsys.readouterr().out
