"""Experiments with small models: planned as they say, resumed, measured alike, never more than was seen."""

from __future__ import annotations

import argparse
import json
import os
import signal

import numpy as np
import pytest
import torch

from cwm_demo.trace.text import Tokens
from cwm_demo.train import small, stages, trainer
from cwm_demo.train.data import load_documents
from cwm_demo.train.experiments import AXES, Trial, planned
from cwm_demo.train.small import going_on, share, size_of, with_traces
from cwm_demo.train.tokenizer import build
from tests.train.conftest import write_corpus
from tests.train.page import RESULTS, drawn


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("experiments")
    write_corpus(root / "corpus", 120)
    return root


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """A part of the catalogue is enough."""
    whole = small.load_catalogue
    monkeypatch.setattr(small, "load_catalogue", lambda: dict(list(whole().items())[:1]))


def parsed(root, *words) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    stages.add_arguments(parser)
    places = [f"--{name}={root / name}" for name in ("corpus", "experiments")]
    places.append(f"--results={root / RESULTS}")
    return parser.parse_args(["experiments", *places, "--quiet", "--depth=2", *map(str, words)])


def result(root, name: str) -> dict:
    return json.loads((root / RESULTS / f"{name}.json").read_text())


def after_each_model(root, name: str, call: str) -> list[str]:
    """What the page shows of a finished file, and of it as it stood after each of its models."""
    whole, path, shown = result(root, name), root / RESULTS / f"{name}.json", []
    for count in range(1, whole["of"] + 1):
        part = whole | {"runs": whole["runs"][:count], "finished": count == whole["of"]}
        if not part["finished"]:
            part.pop("extrapolation", None)
        path.write_text(json.dumps(part))
        shown.append(drawn(root, call))
        assert ("So far" in shown[-1]) is not part["finished"], shown[-1]
        assert "from one seed" in shown[-1] and "Measured by" in shown[-1]
    return shown


def test_the_mix_goes_from_no_traces_to_traces_alone(root):
    assert stages.main(parsed(root, "--only", "mix", "--tokens", 12_288)) == 0
    found = result(root, "mix")
    assert found["finished"] and found["of"] == 4 and {"date", "commit", "command"} <= found.keys()
    assert [run["share"] for run in found["runs"]] == [0.0, 0.1, 0.3, 1.0]
    assert {run["tokens"] for run in found["runs"]} == {12_288}
    assert len({run["steps"] for run in found["runs"]}) == 1
    assert all(run["rate"] == 0.02 and run["weight_decay"] > 0 for run in found["runs"])
    none, *others = (run["scores"] for run in found["runs"])
    assert "generated" not in none and none["source_loss"] > 0
    for scores in others:
        for suite in ("generated", "catalogue"):
            for side in ("frame", "state", "action"):
                score = scores[suite][side]
                assert 0 <= score["low"] <= score["value"] <= score["high"] <= 1 and score["n"] > 0
    starts = list((root / "experiments").glob("start-*"))
    assert len(starts) == 1  # one pre-training for all of them
    first, *_, last = after_each_model(root, "mix", "training_experiments.mix()")
    assert "Nothing to draw yet." in first and "is not asked for frames" in first
    assert "What it costs: the loss on source" in first and "So far 1 of 4 models." in first
    assert "whole frames right, %: held-out generated programs" in last and " at 100 %" in last
    assert "95 % intervals over the programs" in last


def test_models_that_are_there_are_not_trained_again(root, monkeypatch):
    args = parsed(root, "--only", "window", "--tokens", 4_096, "--window", 32)
    assert stages.main(args) == 0
    before = result(root, "window")
    monkeypatch.setattr(small, "train", lambda *_, **__: pytest.fail("trained again"))
    assert stages.main(args) == 0
    assert result(root, "window")["runs"] == before["runs"]
    full, local = before["runs"]
    assert (full["window"], local["window"]) == (None, 32) and full["parameters"] == local["parameters"]
    far = local["scores"]["generated"]
    assert 0 < far["far"]["n"] <= far["frame"]["n"]  # frames that begin beyond the window
    one, both = after_each_model(root, "window", "training_experiments.window()")
    assert "full attention" in one and "windows of 32 tokens" not in one and "intervals" not in one
    assert "windows of 32 tokens, one layer in four global" in both and "Of those beyond the window" in both


def test_an_experiment_that_is_stopped_goes_on(root, monkeypatch):
    words = ["--only", "growth", "--sizes", 2, 3, "--tokens", 4_096, "--step-tokens", 2048, "--seed", 5]
    real = trainer._forward_backward
    count = 0

    def stopping(*given):
        nonlocal count
        count += 1
        if count == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(trainer, "_forward_backward", stopping)
        assert stages.main(parsed(root, *words)) == 130
    assert stages.main(parsed(root, *words)) == 0
    found = result(root, "growth")
    assert found["finished"] and len(found["runs"]) == found["of"] == 8
    assert {(run["depth"], run["traces"]) for run in found["runs"]} == {
        (size, count) for size in (2, 3) for count in (None, 4, 13, 39)
    }
    assert found["runs"][0]["different_traces"] == 117  # 3 of 120 programs are held out
    first, second, *_, last = after_each_model(root, "growth", "training_experiments.growth()")
    assert "there is no second model to compare with" in first
    assert "on held-out generated programs over the number of parameters" in second
    for count in (4, 13, 39, 117):
        assert f"{count} traces" in last
    assert "M parameters: " in last and "no second model" not in last


def test_growth_shows_its_two_curves_first():
    args = argparse.Namespace(depth=4, tokens=None, step_tokens=None, seed=0, sizes=[2, 3, 4], window=8)
    args.rate = None
    cells = [(trial.depth, trial.traces) for trial in planned("growth", args, 2_700)]
    assert cells[:6] == [(2, None), (3, None), (4, None), (4, 100), (4, 300), (4, 900)]
    assert len(cells) == len(set(cells)) == 12


@pytest.mark.parametrize("depth, parameters", [(2, 0.21e6), (3, 0.5e6), (4, 1.03e6)])
def test_three_sizes_up_to_a_million(depth, parameters):
    from cwm_demo.train.model import new_model, parameter_count

    tokens = Tokens(build())
    model = new_model(size_of(depth, len(tokens), tokens.special))
    assert parameter_count(model) == pytest.approx(parameters, rel=0.1)
    assert set(model.config.layer_types) == {"full_attention"}


def test_a_local_layer_sees_its_window_and_no_further():
    from cwm_demo.train.model import new_model

    tokens = Tokens(build())
    config = size_of(4, len(tokens), tokens.special, window=8)
    assert config.layer_types == ["full_attention"] + 3 * ["sliding_attention"]
    model = new_model(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.02 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(1)))
        layers, model.model.layers = model.model.layers, model.model.layers[1:2]
        model.config.layer_types = config.layer_types = ["sliding_attention"]
        ids = torch.randint(20, 200, (1, 30), generator=torch.Generator().manual_seed(0))
        other = ids.clone()
        other[0, :10] = 5
        one, two = (
            model.model(input_ids=each, use_cache=False).last_hidden_state[0] for each in (ids, other)
        )
    assert len(layers) == 4
    torch.testing.assert_close(one[18:], two[18:])
    assert not torch.allclose(one[16], two[16])


def test_fewer_traces_are_among_more(root):
    documents, _ = load_documents(root / "corpus")
    few, more = (with_traces(documents, count, 0) for count in (5, 20))
    assert few.traces.sum() == 5 and more.traces.sum() == 20
    assert (~few.traces).sum() == (~documents.traces).sum()
    texts = [{tuple(part.ids(i)) for i in np.flatnonzero(part.traces)} for part in (few, more)]
    assert texts[0] < texts[1]


def test_an_interval_is_over_documents_not_over_frames():
    alike, mixed = share([(5, 10)] * 20), share([(10, 10), (0, 10)] * 10)
    assert alike == {"value": 0.5, "n": 200, "low": 0.5, "high": 0.5}
    assert mixed["low"] < 0.35 and mixed["high"] > 0.65
    assert share([])["value"] is None


def test_what_is_extrapolated_is_a_line_and_says_so():
    def run(traces: int, error: float, depth: int = 4) -> dict:
        score = {"value": 1 - error, "low": 1 - 1.1 * error, "high": 1 - 0.9 * error}
        scores = {"generated": {"frame": score}}
        return {"different_traces": traces, "depth": depth, "parameters": depth, "scores": scores}

    axes = AXES["growth"]
    found = going_on([run(100, 0.8), run(400, 0.4), run(1600, 0.2)], axes)
    assert "nobody has measured" in found["note"]
    assert found["different_traces"]["slope"] == pytest.approx(-0.5)
    assert found["different_traces"]["halved_at"] == pytest.approx(6400, rel=0.01)
    assert "parameters" not in found  # one size is no line
    assert going_on([run(100, 0.8), run(400, 0.4)], axes) == {}
    level = going_on([run(100, 0.8), run(400, 0.41), run(1600, 0.39), run(3200, 0.4)], axes)
    assert level["different_traces"] == {"points": 4, "level_from": 400, "last": 3200}


def test_a_budget_changes_nothing_but_how_much_is_read(root):
    assert stages.main(parsed(root, "--only", "budget", "--tokens", 32_768)) == 0
    found = result(root, "budget")
    assert [run["tokens"] for run in found["runs"]] == [2_048, 8_192, 32_768]
    assert len({(run["depth"], run["share"], run["different_traces"]) for run in found["runs"]}) == 1
    *_, last = after_each_model(root, "budget", "training_experiments.budget()")
    assert "over the number of tokens of mid-training" in last


def test_a_trial_is_trained_at_its_rate(root):
    usual, gentle = (
        planned("window", parsed(root, "--tokens", 40_960, *words), 10)[0] for words in ((), ("--rate", 0.01))
    )
    assert usual.name != gentle.name  # another model, in a folder of its own
    recipe = small.recipe_of(gentle, parsed(root))
    assert (usual.rate, recipe.matrix_lr, recipe.other_lr) == (0.02, 0.01, 0.005)
    assert small.recipe_of(usual, parsed(root)).matrix_lr == 0.02


def test_minutes_are_refused(root, capsys):
    assert stages.main(parsed(root, "--minutes", 1)) == 2
    assert "--tokens" in capsys.readouterr().err
    assert Trial(4, 0.3).name == "d4-t30-nall-wfull-2000000-b4096-s0-r0.02"
