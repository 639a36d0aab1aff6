"""Training on a machine that is lent for minutes: in order, stopped in time, gone on with, packed small."""

from __future__ import annotations

import argparse
import io
import tarfile
from pathlib import Path

import pytest

from cwm_demo.train import corpus, lent, stages


def parsed(root: Path, *words: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    stages.add_arguments(parser)
    places = [f"--{name}={root / name}" for name in ("corpus", "runs", "models", "results", "tasks", "out")]
    return parser.parse_args(["full", *places, *map(str, words)])


def test_every_step_is_a_command_that_there_is(tmp_path: Path) -> None:
    from cwm_demo.commands import evaluate

    modules = {"corpus": corpus, "train": stages, "evaluate": evaluate}
    names = []
    for step in lent.steps(parsed(tmp_path, "--mbpp", "mbpp.jsonl", "--eager")):
        parser = argparse.ArgumentParser()
        modules[step.command[0]].add_arguments(parser)
        args = parser.parse_args(step.command[1:])
        names.append(step.name)
        if step.command[0] == "train" and args.stage in ("pretrain", "mid"):
            assert (args.depth, args.step_tokens, args.micro_tokens) == (lent.DEPTH, lent.STEP, lent.STEP)
            assert args.eager
    assert names[:5] == ["corpus", "pretrain", "mid-traces", "mid-source", "tasks"]
    assert names[5:] == ["sft-traces", "sft-source", "rl-traces", "rl-source", "catalogue"]


def test_the_pair_fits_what_is_shipped() -> None:
    from cwm_demo.trace.text import BEGIN, END, PAD, Tokens
    from cwm_demo.train.model import config_for, new_model, parameter_count
    from cwm_demo.train.tokenizer import build

    tokens = Tokens(build())
    special = tokens.special
    model = new_model(config_for(lent.DEPTH, len(tokens), special[BEGIN], special[END], special[PAD]))
    assert parameter_count(model) > 8e6
    assert 4 * parameter_count(model) < 45e6  # two models, two bytes a weight


@pytest.fixture
def two_steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """One that is done at once, and one that would go on: `trace` of a file that is there only later."""
    file = tmp_path / "program.py"
    steps = [
        lent.Step("first", ("trace", "assets/programs/tally.py", "--json")),
        lent.Step("second", ("trace", str(file))),
    ]
    monkeypatch.setattr(lent, "steps", lambda args: iter(steps))
    return [str(file)]


def test_a_step_that_fails_is_taken_again_and_those_done_are_not(
    two_steps, tmp_path, monkeypatch, capsys
) -> None:
    args = parsed(tmp_path)
    assert lent.main(args) == 2  # there is no such file
    assert (tmp_path / "runs" / "done" / "first").exists()
    assert not (tmp_path / "runs" / "done" / "second").exists()
    Path(two_steps[0]).write_text("x = 1\n")
    taken = []
    real = lent._run
    monkeypatch.setattr(lent, "_run", lambda step, deadline: taken.append(step.name) or real(step, deadline))
    assert lent.main(args) == 0
    capsys.readouterr()
    assert lent.main(args) == 0
    assert taken == ["second"]
    assert "nothing is left to do" in capsys.readouterr().out


def test_a_step_that_others_do_not_need_may_fail_and_is_told_at_the_end(tmp_path, monkeypatch) -> None:
    steps = [lent.Step("sft", (), needed=False), lent.Step("rl", (), needed=False)]
    monkeypatch.setattr(lent, "steps", lambda args: iter(steps))
    monkeypatch.setattr(lent, "_run", lambda step, deadline: 2 if step.name == "sft" else 0)
    assert lent.main(parsed(tmp_path)) == 2
    assert [file.name for file in (tmp_path / "runs" / "done").iterdir()] == ["rl"]


def test_at_the_deadline_the_step_is_asked_to_stop(two_steps, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(lent.subprocess, "Popen", Going)
    assert lent.main(parsed(tmp_path, "--stop-after", 0.001)) == 130
    assert Going.signals == [lent.signal.SIGTERM]
    assert not (tmp_path / "runs" / "done" / "first").exists()


class Going:
    """A process that ends when it is asked to."""

    signals: list[int] = []

    def __init__(self, command: list[str]) -> None:
        self.asked = False

    def wait(self, timeout: float | None = None) -> int:
        if not self.asked:
            raise lent.subprocess.TimeoutExpired("train", timeout or 0)
        return 130

    def send_signal(self, number: int) -> None:
        self.asked = True
        self.signals.append(number)


def test_models_are_packed_in_small_files_as_far_as_there_is_room(tmp_path: Path) -> None:
    weights = {"cwm": b"a" * 5_000, "standard": b"b" * 5_000, "cwm-sft": b"c" * 5_000}
    for name, data in weights.items():
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "model.safetensors").write_bytes(data)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "sft.json").write_text("{}")
    (tmp_path / "runs").mkdir()
    parts = lent.pack(parsed(tmp_path, "--part", 4096, "--room", 12_000))
    assert len(parts) > 2 and all(part.stat().st_size <= 4096 for part in parts)
    assert sorted((tmp_path / "out").iterdir()) == parts
    whole = io.BytesIO(b"".join(part.read_bytes() for part in parts))
    with tarfile.open(fileobj=whole) as tar:
        names = tar.getnames()
        assert tar.extractfile("models/standard/model.safetensors").read() == weights["standard"]
    assert "assets/results/sft.json" in names and "models/cwm-sft" not in names
    parts = lent.pack(parsed(tmp_path, "--part", 4096, "--pack", "cwm-sft"))
    assert b"c" * 100 in b"".join(part.read_bytes() for part in parts)


def test_options_of_single_stages_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert lent.main(parsed(tmp_path, "--minutes", 5, "--fresh")) == 2
    assert "--minutes, --fresh" in capsys.readouterr().err


def test_a_folder_is_needed(capsys: pytest.CaptureFixture) -> None:
    parser = argparse.ArgumentParser()
    stages.add_arguments(parser)
    assert stages.main(parser.parse_args(["full"])) == 2
    assert "--out" in capsys.readouterr().err
