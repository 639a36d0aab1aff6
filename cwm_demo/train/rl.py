"""Reinforcement learning on filling lines: the reward is 1 where a run in the sandbox passes all checks.

Two ways, the same rounds: tasks are drawn, the model writes `samples` lines for each, and each is run.

- **expert iteration** (`--method expert`): it learns from its own lines that passed, at most KEPT of a task,
  mixed with what mid-training read; the mean loss is that of fine-tuning.
- **group-relative policy gradient** (`--method grpo`): each line is pushed up or down by how much its reward
  is above the mean of its group. Every batch is used for one step, by the weights that wrote it, so no ratio
  is clipped, and the advantage is not divided by the group's spread.

A round's lines and rewards are kept in its folder; a round that was interrupted goes on with them. Not
covered: a judge that learns, and a penalty for leaving the model that one began with (the mix does that
work).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tqdm import tqdm

from cwm_demo.evaluate.provenance import provenance
from cwm_demo.train import further
from cwm_demo.train.data import Batches
from cwm_demo.train.further import Settings, Workplace
from cwm_demo.train.model import Loss
from cwm_demo.train.optimizer import optimizers_for
from cwm_demo.train.tasks.documents import Part, filling, lesson
from cwm_demo.train.tasks.judge import Judge
from cwm_demo.train.tasks.scores import said, score_fillings
from cwm_demo.train.tasks.task import Task, prompt_ids
from cwm_demo.train.tasks.writer import Line, write_lines
from cwm_demo.train.trainer import Recipe, train

KEPT = 2  # lines of one task that are learnt from
GROUPS = 32  # tasks of one step of the policy gradient
CLIP = 1.0  # norm of a gradient, at most


def reinforce(args: argparse.Namespace) -> int:
    twin, rate = further.TWINS[args.data], args.rate or further.RATES["rl"]
    origin = further.origin_of(args).name
    settings = Settings(
        "rl",
        twin,
        origin,
        args.share,
        rate,
        args.step_tokens or 4_096,
        args.micro_tokens or 2_048,
        args.seed,
        args.method,
        args.prompts,
        args.samples,
        args.temperature,
    )
    place = further.workplace(args, settings)
    before = further.once(place.folder / "before.json", lambda: further.scores_of(place, args.samples))
    rounds = _read(place.folder)
    if rounds:
        place.model.load_state_dict(load_file(_weights(place.folder, len(rounds))), strict=False)
    for number in range(len(rounds) + 1, args.rounds + 1):
        record = _round(place, number, rounds, args.quiet, args.bf16)
        if record is None:
            print(f"stopped in round {number}; the same command goes on from there", file=sys.stderr)
            return 130
        _keep(place, record)
        rounds.append(record)
        print(
            f"round {number}: {record['reward']:.1%} of the lines passed, "
            f"{record['held_out']['value']:.1%} of the held-out tasks",
            file=sys.stderr,
        )
    kept = place.folder / f"after-{len(rounds)}.json"
    after = further.once(kept, lambda: further.scores_of(place, args.samples))
    record = _record(place, args, rounds, {"before": before, "after": after})
    further.export(place, _log(rounds), record, args.models / f"{twin}-rl")
    further.save_result(args.results, "rl", twin, record)
    return 0


def _record(
    place: Workplace, args: argparse.Namespace, rounds: list[dict[str, Any]], scores: dict[str, Any]
) -> dict[str, Any]:
    def total(key: str) -> Any:
        return sum(record[key] for record in rounds)

    return {
        "origin": place.settings.origin,
        "method": args.method,
        "samples": args.samples,
        "temperature": args.temperature,
        "share_of_corpus": args.share,
        "rounds": rounds,
        "runs": total("runs"),
        "written_tokens": total("written"),
        "cost": further.cost(place, total("tokens"), total("steps"), total("seconds")),
        "scores": scores,
        **provenance(),
    }


def _round(
    place: Workplace, number: int, rounds: Sequence[dict[str, Any]], quiet: bool, bf16: bool
) -> dict[str, Any] | None:
    """One round; None where it was asked to stop. Changes the model."""
    begun, settings = further.now(), place.settings
    place.model.to(further.device())
    tasks = _drawn(place.learn, settings.prompts or 1, settings.seed, number)
    judge = Judge()
    if settings.method == "expert":
        folder = place.folder / f"round-{number:03}"
        folder.mkdir(exist_ok=True)
        lines = _kept_lines(place, folder, tasks, judge, number)
        counts = _counts(lines)
        learnt = _passing(place, lines)
        spent = _learn(place, folder, learnt, number, bf16)
        if spent is None:
            return None
        counts |= {"kept": len(learnt), **spent}
    else:
        counts = _policy_gradient(place, tasks, judge, number, quiet)
    held = score_fillings(place.model, place.tokens, place.held_out, judge, samples=0)["pass_1"]
    read = rounds[-1]["read"] if rounds else 0
    return {
        "round": number,
        **counts,
        "held_out": held,
        "runs": judge.runs,
        "seconds": round(further.now() - begun, 1),
        "read": read + counts["tokens"],
    }


def _drawn(learn: Sequence[Task], count: int, seed: int, number: int) -> list[Task]:
    return random.Random(f"rl/{seed}/{number}").sample(list(learn), min(count, len(learn)))


Judged = tuple[Task, Line, str]  # a task, a line, how it came out


def _written(place: Workplace, tasks: Sequence[Task], judge: Judge, seed: int) -> list[list[Judged]]:
    """A group of judged lines for each task."""
    settings = place.settings
    prompts = [prompt_ids(place.tokens, task.prompt()) for task in tasks]
    groups = write_lines(
        place.model, place.tokens, prompts, settings.samples or 1, settings.temperature or 0.0, seed
    )
    pairs = [(task, line) for task, lines in zip(tasks, groups) for line in lines]
    verdicts = judge.verdicts([(task, said(line)) for task, line in pairs])
    judged = [(task, line, verdict.outcome) for (task, line), verdict in zip(pairs, verdicts)]
    size = settings.samples or 1
    return [judged[begin : begin + size] for begin in range(0, len(judged), size)]


def _counts(groups: Sequence[Sequence[Judged]]) -> dict[str, Any]:
    lines = [line for group in groups for line in group]
    outcomes = Counter(outcome for _, _, outcome in lines)
    return {
        "lines": len(lines),
        "reward": outcomes["passes"] / max(1, len(lines)),
        "solved": sum(any(outcome == "passes" for _, _, outcome in group) for group in groups),
        "tasks": len(groups),
        "outcomes": dict(outcomes),
        "written": sum(len(line.ids) for _, line, _ in lines),
    }


# Expert iteration


def _kept_lines(
    place: Workplace, folder: Path, tasks: Sequence[Task], judge: Judge, number: int
) -> list[list[Judged]]:
    """The round's lines as they were judged, from its folder where they are there."""
    path = folder / "lines.json"
    if not path.exists():
        groups = _written(place, tasks, judge, place.settings.seed + number)
        rows = [
            [[line.ids, line.text, line.ended, outcome] for _, line, outcome in group] for group in groups
        ]
        path.with_suffix(".part").write_text(json.dumps(rows))
        path.with_suffix(".part").replace(path)
    rows = json.loads(path.read_text())
    return [
        [(task, Line(tuple(ids), text, ended), outcome) for ids, text, ended, outcome in group]
        for task, group in zip(tasks, rows)
    ]


def _passing(place: Workplace, groups: Sequence[Sequence[Judged]]) -> list[Part]:
    """Documents of the different lines that passed, at most KEPT of a task."""
    found = []
    for group in groups:
        texts = list(dict.fromkeys(line.text.strip() for _, line, outcome in group if outcome == "passes"))
        parts = [filling(place.tokens, group[0][0], text) for text in texts[:KEPT]]
        found += [part for part in parts if part]
    return found


def _learn(
    place: Workplace, folder: Path, learnt: Sequence[Part], number: int, bf16: bool
) -> dict[str, Any] | None:
    """One pass over what passed; None where it was asked to stop."""
    settings = place.settings
    if not learnt:
        return {"tokens": 0, "steps": 0, "loss": None}
    documents, mix = lesson(
        learnt,
        place.corpus,
        settings.twin == "cwm",
        settings.share,
        settings.seed + number,
        settings.micro_tokens,
    )
    recipe = Recipe(
        tokens=len(documents.tokens),
        step_tokens=settings.step_tokens,
        matrix_lr=settings.rate,
        other_lr=settings.rate / 2,
        weight_decay=0.0,  # what it begins with is to stay
        warmup_steps=4,
        decay_from=0.5,
        log_steps=1,
        bf16=bf16,
        compile=False,  # a round is over before it would pay
    )
    progress = train(place.model, Batches(documents, mix), recipe, folder, quiet=True)
    if not progress.finished:
        return None
    (folder / "state.pt").unlink()  # the round's weights are saved by themselves
    losses = [json.loads(row)["loss"] for row in (folder / "log.jsonl").read_text().splitlines()]
    return {"tokens": progress.tokens, "steps": progress.step, "loss": float(np.mean(losses))}


# Policy gradient


def _policy_gradient(
    place: Workplace, tasks: Sequence[Task], judge: Judge, number: int, quiet: bool
) -> dict[str, Any]:
    model, settings = place.model, place.settings
    optimizers = optimizers_for(model, settings.rate, settings.rate / 2, 0.0)
    loss_of, groups, steps, tokens = Loss(model), [], 0, 0
    batches = range(0, len(tasks), GROUPS)
    for begin in tqdm(batches, disable=quiet, desc=f"round {number}"):
        seed = settings.seed + 1_000 * number + begin
        some = _written(place, tasks[begin : begin + GROUPS], judge, seed)
        groups += some
        model.train()
        for ids, weights in _advantages(place, some):
            tokens += int((ids > 0).sum())
            loss_of(ids, weights).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        steps += 1
    model.eval()
    return _counts(groups) | {"kept": None, "tokens": tokens, "steps": steps, "loss": None}


def _advantages(place: Workplace, groups: Sequence[Sequence[Judged]]):
    """Batches of ids and weights: a written token weighs its line's advantage over the mean length."""
    rows = []
    for group in groups:
        rewards = np.array([outcome == "passes" for _, _, outcome in group], float)
        if rewards.std():  # a group of equal rewards says nothing
            prompt = prompt_ids(place.tokens, group[0][0].prompt())
            rows += [
                (prompt, list(line.ids), reward - rewards.mean())
                for (_, line, _), reward in zip(group, rewards)
            ]
    total = sum(len(ids) for _, ids, _ in rows)
    rows.sort(key=lambda row: len(row[0]) + len(row[1]))
    width = max(1, place.settings.micro_tokens // max((len(p) + len(i) for p, i, _ in rows), default=1))
    for begin in range(0, len(rows), width):
        some = rows[begin : begin + width]
        longest = max(len(prompt) + len(ids) for prompt, ids, _ in some)
        ids = torch.zeros(len(some), longest, dtype=torch.long)
        weights = torch.zeros(len(some), longest)
        for row, (prompt, written, advantage) in enumerate(some):
            end = len(prompt) + len(written)
            ids[row, :end] = torch.tensor(prompt + written)
            weights[row, len(prompt) : end] = advantage / total
        yield ids.to(place.model.device), weights.to(place.model.device)


# What is kept


def _keep(place: Workplace, record: dict[str, Any]) -> None:
    """The weights first: a round on record always has them."""
    number = record["round"]
    save_file(_own(place.model), _weights(place.folder, number))
    with open(place.folder / "rounds.jsonl", "a") as file:
        file.write(json.dumps(record) + "\n")
    _weights(place.folder, number - 1).unlink(missing_ok=True)


def _own(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The weights, the tied head left out."""
    state = model.state_dict()
    return {name: weight.contiguous().cpu() for name, weight in state.items() if name != "lm_head.weight"}


def _weights(folder: Path, number: int) -> Path:
    return folder / f"weights-{number:03}.safetensors"


def _read(folder: Path) -> list[dict[str, Any]]:
    path = folder / "rounds.jsonl"
    return [json.loads(row) for row in path.read_text().splitlines()] if path.exists() else []


def _log(rounds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rounds as records of a training log."""
    seconds, found = 0.0, []
    for record in rounds:
        seconds += record["seconds"]
        entry = {"step": record["round"], "tokens": record["read"], "seconds": round(seconds, 1)}
        entry |= {"reward": record["reward"], "valid": {"fill": record["held_out"]["value"]}}
        found.append(entry | ({"loss": record["loss"]} if record["loss"] is not None else {}))
    return found
