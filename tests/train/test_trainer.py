"""Training on a toy corpus: it learns, resumes exactly, saves atomically, and stops when it must."""

from __future__ import annotations

import itertools
import math
import os
import signal
from dataclasses import replace

import pytest
import torch

from cwm_demo.train import trainer
from cwm_demo.train.data import Batches, Mix
from cwm_demo.train.model import greedy_hits
from cwm_demo.train.optimizer import optimizers_for
from cwm_demo.train.trainer import (
    FADING,
    MOST_DECAY,
    Progress,
    Recipe,
    TrainingError,
    load_state,
    read_log,
    save_state,
    train,
)
from cwm_demo.train.validation import Validation
from tests.train.conftest import ACTION, ARG, FRAME, some_documents, tiny_model

MIX = Mix(micro_tokens=256, easy_tokens=0)
RECIPE = Recipe(tokens=6_000, step_tokens=500, warmup_steps=2, log_steps=1)
SPECIAL = {"<|frame_sep|>": FRAME, "<|action_sep|>": ACTION, "<|arg_sep|>": ARG}


def run(folder, recipe=RECIPE, mix=MIX, documents=None, **options):
    model = tiny_model()
    documents = documents or some_documents(60)
    progress = train(model, Batches(documents, mix), recipe, folder, quiet=True, **options)
    return model, progress


def weights_of(model):
    return torch.cat([weight.detach().flatten() for weight in model.parameters()])


def test_a_few_documents_are_learnt_by_heart(tmp_path):
    documents = some_documents(4)
    run(
        tmp_path, replace(RECIPE, tokens=12_000), documents=documents, validate=Validation(documents, SPECIAL)
    )
    scores = read_log(tmp_path)[-1]["valid"]
    assert scores["trace_loss"] < 0.1 and scores["frame"] == 1.0


def test_twins_read_the_same_number_of_tokens_in_the_same_number_of_steps(tmp_path):
    for mix in (MIX, replace(MIX, traces=False)):
        progress = run(tmp_path / str(mix.traces), replace(RECIPE, tokens=5_500), mix)[1]
        assert (progress.tokens, progress.step, progress.finished) == (5_500, 11, True)


def test_a_step_must_hold_a_batch(tmp_path):
    with pytest.raises(ValueError, match="micro_tokens"):
        run(tmp_path, replace(RECIPE, step_tokens=100))


def test_a_step_must_hold_the_longest_document(tmp_path):
    documents = some_documents(60, longest=300)
    longest = int(documents.lengths.max())
    short = replace(MIX, micro_tokens=64)
    with pytest.raises(ValueError, match=f"step of {longest - 1} tokens .* longest document \\({longest}\\)"):
        run(tmp_path, replace(RECIPE, step_tokens=longest - 1), short, documents)
    assert not (tmp_path / "state.pt").exists()
    assert run(tmp_path, replace(RECIPE, step_tokens=longest), short, documents)[1].finished


class Stopping:
    """Validation that asks to stop, as Ctrl-C would, the first time that it is called."""

    def __init__(self, number):
        self.number = number

    def __call__(self, model):
        if self.number:
            os.kill(os.getpid(), self.number)
        self.number = 0
        return {"frame": 0.0}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_and_resumed_is_uninterrupted_bit_for_bit(tmp_path, number):
    whole, at_end = run(tmp_path / "whole")
    recipe = replace(RECIPE, validate_minutes=1e-4)
    _, stopped = run(tmp_path / "parts", recipe, validate=Stopping(number))
    assert not stopped.finished and 0 < stopped.step < at_end.step
    resumed, progress = run(tmp_path / "parts")
    assert torch.equal(weights_of(whole), weights_of(resumed))
    assert (progress.step, progress.tokens, progress.batches) == (at_end.step, at_end.tokens, at_end.batches)
    losses = [[r["loss"] for r in read_log(tmp_path / n) if "loss" in r] for n in ("whole", "parts")]
    assert losses[0] == losses[1]


def test_a_larger_budget_carries_a_finished_run_on(tmp_path):
    run(tmp_path, replace(RECIPE, tokens=2_000))
    assert run(tmp_path, replace(RECIPE, tokens=3_000))[1].tokens == 3_000


def test_a_budget_of_minutes_ends_the_run_and_counts_what_was_before(tmp_path):
    recipe = replace(RECIPE, tokens=None, minutes=0.02)
    progress = run(tmp_path, recipe)[1]
    assert progress.finished and progress.seconds >= 1.2
    assert run(tmp_path, recipe)[1].step == progress.step


def test_a_budget_is_needed(tmp_path):
    with pytest.raises(ValueError, match="budget"):
        run(tmp_path, Recipe())


def test_a_state_is_whole_whenever_saving_dies(tmp_path, monkeypatch):
    model = tiny_model()
    save_state(tmp_path, model, [], Progress(step=1))

    def dies(state, file):
        file.write(b"half a")
        raise KeyboardInterrupt

    monkeypatch.setattr(torch, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        save_state(tmp_path, model, [], Progress(step=2))
    assert load_state(tmp_path, tiny_model()).step == 1


def test_a_broken_state_is_named(tmp_path):
    (tmp_path / "state.pt").write_bytes(b"not a state")
    with pytest.raises(TrainingError, match=r"state\.pt is no state of this model"):
        run(tmp_path)


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_good_state(tmp_path, monkeypatch):
    good = run(tmp_path, replace(RECIPE, tokens=1_500))[0]
    real = trainer.Loss.forward

    def poisoned(self, ids, weights):
        return real(self, ids, weights) * float("nan")

    monkeypatch.setattr(trainer.Loss, "forward", poisoned)
    with pytest.raises(TrainingError, match=r"no finite number.*last good state"):
        run(tmp_path)
    kept = tiny_model()
    assert load_state(tmp_path, kept).tokens == 1_500
    assert torch.equal(weights_of(kept), weights_of(good))


def test_a_loss_that_runs_away_stops_the_run(tmp_path):
    with pytest.raises(TrainingError, match="ran away"):
        run(tmp_path, replace(RECIPE, matrix_lr=50.0, other_lr=50.0, tokens=200_000))


def test_losses_are_weighted(tmp_path):
    """With no weight on contexts, what they hold is not learnt: only that frames are predictable is."""
    documents = some_documents(40)
    recipe = replace(RECIPE, tokens=8_000)
    surprise = {}
    for weight in (0.0, 1.0):
        mix = replace(MIX, source_share=0.0, context_weight=weight)
        model, _ = run(tmp_path / str(weight), recipe, mix, documents)
        row = int(documents.traces.argmax())
        ids = torch.from_numpy(documents.ids(row).astype("int64"))[None]
        surprise[weight] = greedy_hits(model, ids)[1][0, : documents.contexts[row] - 1].mean()
    assert surprise[0.0] > surprise[1.0] + 1


def test_rates_warm_up_hold_and_fall_to_zero():
    recipe = Recipe(tokens=100, warmup_steps=4, decay_from=0.5)
    assert [recipe.rate(step, 0.0) for step in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert [recipe.rate(9, share) for share in (0.5, 0.75, 1.0)] == [1.0, 0.5, 0.0]
    assert Recipe(tokens=100, minutes=1).share_done(20, 30) == 0.5


def test_weights_fade_as_much_in_a_long_run_as_in_one_twice_as_long():
    """But no faster than was measured; and as asked for where it was."""
    runs = [Recipe(tokens=tokens, step_tokens=4_096) for tokens in (400_000, 50_000_000, 100_000_000)]
    short, long, longer = (recipe.decay for recipe in runs)
    assert short == MOST_DECAY > long > longer > 0
    assert long == pytest.approx(2 * longer, rel=0.01)
    left = 1.0
    for step in range(steps := 50_000_000 // 4_096):
        left *= 1 - runs[1].rate(step, step / steps) * runs[1].matrix_lr * long
    assert left == pytest.approx(math.exp(-FADING), rel=0.05)
    assert Recipe(tokens=400_000, weight_decay=0.0).decay == 0.0 < Recipe(minutes=3).decay


def test_a_resumed_run_takes_the_decay_of_its_own_recipe(tmp_path):
    run(tmp_path, replace(RECIPE, weight_decay=0.5))
    model = tiny_model()
    optimizers = optimizers_for(model, 0.02, 0.01, 0.1)
    load_state(tmp_path, model, optimizers)
    assert {group["decay"] for group in optimizers[0].param_groups} == {0.1}


@pytest.mark.parametrize(("half", "said"), [(44.0, True), (300.0, False)])
def test_bfloat16_that_is_slower_is_told_and_can_be_left_out(tmp_path, monkeypatch, capsys, half, said):
    speeds = {torch.bfloat16: half, torch.float32: 131.0}
    monkeypatch.setattr(trainer.precision, "gigaflops", speeds.__getitem__)
    trainer.precision.advise.cache_clear()
    make = trainer._accelerator  # one process can't have it both ways: its precision is set once
    monkeypatch.setattr(trainer, "_accelerator", lambda bf16: make(False))
    short = replace(RECIPE, tokens=1_000)
    assert run(tmp_path, replace(short, bf16=True))[1].finished
    assert ("slower one on this processor (44 GFLOPS, float32 131)" in capsys.readouterr().err) is said
    assert run(tmp_path, replace(short, tokens=1_500, bf16=True))[1].finished  # said once is enough
    assert run(tmp_path, replace(short, tokens=2_000))[1].tokens == 2_000  # goes on without it
    assert not capsys.readouterr().err


def test_a_product_is_counted_in_gigaflops(monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(trainer.precision.time, "perf_counter", lambda: next(ticks) / 1_000)
    # A multiplication and an addition for each of 4,096 * 192 * 512, in a millisecond.
    assert trainer.precision.gigaflops(torch.float32) == pytest.approx(805.3, abs=0.1)
