"""From a corpus to two checkpoints that anyone's code opens."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

import pytest
import torch

from cwm_demo.train import stages
from cwm_demo.train.card import _corpus, _mid
from cwm_demo.train.trainer import Recipe
from tests.train.conftest import write_corpus


def parsed(*words) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    stages.add_arguments(parser)
    return parser.parse_args([str(word) for word in words])


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A corpus of a few programs, and both twins trained on it for a few steps."""
    root = tmp_path_factory.mktemp("train")
    write_corpus(root / "corpus", 40)
    for words in (
        ["pretrain", "--tokens", 8192],
        ["mid", "--data", "traces", "--tokens", 12288],
        ["mid", "--data", "source", "--tokens", 12288],
    ):
        assert stages.main(command(root, *words)) == 0
    return root


def command(root, *words) -> argparse.Namespace:
    places = [f"--{name}={root / name}" for name in ("corpus", "runs", "models")]
    return parsed(*words, *places, "--depth=2", "--quiet")


IDS = torch.arange(20, 120)[None]


@pytest.mark.parametrize("name", ["cwm", "standard"])
def test_a_checkpoint_opens_in_float32_with_the_logits_that_were_trained(folders, name):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from cwm_demo.train.model import config_for, new_model
    from cwm_demo.train.trainer import load_state

    loaded = AutoModelForCausalLM.from_pretrained(folders / "models" / name)
    assert type(loaded).__name__ == "CwmForCausalLM" and loaded.dtype == torch.float32
    assert loaded.lm_head.weight is loaded.model.embed_tokens.weight
    tokenizer = AutoTokenizer.from_pretrained(folders / "models" / name)
    assert len(tokenizer) == loaded.config.vocab_size
    assert tokenizer.eos_token_id == loaded.config.eos_token_id == loaded.generation_config.eos_token_id

    config = loaded.config
    trained = new_model(config_for(2, config.vocab_size, config.bos_token_id, config.eos_token_id, 0))
    load_state(folders / "runs" / name, trained)
    for weight in trained.parameters():
        weight.data = weight.data.half().float()
    assert torch.equal(loaded(IDS).logits, trained(IDS).logits)


def test_a_checkpoint_is_a_llama_too(folders):
    from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

    cwm = AutoModelForCausalLM.from_pretrained(folders / "models" / "cwm")
    settings = cwm.config.to_dict()
    for key in ("model_type", "architectures", "layer_types", "sliding_window"):
        settings.pop(key)
    llama = LlamaForCausalLM(LlamaConfig(**settings)).eval()
    llama.load_state_dict(cwm.state_dict())
    torch.testing.assert_close(llama(IDS).logits, cwm(IDS).logits, rtol=0, atol=0)


def test_the_twins_differ_in_their_data_alone(folders):
    cwm, standard = (
        json.loads((folders / "models" / n / "training.json").read_text()) for n in stages.TWINS.values()
    )
    for key in ("tokens", "step"):
        assert cwm["progress"][key] == standard["progress"][key]
    for key in ("depth", "seed", "start", "recipe"):
        assert cwm["stage"][key] == standard["stage"][key]
    differing = {
        key for key in cwm["stage"]["mix"] if cwm["stage"]["mix"][key] != standard["stage"]["mix"][key]
    }
    assert differing == {"traces"}
    assert cwm["start"] == standard["start"] and cwm["parameters"] == standard["parameters"]


def test_the_card_says_what_was_read_and_what_it_cost(folders):
    card = (folders / "models" / "cwm" / "README.md").read_text()
    assert card.startswith("---\nlicense: apache-2.0\n")
    assert "| pre-training | 64 × 2 | 8,192 | 2 |" in card
    assert "| mid-training, round 1 | 64 × 2 | 12,288 | 3 |" in card
    assert "corpus .data/corpus-0 --seed 0 --tokens " in card
    assert "train mid --data traces --depth 2 --tokens 12288 --rate 0.02 --weight-decay 0.3 " in card


def test_the_card_s_commands_are_understood(folders):
    card = (folders / "models" / "cwm" / "README.md").read_text()
    block = card[card.index("## To make it again") :].split("```")[1]
    lines = [line.split() for line in block.splitlines() if line.startswith("python -m cwm_demo train")]
    assert [line[4] for line in lines] == ["pretrain", "mid"]
    for line in lines:
        parsed(*line[4:])


def test_a_pair_can_be_deeper_than_its_dial_says_from_the_start(folders):
    places = [f"--{name}={folders / 'deep' / name}" for name in ("runs", "models")]
    places += [f"--corpus={folders / 'corpus'}", "--depth=2", "--layers=3", "--rate=0.01", "--quiet"]
    places += ["--seed=3"]
    for words in (["pretrain"], ["mid", "--data", "traces"]):
        assert stages.main(parsed(*words, "--tokens", 4096, *places)) == 0
    made = folders / "deep" / "models" / "cwm"
    config = json.loads((made / "config.json").read_text())
    assert (config["num_hidden_layers"], config["hidden_size"]) == (3, 64)
    card = (made / "README.md").read_text()
    assert "train pretrain --depth 2 --layers 3 --tokens 4096 --rate 0.01 --weight-decay 0.3 " in card
    again = [line for line in card.splitlines() if line.startswith("python -m cwm_demo train ")]
    assert len(again) == 2 and all("--seed 3 " in line for line in again)  # else another start
    assert "| pre-training | 64 × 3 | 4,096 |" in card


@pytest.mark.parametrize(("asked", "named"), [("", False), (" --weight-decay 0", True)])
def test_no_weight_decay_is_named_where_it_was_asked_for(folders, asked, named):
    """A command from before that option wouldn't know it."""
    record = json.loads((folders / "models" / "cwm" / "training.json").read_text())
    record["stage"]["recipe"]["weight_decay"] = 0.0
    record["command"] = "python -m cwm_demo train mid --data traces" + asked
    assert ("--weight-decay 0.0 " in _mid(record, "here", "")) is named


def test_a_corpus_of_other_shares_is_made_again_with_them():
    report = {"seed": 1, "size": {"trace": 50, "source": 20}, "given": ["sums=0.5", "plain=0.4"]}
    assert _corpus(report, "here") == (
        "python -m cwm_demo corpus here --seed 1 --tokens 50 --source-tokens 20 --mix sums=0.5 plain=0.4"
    )


def test_weights_are_halves_on_disk(folders):
    from safetensors import safe_open

    with safe_open(folders / "models" / "cwm" / "model.safetensors", "pt") as file:
        names = set(file.keys())
        assert {file.get_tensor(name).dtype for name in names} == {torch.float16}
        assert "lm_head.weight" not in names


def test_two_runs_in_one_folder_are_refused(folders, capsys):
    """Another process holds it; once that has ended, however it did, the same command goes on."""
    words = ["pretrain", "--tokens", 8192]
    code = "import sys, pathlib; from cwm_demo.train.lock import alone\n"
    code += "with alone(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", code, folders / "runs" / "pretrain"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert other.stdout.readline() == "held\n"
        assert stages.main(command(folders, *words)) == 2
        assert "another process is training in" in capsys.readouterr().err
    finally:
        other.kill()
        other.communicate()
    assert stages.main(command(folders, *words)) == 0


def test_the_recipe_is_what_was_asked_for(folders):
    words = ["mid", "--data", "traces", "--tokens", 8192]
    further = ["--from", folders / "models" / "cwm"]
    asked = ["--weight-decay", 0.02, "--rate", 0.01, "--decay-from", 0]
    recipes = [stages._twin(command(folders, *words, *more)).recipe for more in ([], further, asked)]
    assert [recipe.weight_decay for recipe in recipes] == [Recipe(tokens=8192).decay, 0.0, 0.02]
    assert [recipe.matrix_lr for recipe in recipes] == [Recipe().matrix_lr] * 2 + [0.01]
    assert recipes[2].decay_from == 0


def test_another_course_is_refused(folders, capsys):
    words = ["pretrain", "--tokens", 9000, "--seed", 5]
    assert stages.main(command(folders, *words)) == 2
    assert "other settings" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words, message",
    [
        (["mid", "--tokens", 10], "needs --data"),
        (["mid", "--data", "traces"], "needs a budget"),
        (["all", "--tokens", 10], "give no --tokens"),
        (["mid", "--data", "traces", "--tokens", 10, "--runs", "/nonexistent"], "run that stage first"),
        (["mid", "--data", "source", "--tokens", 10, "--source-share", 0.2], "nothing but source"),
        (["sft", "--data", "source", "--layers", 8], "--layers goes with pretrain"),
        (["full", "--weight-decay", 0.1], "--weight-decay goes with pretrain"),
    ],
)
def test_what_cannot_be_done_is_said(words, message, capsys):
    assert stages.main(parsed(*words)) == 2
    assert message in capsys.readouterr().err


def test_help_does_not_wait_for_torch():
    code = "import sys, cwm_demo.train.stages; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_another_round_grows_a_checkpoint_and_keeps_the_record(folders):
    once = folders / "models" / "cwm"
    words = ["mid", "--data", "traces", "--tokens", 8192, "--from", once, "--source-share", 0.5]
    args = parsed(
        *words, "--depth=4", "--layers=5", f"--corpus={folders / 'corpus'}", f"--runs={folders / 'again'}",
        f"--models={folders / 'more'}", "--quiet",
    )  # fmt: skip
    assert stages.main(args) == 0
    training = json.loads((folders / "more" / "cwm" / "training.json").read_text())
    assert [record["progress"]["tokens"] for record in training["rounds_before"]] == [12288]
    assert training["start"]["stage"]["name"] == "pretrain"
    shares = [record["stage"]["mix"]["source_share"] for record in (*training["rounds_before"], training)]
    assert shares == [0.15, 0.5]
    log = [json.loads(line) for line in (folders / "more" / "cwm" / "log.jsonl").read_text().splitlines()]
    assert log[0]["stage"] == "pretrain"
    assert {entry.get("round") for entry in log if entry["stage"] == "cwm"} == {1, 2}
    card = (folders / "more" / "cwm" / "README.md").read_text()
    assert "mid-training, round 2 | 128 × 5 | 8,192" in card and "--depth 4 --layers 5 --tokens" in card
    assert json.loads((folders / "more" / "cwm" / "config.json").read_text())["num_hidden_layers"] == 5
    assert "--source-share 0.5" in card and "with 15% to 50% (by round) of the tokens plain source" in card
    assert stages.main(args) == 0  # finished: the same command writes the same once more


def test_a_round_needs_a_checkpoint_that_opens(folders, capsys):
    words = ["mid", "--data", "traces", "--tokens", 8192, "--from", folders / "nowhere"]
    args = parsed(*words, f"--corpus={folders / 'corpus'}", f"--runs={folders / 'none'}", "--quiet")
    assert stages.main(args) == 2
    assert "no checkpoint" in capsys.readouterr().err
