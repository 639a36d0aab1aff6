"""`verify`: the world model picks among candidates by what it imagines, held against a program's check.

    python -m cwm_demo verify --out assets/results/verify.json
    python -m cwm_demo verify --suites catalogue --candidates 4 --minutes 3

For each task (a call and what it should give) there are the program as meant and mutants of it. Four ways to
pick one are compared: by chance; the one that the text model finds least unusual; one whose result, as the
world model imagines it, agrees with the check (else one of which it says nothing, else any); and running
them all. For the first three nothing is executed: real runs only say who was right. It stops after
`--minutes`, and says how many tasks it did not get to.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cwm_demo.commands.models import add_model_argument, model_name, open_text, open_world
from cwm_demo.commands.source import UNUSABLE, print_json
from cwm_demo.evaluate.provenance import save
from cwm_demo.evaluate.scores import Score
from cwm_demo.evaluate.suites import SuiteError, load_suite
from cwm_demo.execution.sandbox import run
from cwm_demo.predict.errors import CheckpointError
from cwm_demo.predict.prediction import TextModel, WorldModel
from cwm_demo.programs.program import Case, load_catalogue, marked
from cwm_demo.verify.candidates import TIER, bits, candidates, imagine_answer
from cwm_demo.verify.selection import picked_right

CANDIDATES = 6
MINUTES = 15.0
TASKS = 60  # of each suite
SLACK = 1.5  # a candidate's imagined run may be this much longer than the run as meant
RESAMPLES = 2_000
WAYS = ("chance", "text model", "world model", "running them")


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    source: str
    case: Case
    stdin: str | None = None


@dataclass(slots=True)
class Found:
    """What came out on the tasks of one suite."""

    picks: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    accepted_right: Score = field(default_factory=Score)  # right candidates that the world model accepts
    accepted_wrong: Score = field(default_factory=Score)
    said: Counter[str] = field(default_factory=Counter)  # "right, imagined wrong" and the like
    tasks: int = 0
    left: int = 0  # tasks that time did not suffice for

    def to_json(self) -> dict[str, Any]:
        return {
            "tasks": self.tasks,
            "not_reached": self.left,
            "candidates": sum(self.said.values()),
            "picked_right": {way: spread(values) for way, values in self.picks.items()},
            "accepts_right": self.accepted_right.to_json(),
            "accepts_wrong": self.accepted_wrong.to_json(),
            "said": dict(sorted(self.said.items())),
        }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--suites", nargs="+", metavar="SUITE", default=["catalogue", "generated"], help="(default: both)"
    )
    parser.add_argument("--candidates", type=int, metavar="K", default=CANDIDATES, help=f"({CANDIDATES})")
    parser.add_argument("--limit", type=int, metavar="N", default=TASKS, help=f"tasks of a suite ({TASKS})")
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"for all suites ({MINUTES:g})")
    add_model_argument(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")


def main(args: argparse.Namespace) -> int:
    try:
        suites = {name: drawn(list(tasks(name)), args.limit) for name in args.suites}
        world, text = open_world(args.model), open_text()
    except (SuiteError, CheckpointError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    result: dict[str, Any] = {"model": model_name(args.model), "k": args.candidates, "suites": {}}
    for number, (name, items) in enumerate(suites.items()):
        share = args.minutes * 60 / len(suites)  # a suite that is done early leaves its time to nobody
        found = compare(items, world, text, args.candidates, time.monotonic() + share)
        result["suites"][name] = found.to_json()
        if args.out:  # a longer run shows what it has
            save({**result, "complete": number + 1 == len(suites)}, args.out)
        print(f"{name:<12} {found.tasks} tasks: " + ", ".join(_words(found)), flush=True)
    if not args.out:
        print_json(save({**result, "complete": True}, None))
    return 0


def drawn(items: list[Task], limit: int) -> list[Task]:
    """A sample, always the same one, in an order that makes those reached in time a fair sample too."""
    return random.Random(0).sample(items, min(limit, len(items)))


def tasks(suite: str) -> Iterator[Task]:
    """The calls of a suite, each with what it should give: by the catalogue's checks, else by a real run."""
    if suite == "catalogue":
        for program in load_catalogue().values():
            for number, case in enumerate(program.cases):
                if case.returns is not None or case.raises is not None:
                    yield Task(f"{program.name}:{number}", program.source, case, program.stdin)
        return
    for item in load_suite(suite):
        truth = run(marked(item.code, item.call))
        if truth.complete and truth.returned is not None:
            yield Task(item.id, item.code, Case(item.call, returns=truth.returned))


def compare(
    items: Sequence[Task], world: WorldModel, text: TextModel, count: int, deadline: float = float("inf")
) -> Found:
    """Every way to pick, on each task that has a right and a wrong candidate."""
    found = Found()
    for number, task in enumerate(items):
        if time.monotonic() > deadline:
            found.left = len(items) - number
            break
        traced = partial(run, stdin=task.stdin)
        group = candidates(task.source, task.case, traced, count, task.id)
        right = [each.right for each in group]
        if all(right) or not any(right):
            continue
        found.tasks += 1
        length = len(traced(marked(task.source, task.case.call)).frames)
        answers = [imagine_answer(world, each.source, task.case, int(length * SLACK) + 5) for each in group]
        unusual = [bits(text, each.source) for each in group]
        for each, said in zip(group, answers):
            (found.accepted_right if each.right else found.accepted_wrong).add(said == "right")
            found.said[f"{'right' if each.right else 'wrong'}, imagined {said}"] += 1
        found.picks["chance"].append(sum(right) / len(right))
        found.picks["text model"].append(picked_right([round(1_000 * each) for each in unusual], right))
        found.picks["world model"].append(picked_right([TIER[said] for said in answers], right))
        found.picks["running them"].append(1.0)
    return found


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Their mean, and its 95 % interval by drawing the tasks again with replacement (bootstrap)."""
    if not values:
        return {"value": None, "n": 0, "low": None, "high": None}
    draw = random.Random(0)
    means = sorted(sum(draw.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    mean = sum(values) / len(values)
    return {"value": round(mean, 4), "n": len(values), "low": round(low, 4), "high": round(high, 4)}


def _words(found: Found) -> Iterator[str]:
    for way, values in found.picks.items():
        if values:
            yield f"{way} {100 * sum(values) / len(values):.0f} %"
