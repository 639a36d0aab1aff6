"""Training logs as pages read them: rounds laid end to end, and nothing that a damaged log could break."""

from __future__ import annotations

import json
from pathlib import Path

from cwm_demo.predict.settings import MODELS
from cwm_demo.train.history import costs, history, smoothed, training


def write(folder: Path, *records: object) -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    (folder / "log.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def record(stage: str, tokens: int, **more: object) -> dict:
    return {"stage": stage, "tokens": tokens, "seconds": tokens / 10, **more}


def test_stages_come_in_order_with_their_curves(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        record("pretrain", 100, loss=3.0),
        record("cwm", 50, loss=2.0),
        record("cwm", 100, valid={"frame": 0.5}),
    )
    first, second = history(folder)
    assert (first.stage, second.stage) == ("pretrain", "cwm")
    assert (second.tokens, second.seconds, second.rounds) == (100, 10.0, ())
    assert second.curve("loss") == ([50], [2.0])
    assert second.scores("frame") == ([100], [0.5])
    assert second.scores("state") == ([], [])


def test_a_stage_begun_anew_goes_on_where_the_round_before_ended(tmp_path: Path) -> None:
    folder = write(
        tmp_path, record("cwm", 60, loss=2.0), record("cwm", 100, loss=1.5), record("cwm", 40, loss=1.0)
    )
    (run,) = history(folder)
    assert run.curve("loss") == ([60, 100, 140], [2.0, 1.5, 1.0])
    assert (run.tokens, run.seconds, run.rounds) == (140, 14.0, (100,))


def test_rounds_are_told_by_their_number_too(tmp_path: Path) -> None:
    (run,) = history(write(tmp_path, record("cwm", 60), record("cwm", 80, round=2, loss=1.0)))
    assert (run.tokens, run.rounds, run.curve("loss")) == (140, (60,), ([140], [1.0]))


def test_a_missing_or_damaged_log_is_no_error(tmp_path: Path) -> None:
    assert history(tmp_path / "none") == []
    assert training(tmp_path / "none") == {}
    folder = write(tmp_path, record("cwm", 10, loss=1.0), '{"stage": "cwm", "tok', "[]", '{"step": 1}')
    assert [run.tokens for run in history(folder)] == [10]


def test_a_long_curve_is_thinned_and_keeps_its_mean() -> None:
    curve = list(map(float, range(1000))), [1.0, 3.0] * 500
    tokens, values = smoothed(curve, points=100)
    assert len(tokens) == len(values) == 100
    assert set(values) == {2.0}
    assert smoothed(([1.0], [2.0])) == ([1.0], [2.0])


def test_the_shipped_models_tell_their_training() -> None:
    for name in ("cwm", "standard"):
        stages = history(MODELS / name)
        assert stages[0].stage == "pretrain"
        assert stages[1].stage == name
        assert stages[1].scores("frame")[0]
        assert training(MODELS / name)["parameters"] > 0
        spent = costs(MODELS / name)
        assert [cost.stage for cost in spent[:2]] == ["pretrain", name]
        assert sum(cost.tokens for cost in spent[1:]) == stages[1].tokens


def test_every_round_has_its_costs(tmp_path: Path) -> None:
    def progress(tokens: int) -> dict:
        return {"tokens": tokens, "step": tokens // 10, "seconds": 1.0}

    start = {"progress": progress(100)}
    before = {"stage": {"name": "cwm"}, "progress": progress(200), "start": start, "command": "first"}
    last = {"stage": {"name": "cwm"}, "progress": progress(300), "start": start, "command": "second"}
    (tmp_path / "training.json").write_text(json.dumps(last | {"rounds_before": [before]}))
    assert [(cost.stage, cost.round, cost.tokens, cost.command) for cost in costs(tmp_path)] == [
        ("pretrain", 1, 100, None),
        ("cwm", 1, 200, "first"),
        ("cwm", 2, 300, "second"),
    ]
