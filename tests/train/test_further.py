"""Fine-tuning and reinforcement learning of a tiny model: what is learnt, kept and put on record."""

from __future__ import annotations

import argparse
import json

import pytest
import torch

from cwm_demo.trace.text import Tokens
from cwm_demo.train import rl, stages
from cwm_demo.train.history import costs, history
from cwm_demo.train.lock import alone
from cwm_demo.train.model import config_for, new_model
from cwm_demo.train.tasks import build
from cwm_demo.train.tasks.task import Task, prompt_ids
from cwm_demo.train.tasks.writer import write_lines
from cwm_demo.train.tokenizer import build as tokenizer
from cwm_demo.train.tokenizer import save
from cwm_demo.ui.training_further import METHODS
from tests.train.conftest import adding, write_corpus
from tests.train.page import RESULTS, drawn


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A corpus, tasks that all miss the same line, and a fresh model as the checkpoint to begin with."""
    root = tmp_path_factory.mktemp("further")
    write_corpus(root / "corpus", 60)
    tokens, rows = Tokens(tokenizer()), []
    for number in range(60):
        calls = tuple(f"f({n})" for n in (1, 2, 3))
        results = tuple(str(n + number) for n in (1, 2, 3))
        rows.append(Task(adding(number), 3, calls, results, number, "generated"))
    (root / "tasks").mkdir()
    with open(root / "tasks" / "tasks-00000.jsonl", "w") as file:
        file.writelines(json.dumps(task.to_json()) + "\n" for task in rows)
    special = tokens.special
    model = new_model(config_for(2, len(tokens), special["<|begin_of_text|>"], special["<|end_of_text|>"], 0))
    for name in ("cwm", "standard"):
        model.save_pretrained(root / "models" / name)
        save(root / "models" / name)
        (root / "models" / name / "README.md").write_text("# A model\n")
        (root / "models" / name / "log.jsonl").write_text(
            '{"stage": "pretrain", "tokens": 9, "seconds": 1, "loss": 7}\n'
        )
        stage = {"name": name, "mix": {"traces": name == "cwm"}}
        spent = {"tokens": 9, "step": 1, "seconds": 1.0}
        record = {"stage": stage, "progress": spent, "start": {"progress": spent}, "command": "mid"}
        (root / "models" / name / "training.json").write_text(json.dumps(record))
    return root


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(build, "PROGRAMS", 6)  # of a shard: one in ten is held out


def run(root, *words) -> int:
    parser = argparse.ArgumentParser()
    stages.add_arguments(parser)
    places = [f"--{name}={root / name}" for name in ("corpus", "tasks", "runs", "models")]
    places.append(f"--results={root / RESULTS}")
    small = [
        "--step-tokens=1024",
        "--micro-tokens=1024",
        "--rate=0.02",
        "--measure=6",
        "--samples=2",
        "--quiet",
    ]
    return stages.main(parser.parse_args([str(words[0]), *places, *small, *map(str, words[1:])]))


@pytest.fixture(scope="module")
def tuned(root):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "PROGRAMS", 6)
        assert run(root, "sft", "--data", "traces", "--tokens", 40_000) == 0
    return root


def shown(root) -> str:
    return drawn(
        root, f"from pathlib import Path\ntraining_further.further_stages(Path({str(root)!r}, 'models'))"
    )


def test_fine_tuning_learns_the_task_and_is_on_record(tuned):
    record = json.loads((tuned / RESULTS / "sft.json").read_text())["models"]["cwm"]
    before, after = (record["scores"][when]["fill"]["pass_1"]["value"] for when in ("before", "after"))
    assert before < 0.5 < after
    assert record["cost"]["tokens"] == 40_000 and record["cost"]["steps"] == 39
    assert record["learnt"]["fillings"] == 54  # six of sixty are held out
    assert record["curve"]["loss"][-1] < record["curve"]["loss"][0]
    assert {"date", "commit", "command"} <= record.keys()
    page = shown(tuned)
    assert "World model, before" in page and "best@2" in page and "from one seed" in page
    assert "The text model has not been through this stage yet" in page and "--data source makes" in page
    assert "The loss of fine-tuning" in page and "World model from " in page
    assert set(record["scores"]["after"]["corpus"]) == {
        "source_loss",
        "trace_loss",
        "frame",
        "state",
        "action",
    }


def test_the_checkpoint_opens_and_keeps_the_record_of_the_stages_before(tuned):
    from cwm_demo.predict.checkpoint import load

    checkpoint = load(tuned / "models" / "cwm-sft")
    task = build.load_tasks(tuned / "tasks")[0]
    (lines,) = write_lines(
        checkpoint.model, checkpoint.tokens, [prompt_ids(checkpoint.tokens, task.prompt())]
    )
    assert lines[0].text == "return n"
    assert [run.stage for run in history(tuned / "models" / "cwm-sft")] == ["pretrain", "sft"]
    spent = costs(tuned / "models" / "cwm-sft")
    assert [(cost.stage, cost.tokens) for cost in spent] == [("pretrain", 9), ("cwm", 9), ("sft", 40_000)]
    assert "\n## Fine-tuning\n\n" in (tuned / "models" / "cwm-sft" / "README.md").read_text()


def test_the_text_model_s_part_stands_beside_the_world_model_s(tuned):
    assert run(tuned, "sft", "--data", "source", "--tokens", 2_048) == 0
    models = json.loads((tuned / RESULTS / "sft.json").read_text())["models"]
    both = shown(tuned)
    assert "text model has not been through" not in both and both.count("from one seed") == 1
    assert "Text model from " in both and "Not trained here yet:</b> reinforcement learning." in both
    assert set(models) == {"cwm", "standard"}
    assert models["standard"]["cost"]["tokens"] == 2_048
    mixes = [json.loads((tuned / "runs" / f"sft-{name}" / "stage.json").read_text()) for name in models]
    assert {key for key in mixes[0] if mixes[0][key] != mixes[1][key]} == {"twin", "origin"}


@pytest.mark.parametrize("method", ["expert", "grpo"])
def test_rounds_are_rewarded_by_runs_and_resumed(tuned, method, monkeypatch):
    words = ["rl", "--data", "traces", "--method", method, "--prompts", 8, f"--runs={tuned / method}"]
    with monkeypatch.context() as broken:

        def dies(*_, **__):
            raise OSError("no room")

        broken.setattr(rl, "score_fillings", dies)  # at the end of a round, before it is kept
        assert run(tuned, *words, "--rounds", 1, "--rate=0.002") == 2
    assert not (tuned / method / "rl-cwm" / "rounds.jsonl").exists()
    assert run(tuned, *words, "--rounds", 1, "--rate=0.002") == 0
    assert run(tuned, *words, "--rounds", 2, "--rate=0.002") == 0
    record = json.loads((tuned / RESULTS / "rl.json").read_text())["models"]["cwm"]
    first, second = record["rounds"]
    assert (first["lines"], first["tasks"]) == (16, 8)
    assert first["reward"] > 0.3 and first["runs"] > 0
    assert first["outcomes"]["passes"] == round(first["reward"] * 16)
    assert second["read"] == first["tokens"] + second["tokens"] == record["cost"]["tokens"]
    assert record["scores"]["after"]["fill"]["pass_1"]["value"] > 0.5
    assert [run.stage for run in history(tuned / "models" / "cwm-rl")] == ["pretrain", "sft", "rl"]
    page = shown(tuned)
    assert "Reinforcement learning" in page and f"by {METHODS[method]}" in page
    assert "The reward: the share of written lines" in page and "95 % intervals over the tasks" in page


def test_a_line_that_passes_gains_on_one_that_fails(tuned):
    """One small step of the policy gradient on a group with one of each sets them further apart."""
    from cwm_demo.predict.checkpoint import load
    from cwm_demo.train.model import Loss
    from cwm_demo.train.tasks.writer import Line

    checkpoint = load(tuned / "models" / "cwm")
    tokens, model = checkpoint.tokens, checkpoint.model
    task = build.load_tasks(tuned / "tasks")[0]
    lines = [Line(tuple(tokens.encode(f"{text}\n")), text, True) for text in ("return n", "return f")]
    group = [(task, line, outcome) for line, outcome in zip(lines, ("passes", "wrong"))]
    place = argparse.Namespace(model=model, tokens=tokens, settings=argparse.Namespace(micro_tokens=1024))
    prompt = prompt_ids(tokens, task.prompt())

    def cost(line: Line) -> float:
        ids = torch.tensor([prompt + list(line.ids)])
        weights = torch.zeros(ids.shape)
        weights[:, len(prompt) :] = 1.0
        with torch.no_grad():
            return float(Loss(model)(ids, weights).sum())

    before = [cost(line) for line in lines]
    ((ids, weights),) = rl._advantages(place, [group])
    Loss(model)(ids, weights).sum().backward()
    with torch.no_grad():
        for weight in model.parameters():
            weight -= 1e-3 * weight.grad
    after = [cost(line) for line in lines]
    assert after[1] - after[0] > before[1] - before[0] + 1e-3
    assert list(rl._advantages(place, [[group[0], group[0]]])) == []  # equal rewards say nothing


def test_samples_vary_and_greedy_lines_are_generate_s(tuned):
    from cwm_demo.predict.checkpoint import load

    checkpoint = load(tuned / "models" / "cwm-sft")
    model, tokens = checkpoint.model, checkpoint.tokens
    prompts = [prompt_ids(tokens, task.prompt()) for task in build.load_tasks(tuned / "tasks")[:3]]
    prompts.append(prompts[0][:20])  # of another length: padded
    ends = [token for token in range(len(tokens)) if tokens.ends_line(token)]
    for prompt, (line,) in zip(prompts, write_lines(model, tokens, prompts, room=8)):
        stops = [*ends, tokens.special["<|end_of_text|>"]]
        plain = model.generate(torch.tensor([prompt]), max_new_tokens=8, do_sample=False, eos_token_id=stops)
        assert plain[0, len(prompt) :].tolist() == list(line.ids)
    samples = write_lines(model, tokens, prompts, samples=6, temperature=2.0, seed=3)
    assert samples == write_lines(model, tokens, prompts, samples=6, temperature=2.0, seed=3)
    assert len({line.text for lines in samples for line in lines}) > 3


@pytest.mark.parametrize(
    "words, message",
    [
        (["sft"], "needs --data"),
        (["rl", "--data", "source", "--share", 1.5], "--share"),
        (["sft", "--data", "source", "--weight-decay", 0.1], "--weight-decay goes with"),
        (["rl", "--data", "source", "--from", "nowhere"], "no checkpoint"),
    ],
)
def test_what_cannot_be_done_is_said(root, words, message, capsys):
    assert run(root, *words) == 2
    assert message in capsys.readouterr().err


def test_other_settings_are_refused(tuned, capsys):
    assert run(tuned, "sft", "--data", "traces", "--tokens", 40_000, "--share", 0.2) == 2
    assert "other settings" in capsys.readouterr().err


def test_a_folder_that_another_process_trains_in_is_refused(root, capsys):
    with alone(root / "runs" / "rl-standard"):
        assert run(root, "rl", "--data", "source") == 2
    assert "another process is training in" in capsys.readouterr().err
