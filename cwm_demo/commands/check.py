"""`check`: every catalogue program through trace, all its bugs, and rollouts in both modes and both readings.

    python -m cwm_demo check                     # all, a line per program
    python -m cwm_demo check --programs tally --bugs 3
    python -m cwm_demo check --out assets/results/bugs.json

Counts how many bugs are caught, missed and unclear where the runs part, and how many slips there are per
clean step. A program without a bug gives the clean steps; a bug's steps before the parting are the same
again and are not counted twice.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cwm_demo.evaluate.provenance import provenance
from cwm_demo.evaluate.scores import Score
from cwm_demo.execution.sandbox import run
from cwm_demo.predict.prediction import TextModel, WorldModel
from cwm_demo.programs.program import Case, Program, load_catalogue, marked
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Mode, Read, Rollout
from cwm_demo.trace.frame import Trace

READINGS: tuple[tuple[Mode, Read], ...] = (
    ("replay", "intended"),
    ("replay", "candidate"),
    ("imagine", "intended"),
    ("imagine", "candidate"),
)


@dataclass(slots=True)
class Count:
    """What was found over some bugs and clean runs."""

    bugs: Counter[str] = field(default_factory=Counter)  # judgement at the parting, the intended program read
    slips: Score = field(default_factory=Score)  # of clean steps, in replay
    imagined: Counter[str] = field(default_factory=Counter)  # the candidate's answer, on its own, against its real one

    def __iadd__(self, other: Count) -> Count:
        self.bugs += other.bugs
        self.imagined += other.imagined
        self.slips.hits += other.slips.hits
        self.slips.n += other.slips.n
        return self

    def to_json(self) -> dict[str, Any]:
        total = sum(self.bugs.values())
        return {
            "bugs": total,
            **{kind: self.bugs[kind] for kind in ("caught", "missed", "unclear", "beyond")},
            "caught": Score(self.bugs["caught"], total).to_json() | {"count": self.bugs["caught"]},
            "slips_per_clean_step": self.slips.to_json(),
            "imagined_answers": dict(self.imagined),
        }

    def __str__(self) -> str:
        bugs = ", ".join(f"{self.bugs[kind]} {kind}" for kind in ("caught", "missed", "unclear", "beyond"))
        return f"{sum(self.bugs.values())} bugs: {bugs}; {self.slips.hits} slips in {self.slips.n} clean steps"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--programs", nargs="+", metavar="NAME", help="only these (default: all)")
    parser.add_argument("--bugs", type=int, metavar="N", help="at most N bugs of each program (default: all)")
    parser.add_argument("--model", default="cwm", metavar="DIR", help="the world model's folder")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the counts as JSON")


def main(args: argparse.Namespace) -> int:
    from cwm_demo.predict.engine import load_text_model, load_world_model

    catalogue = load_catalogue()
    unknown = set(args.programs or ()) - set(catalogue)
    if unknown:
        print(f"no such program: {', '.join(sorted(unknown))}; there are {', '.join(catalogue)}", file=sys.stderr)
        return 2
    world, text = load_world_model(args.model), load_text_model("standard")
    total, programs = Count(), {}
    for name in args.programs or catalogue:
        count = check_program(catalogue[name], world, text, args.bugs)
        programs[name] = count.to_json()
        total += count
        print(f"{name:<20} {count}", flush=True)
    print(f"{'all':<20} {total}")
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        data = {**provenance(), "model": args.model, "all": total.to_json(), "programs": programs}
        args.out.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


def check_program(program: Program, world: WorldModel, text: TextModel, most: int | None = None) -> Count:
    """All rollouts of a program on its first case, without a bug and with each of at most `most` bugs."""
    case = program.cases[0]
    count = Count()
    intended = _run(program.source, case)
    ask = Asked(world, text)
    for mode, read in READINGS:
        result = ask(intended, intended, program.source, case, mode, read)
        if (mode, read) == ("replay", "intended"):
            for step in result.steps:
                if step.verdict is not None:
                    count.slips.add(step.judgement == "slip")
    for bug in effective(program.source, case.call, mutations(program.source), lambda source: run(source, trusted=True))[:most]:
        truth = _run(bug.source, case)
        for mode, read in READINGS:
            result = ask(intended, truth, bug.source, case, mode, read)
            if (mode, read) == ("replay", "intended"):
                count.bugs[_at_parting(result)] += 1
            if (mode, read) == ("imagine", "candidate") and result.answer != "unknown":
                count.imagined[f"is {result.answer}, imagined {result.imagined_answer}"] += 1
    return count


@dataclass(slots=True)
class Asked:
    """Asks the models once for each different question: on its own, the intended program is one for all bugs."""

    world: WorldModel
    text: TextModel
    imagined: dict[str, list] = field(default_factory=dict)

    def __call__(
        self, intended: Trace, truth: Trace, candidate: str, case: Case, mode: Mode, read: Read
    ) -> Rollout:
        asked = question(intended, truth, read)
        if mode == "replay":
            predictions = self.world.replay(asked.source, asked.draft, asked.complete)
        else:
            if asked.source not in self.imagined:
                self.imagined[asked.source] = self.world.imagine(asked.source, 3 * len(intended.frames) + 10)
            predictions = self.imagined[asked.source]
        guesses = self.text.lines(marked(candidate, case.call))
        return rollout(intended, truth, case, mode=mode, read=read, predictions=predictions, guesses=guesses)
