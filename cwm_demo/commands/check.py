"""`check`: every catalogue program through trace, all its bugs, and rollouts in both modes and both readings.

    python -m cwm_demo check                     # all, a line for each program
    python -m cwm_demo check --programs tally --bugs 3
    python -m cwm_demo check --modes replay --out assets/results/bugs.json

Counts how many bugs are caught, missed and unclear where the runs part, and how many slips there are per
clean step. A program without a bug gives the clean steps; a bug's steps before the parting are the same
again and are not counted twice. Step by step it also counts what would solve the workshop's tasks, and names
a few bugs of each program that do: the workshop's hints come from there.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cwm_demo.commands.models import add_model_argument, model_name, open_text, open_world
from cwm_demo.evaluate.provenance import save
from cwm_demo.evaluate.scores import Score
from cwm_demo.execution.sandbox import run
from cwm_demo.predict.errors import CheckpointError
from cwm_demo.predict.prediction import LineGuess, Prediction, TextModel, WorldModel
from cwm_demo.programs.bugs import program_bugs
from cwm_demo.programs.program import Case, Program, load_catalogue, marked
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Mode, Read, Rollout
from cwm_demo.trace.frame import Trace
from cwm_demo.workshop.tasks import Found, check, load_tasks

READINGS: tuple[tuple[Mode, Read], ...] = (
    ("replay", "intended"),
    ("replay", "candidate"),
    ("imagine", "intended"),
    ("imagine", "candidate"),
)
# What can be said of a bug at the parting; "beyond": the model's context ends before it.
JUDGED = ("caught", "missed", "unclear", "beyond")
# Tasks of the workshop that a bug solves when the model is shown the program so; `AS_MEANT` needs no bug.
SOLVED_BY: dict[str, Read] = {"missed": "intended", "surprise": "intended", "wrong-green": "candidate"}
AS_MEANT = "right-red"
NAMED = 3  # bugs of a program that are named for each task
SLACK = 10  # how many frames more than the intended run the model may write on its own


@dataclass(slots=True)
class Count:
    """What was found over some bugs and clean runs."""

    bugs: Counter[str] = field(default_factory=Counter)  # judgement at the parting, intended program read
    slips: Score = field(default_factory=Score)  # of clean steps, in replay
    # On its own: the answer that was imagined of the candidate, against the one it really gave.
    imagined: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)  # places, by task of the workshop
    solved: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)  # bugs that solve it, of one program

    def tried(self, task: str, found: Found) -> None:
        self.asked[task] += 1
        if check(load_tasks()[task], found).state != "right":
            return
        self.solved[task] += 1
        if found.bug and len(self.named.setdefault(task, [])) < NAMED:
            self.named[task].append(found.bug.id)

    def add(self, other: Count) -> None:
        self.bugs += other.bugs
        self.imagined += other.imagined
        self.asked += other.asked
        self.solved += other.solved
        self.slips.hits += other.slips.hits
        self.slips.n += other.slips.n

    def to_json(self) -> dict[str, Any]:
        total = sum(self.bugs.values())
        return {
            "bugs": total,
            **{kind: self.bugs[kind] for kind in JUDGED},
            "caught_share": Score(self.bugs["caught"], total).to_json(),
            "slips": self.slips.hits,
            "slips_per_clean_step": self.slips.to_json(),
            "imagined_answers": dict(self.imagined),
            "tasks": {
                task: {"solved": self.solved[task], "of": of, "bugs": self.named.get(task, [])}
                for task, of in self.asked.items()
            },
        }

    def __str__(self) -> str:
        bugs = ", ".join(f"{self.bugs[kind]} {kind}" for kind in JUDGED)
        slips = f"{self.slips.hits} slips in {self.slips.n} clean steps"
        return f"{sum(self.bugs.values())} bugs: {bugs}; {slips}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", nargs="+", metavar="NAME", help="only these (default: all)")
    parser.add_argument("--bugs", type=int, metavar="N", help="at most N bugs of each program (default: all)")
    parser.add_argument(
        "--modes",
        nargs="+",
        choices=["replay", "imagine"],
        default=["replay", "imagine"],
        help="only these (default: both; imagine takes most of the time)",
    )
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="programs at once (all cores)"
    )
    add_model_argument(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the counts as JSON")


def main(args: argparse.Namespace) -> int:
    catalogue = load_catalogue()
    unknown = sorted(set(args.programs or ()) - set(catalogue))
    if unknown:
        print(f"no such program: {', '.join(unknown)}; there are {', '.join(catalogue)}", file=sys.stderr)
        return 2
    try:
        open_world(args.model), open_text()
    except CheckpointError as error:
        print(error, file=sys.stderr)
        return 2
    total, programs = Count(), {}
    names = args.programs or list(catalogue)
    with ProcessPoolExecutor(
        min(args.workers, len(names)), get_context("spawn"), _open_models, (args.model,)
    ) as pool:
        counts = pool.map(_check_one, [(catalogue[name], args.bugs, args.modes) for name in names])
        for name, count in zip(names, counts):
            programs[name] = count.to_json()
            total.add(count)
            print(f"{name:<16} {count}", flush=True)
    print(f"{'all':<16} {total}")
    save({"model": model_name(args.model), "all": total.to_json(), "programs": programs}, args.out)
    return 0


_models: dict[str, Any] = {}  # of a worker


def _open_models(model: str | None) -> None:
    """Programs are many, so each worker keeps to one thread."""
    import torch

    torch.set_num_threads(1)
    _models.update(world=open_world(model), text=open_text())


def _check_one(task: tuple[Program, int | None, Sequence[str]]) -> Count:
    program, most, modes = task
    return check_program(program, _models["world"], _models["text"], most, modes)


def check_program(
    program: Program,
    world: WorldModel,
    text: TextModel,
    most: int | None = None,
    modes: Sequence[str] = ("replay", "imagine"),
) -> Count:
    """All rollouts of a program on its first case, without a bug and with each of at most `most` bugs."""
    readings = [(mode, read) for mode, read in READINGS if mode in modes]

    def traced(source: str) -> Trace:
        return run(source, stdin=program.stdin, trusted=True)

    count, case, asked = Count(), program.cases[0], Asked(world, text)
    intended = traced(marked(program.source, case.call))
    clean = [asked.rollout(intended, intended, case, mode, read) for mode, read in readings]
    if clean[0].mode == "replay":
        for step in clean[0].steps:
            if step.verdict is not None:
                count.slips.add(step.judgement == "slip")
        count.tried(AS_MEANT, Found(clean[0], None))
    meant = asked.guesses[intended.source]
    for bug in program_bugs(program.source, case.call, traced)[:most]:
        truth = traced(marked(bug.source, case.call))
        for mode, read in readings:
            result = asked.rollout(intended, truth, case, mode, read)
            if (mode, read) == ("replay", "intended"):
                count.bugs[_at_parting(result)] += 1
            elif (mode, read) == ("imagine", "candidate") and result.answer != "unknown":
                count.imagined[f"{result.answer}, imagined {result.imagined_answer}"] += 1
            for task, shown in SOLVED_BY.items():
                if (mode, read) == ("replay", shown):
                    buggy = asked.guesses[truth.source]
                    count.tried(task, Found(result, bug, meant=meant, buggy=buggy))
    return count


def _at_parting(result: Rollout) -> str:
    """The judgement where the runs part, "beyond" where the model could not be asked about it."""
    if result.parting is None or result.parting >= len(result.steps):
        return "beyond"
    return result.steps[result.parting].judgement or "beyond"


@dataclass(slots=True)
class Asked:
    """Asks the models; what depends on one source alone is asked once."""

    world: WorldModel
    text: TextModel
    imagined: dict[str, list[Prediction]] = field(default_factory=dict)
    guesses: dict[str, dict[int, LineGuess]] = field(default_factory=dict)

    def rollout(self, intended: Trace, truth: Trace, case: Case, mode: Mode, read: Read) -> Rollout:
        asked = question(intended, truth, read)
        if mode == "replay":
            predictions = self.world.replay(asked.source, asked.draft, asked.complete)
        else:
            if asked.source not in self.imagined:
                self.imagined[asked.source] = self.world.imagine(asked.source, len(intended.frames) + SLACK)
            predictions = self.imagined[asked.source]
        if truth.source not in self.guesses:
            self.guesses[truth.source] = self.text.lines(truth.source)
        guesses = self.guesses[truth.source]
        return rollout(intended, truth, case, mode=mode, read=read, predictions=predictions, guesses=guesses)
