"""The training loop: a budget of minutes or tokens, exact resume, and a log that can be plotted.

    progress = train(model, Batches(documents, mix), recipe, folder)     # begins, or resumes from folder

`folder` holds `state.pt` (weights, optimizers, position; replaced atomically) and `log.jsonl`. A run that is
interrupted (Ctrl-C, SIGTERM, power) and begun again does what it would have done: with a budget of tokens
bit for bit; with one of minutes the schedule follows the clock, which no one can repeat.

One process, or several under `accelerate launch`: each takes its rows of every batch. float32 on CPUs, or
bfloat16 autocast where asked for; bfloat16 and `torch.compile` on GPUs.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from accelerate import Accelerator
from tqdm import tqdm
from transformers import CwmForCausalLM

from cwm_demo.train import precision
from cwm_demo.train.attention import attention_by_blocks
from cwm_demo.train.data import Batch, Batches, trimmed
from cwm_demo.train.model import Loss
from cwm_demo.train.optimizer import optimizers_for

FADING = 3.5  # what weight decay makes of a weight over a whole run: e ** -FADING of it is left
MOST_DECAY = 0.3  # however short the run
ASKED = ("peak_lr", "decay")  # of an optimizer's group, what a recipe says
DECAY = 0.1  # where nobody knows how many steps there will be


class TrainingError(RuntimeError):
    """A run that can't go on. The message says why, and what is left to go on from."""


@dataclass(frozen=True)
class Recipe:
    """How a stage is trained. At least one of the budgets is needed; the first one used up ends the run."""

    minutes: float | None = None  # of wall-clock time, resumed ones added up
    tokens: int | None = None  # hit exactly; a multiple of step_tokens fixes the number of steps as well
    step_tokens: int = 4_096  # for each update of the weights
    matrix_lr: float = 0.02  # Muon
    other_lr: float = 0.01  # AdamW, embedding and norms
    weight_decay: float | None = None  # of the matrices, times their rate; None: see `decay`
    warmup_steps: int = 40
    decay_from: float = 0.4  # share of the budget after which the rates fall, in a line, to zero
    save_minutes: float = 2.0
    validate_minutes: float = 3.0
    log_steps: int = 10
    bf16: bool = False  # autocast on a CPU too; pays only where it has AVX-512 BF16 or AMX
    compile: bool = True  # on a GPU: a minute at the start, then much faster

    def share_done(self, tokens: int, seconds: float) -> float:
        """Of the budget, 0 to 1."""
        shares = [0.0]
        if self.tokens:
            shares.append(tokens / self.tokens)
        if self.minutes:
            shares.append(seconds / (60 * self.minutes))
        return min(1.0, max(shares))

    @property
    def decay(self) -> float:
        """The weight decay of the matrices: what was asked for, or less the longer the run is.

        Without it they grow for as long as they are trained, and steps of the same size change ever less.
        How much is best for a whole run hardly depends on its length (Wang and Aitchison, 2024: «How to set
        AdamW's weight decay as you scale model and dataset size»). Measured in `docs/training-log.md`.
        """
        if self.weight_decay is not None:
            return self.weight_decay
        if not self.tokens:
            return DECAY
        rates = self.tokens / self.step_tokens * self.matrix_lr * (1 + self.decay_from) / 2
        return round(min(MOST_DECAY, FADING / rates), 4)

    def rate(self, step: int, share: float) -> float:
        """What share of the peak rates a step gets."""
        warm = min(1.0, (step + 1) / max(1, self.warmup_steps))
        return warm * min(1.0, (1.0 - share) / max(1e-9, 1.0 - self.decay_from))


@dataclass
class Progress:
    step: int = 0
    batches: int = 0
    tokens: int = 0
    seconds: float = 0.0
    finished: bool = False


def train(
    model: CwmForCausalLM,
    batches: Batches,
    recipe: Recipe,
    folder: Path,
    validate: Callable[[CwmForCausalLM], dict[str, float]] | None = None,
    quiet: bool = False,
) -> Progress:
    """Train `model` in place until the budget is used up, or a signal asks to stop (then not `finished`).

    Raises TrainingError on a loss that is no number or has run away; the last good state stays in `folder`.
    """
    if not recipe.minutes and not recipe.tokens:
        raise ValueError("a run needs a budget: minutes, tokens, or both")
    if batches.mix.micro_tokens > recipe.step_tokens:
        raise ValueError("micro_tokens is more than step_tokens: a step would not hold one batch")
    if batches.longest > recipe.step_tokens:  # it would fill a step and leave the next one nothing to read
        raise ValueError(
            f"a step of {recipe.step_tokens:,} tokens is less than the longest document "
            f"({batches.longest:,}): give --step-tokens as many, or leave it out"
        )
    folder.mkdir(parents=True, exist_ok=True)
    accelerator = _accelerator(recipe.bf16)
    if recipe.bf16 and accelerator.device.type == "cpu":
        precision.advise()
    model.to(accelerator.device).train()
    optimizers = optimizers_for(model, recipe.matrix_lr, recipe.other_lr, recipe.decay)
    progress = Progress()
    if (folder / "state.pt").exists():
        progress = load_state(folder, model, optimizers)
        progress.finished = recipe.share_done(progress.tokens, progress.seconds) >= 1.0
        _cut_log(folder, progress.step)
    loss_of = Loss(model)
    if accelerator.device.type == "cuda" and recipe.compile:
        loss_of = torch.compile(loss_of, dynamic=True)
    loss_of = accelerator.prepare(loss_of)

    begun = time.monotonic() - progress.seconds
    saved = validated = progress.seconds
    guard, window = Guard(), defaultdict(list)
    stream = batches(progress.batches)
    main = accelerator.is_main_process
    by_blocks = accelerator.device.type == "cpu"
    with (
        attention_by_blocks(model) if by_blocks else contextlib.nullcontext(),
        _stop_signals() as stopping,
        _bar(recipe, progress, quiet or not main) as bar,
    ):
        while not progress.finished:
            share = recipe.share_done(progress.tokens, progress.seconds)
            for optimizer in optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = group["peak_lr"] * recipe.rate(progress.step, share)
            step = list(_step_batches(stream, recipe, progress))
            losses = _forward_backward(accelerator, loss_of, step)
            guard.check(losses["loss"], model, folder)
            for optimizer in optimizers:
                with accelerator.autocast():  # of Muon's iteration, which was made for bfloat16
                    optimizer.step()
                optimizer.zero_grad(set_to_none=True)

            progress.step += 1
            progress.batches += len(step)
            progress.tokens += sum(batch.tokens for batch in step)
            progress.seconds = _mean(accelerator, time.monotonic() - begun)
            progress.finished = recipe.share_done(progress.tokens, progress.seconds) >= 1.0
            for name, value in losses.items():
                window[name].append(value)
            last = progress.finished or _mean(accelerator, len(stopping)) > 0
            if main and (last or progress.step % recipe.log_steps == 0):
                means = {name: sum(values) / len(values) for name, values in window.items()}
                window.clear()
                lr = optimizers[0].param_groups[0]["lr"]
                _log(folder, progress, lr=lr, **means)
                bar(progress, means["loss"])
            if main and validate and (last or progress.seconds - validated > 60 * recipe.validate_minutes):
                model.eval()
                scores = validate(model)
                model.train()
                _log(folder, progress, valid=scores)
                if not quiet:
                    tqdm.write(f"step {progress.step}, {progress.tokens:,} tokens: {_shown(scores)}")
                validated = progress.seconds
            if main and (last or progress.seconds - saved > 60 * recipe.save_minutes) and guard.calm:
                save_state(folder, model, optimizers, progress)
                saved = progress.seconds
            if last:
                break
    model.eval()
    return progress


def _accelerator(bf16: bool) -> Accelerator:
    gpu = torch.cuda.is_available() and os.environ.get("CWM_DEMO_DEVICE", "cuda") != "cpu"
    return Accelerator(cpu=not gpu, mixed_precision="bf16" if gpu or bf16 else "no")


def _mean(accelerator: Accelerator, value: float) -> float:
    """Over all processes, so that they decide alike: all leave the loop after the same step."""
    if accelerator.num_processes == 1:
        return value
    return float(
        accelerator.reduce(torch.tensor(value, device=accelerator.device, dtype=torch.float32), "mean")
    )


def _step_batches(stream: Iterator[Batch], recipe: Recipe, progress: Progress) -> Iterator[Batch]:
    """Batches until the run has read `step_tokens` for each step so far, the last one cut to the budget."""
    tokens, goal = progress.tokens, (progress.step + 1) * recipe.step_tokens
    if recipe.tokens:
        goal = min(goal, recipe.tokens)
    while tokens < goal:
        batch = next(stream)
        if recipe.tokens and tokens + batch.tokens > recipe.tokens:
            batch = trimmed(batch, recipe.tokens - tokens)
        tokens += batch.tokens
        yield batch


def _forward_backward(accelerator: Accelerator, loss_of: Loss, step: list[Batch]) -> dict[str, float]:
    """Gradients of the mean weighted loss over a step's tokens. Returns mean losses in nats, all and by kind.

    Of several processes each returns those of its own rows.
    """
    rank, world = accelerator.process_index, accelerator.num_processes
    total = float(sum(batch.weights.sum() for batch in step))
    sums: dict[str, float] = defaultdict(float)
    counts: dict[str, float] = defaultdict(float)
    for batch in step:
        ids, weights, traces = batch.ids[rank::world], batch.weights[rank::world], batch.traces[rank::world]
        if not len(ids):  # fewer rows than processes: all must still take part in the exchange of gradients
            ids, weights, traces = batch.ids[:1], 0 * batch.weights[:1], batch.traces[:1]
        with accelerator.autocast():
            loss = loss_of(
                torch.from_numpy(ids).to(accelerator.device), torch.from_numpy(weights).to(accelerator.device)
            )
        accelerator.backward(loss.sum() * (world / total))  # accelerate averages over processes
        of_rows = loss.detach().sum(1).cpu().numpy()
        for kind, rows in (("loss", traces | True), ("trace_loss", traces), ("source_loss", ~traces)):
            if rows.any():
                sums[kind] += float(of_rows[rows].sum())
                counts[kind] += float(weights[rows].sum())
    return {kind: sums[kind] / max(counts[kind], 1e-9) for kind in sums}


class Guard:
    """Stops a run whose loss is no number, or has run away from the best it had been."""

    ALARM = 1.5  # nats above the best smoothed loss

    def __init__(self) -> None:
        self.smooth = self.best = math.inf

    @property
    def calm(self) -> bool:
        """Whether the weights are worth saving."""
        return self.smooth <= self.best + self.ALARM / 2

    def check(self, loss: float, model: CwmForCausalLM, folder: Path) -> None:
        """Call between the gradients and the update. Raises TrainingError."""
        gradients = [weight.grad for weight in model.parameters() if weight.grad is not None]
        good = math.isfinite(loss) and all(bool(torch.isfinite(gradient).all()) for gradient in gradients)
        if good:
            self.smooth = loss if self.smooth == math.inf else 0.95 * self.smooth + 0.05 * loss
            self.best = min(self.best, self.smooth)
        if not good or self.smooth > self.best + self.ALARM:
            what = f"ran away: {self.smooth:.2f}, from {self.best:.2f}" if good else "is no finite number"
            kept = folder / "state.pt"
            rest = f"The last good state is in {kept}" if kept.exists() else "No state had been saved yet"
            raise TrainingError(f"The loss {what}. {rest}; lower the rates and begin again.")


def save_state(folder: Path, model: CwmForCausalLM, optimizers: list, progress: Progress) -> None:
    """Replace `state.pt`; whoever reads it, whenever this is killed, finds a whole one."""
    state = {
        "model": model.state_dict(),
        "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        "progress": asdict(progress),
        "random": torch.get_rng_state(),
    }
    part = folder / "state.pt.part"
    with open(part, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, folder / "state.pt")


def load_state(folder: Path, model: CwmForCausalLM, optimizers: list | tuple = ()) -> Progress:
    """Put what `save_state` saved into `model` and `optimizers`. Raises TrainingError if it does not fit."""
    path = folder / "state.pt"
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        for optimizer, saved in zip(optimizers, state["optimizers"]):
            asked = [{key: group[key] for key in ASKED if key in group} for group in optimizer.param_groups]
            optimizer.load_state_dict(saved)
            for group, mine in zip(optimizer.param_groups, asked):
                group.update(mine)  # the recipe at hand decides, not the one that was left
        torch.set_rng_state(state["random"])
        return Progress(**state["progress"])
    except (OSError, RuntimeError, KeyError, ValueError, EOFError, UnpicklingError) as error:
        raise TrainingError(
            f"{path} is no state of this model ({error}); move it away to begin anew"
        ) from error


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The log, in order: losses (`loss`, `trace_loss`, `source_loss`, `lr`), or scores (`valid`)."""
    path = folder / "log.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _log(folder: Path, progress: Progress, **record: Any) -> None:
    head = {"step": progress.step, "tokens": progress.tokens, "seconds": round(progress.seconds, 1)}
    rounded = {
        key: float(f"{value:.5g}") if isinstance(value, float) else value for key, value in record.items()
    }
    with open(folder / "log.jsonl", "a") as file:
        file.write(json.dumps(head | rounded) + "\n")


def _cut_log(folder: Path, step: int) -> None:
    """Forget what was logged after the state that is resumed."""
    kept = [json.dumps(record) + "\n" for record in read_log(folder) if record["step"] <= step]
    (folder / "log.jsonl").write_text("".join(kept))


def _shown(scores: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in scores.items())


@contextlib.contextmanager
def _stop_signals() -> Iterator[list[int]]:
    """A list that fills when Ctrl-C or SIGTERM asks to stop; a second Ctrl-C is not held back."""
    asked: list[int] = []

    def ask(number: int, _frame: object) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _bar(recipe: Recipe, progress: Progress, quiet: bool) -> Iterator[Callable[[Progress, float], None]]:
    """A progress bar over the budget; tqdm knows the time left from the share done."""
    first = (progress.tokens, progress.seconds)
    with tqdm(
        total=1.0,
        initial=recipe.share_done(*first),
        disable=quiet,
        mininterval=0.5 if sys.stderr.isatty() else 30,
        bar_format="{percentage:3.0f}% |{bar}| {elapsed} gone, {remaining} left {postfix}",
    ) as bar:

        def update(progress: Progress, loss: float) -> None:
            speed = (progress.tokens - first[0]) / max(1e-9, progress.seconds - first[1])
            bar.set_postfix_str(f"{progress.tokens:,} tokens, {speed:,.0f}/s, loss {loss:.3f}", refresh=False)
            bar.update(recipe.share_done(progress.tokens, progress.seconds) - bar.n)

        yield update
