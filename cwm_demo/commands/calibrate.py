"""`calibrate`: how far the models' own figures can be trusted.

    python -m cwm_demo calibrate --out assets/results/calibration.json
    python -m cwm_demo calibrate --suites catalogue --limit 10 --json

Text model: what share of the catalogue's lines, as meant and with a bug in them, the page calls usual, odd
and very odd. World model: of the frames that it predicted with some confidence, step by step, how many were
right. Both: the same of the values that they were asked for directly. Exit status 2 when a model or a suite
can't be used.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cwm_demo.commands.models import add_model_argument, model_name, open_world
from cwm_demo.commands.progress import progress
from cwm_demo.commands.source import UNUSABLE, execute, print_json
from cwm_demo.evaluate.answers import kind_of, reads_back
from cwm_demo.evaluate.calibration import Reliability, levels
from cwm_demo.evaluate.mutants import Family, cases, family, run_shipped
from cwm_demo.evaluate.provenance import save
from cwm_demo.evaluate.suites import Item, SuiteError, load_suite
from cwm_demo.execution.sandbox import SandboxUnavailable
from cwm_demo.predict.errors import CheckpointError
from cwm_demo.predict.prediction import DirectModel, WorldModel
from cwm_demo.predict.settings import Settings
from cwm_demo.predict.unusual import ODD, VERY_ODD, WORDS
from cwm_demo.programs.program import marked
from cwm_demo.rollout.verdict import verdict

if TYPE_CHECKING:  # it imports torch
    from cwm_demo.predict.checkpoint import Checkpoint

MAX_FRAMES = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_argument(parser)
    parser.add_argument(
        "--text-model", metavar="DIR", help="the text model's folder (default: models/standard)"
    )
    parser.add_argument(
        "--suites",
        nargs="+",
        default=["catalogue", "generated"],
        metavar="SUITE",
        help="for the world model's confidence (default: catalogue generated)",
    )
    parser.add_argument(
        "--limit", type=int, metavar="N", help="at most N programs of each suite, and N cases"
    )
    parser.add_argument("--bugs", type=int, default=4, metavar="N", help="at most N of each case (default 4)")
    parser.add_argument("--seconds", type=float, metavar="S", help="begin no further program after S seconds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")


def main(args: argparse.Namespace) -> int:
    from cwm_demo.predict.checkpoint import load
    from cwm_demo.predict.direct import CorpusModel

    deadline = None if args.seconds is None else time.monotonic() + args.seconds
    text_folder = args.text_model or Settings.from_environment().text
    try:
        items = {name: _sample(load_suite(name), args.limit) for name in args.suites}
        world, text = open_world(args.model), load(text_folder)
    except (CheckpointError, SuiteError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE

    bits = _line_bits(text, args.limit, args.bugs)
    asked = {"world": CorpusModel(world.checkpoint), "text": CorpusModel(text)}
    try:
        confidence, answers, finished = _confidence(world, asked, items, deadline)
    except SandboxUnavailable as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    result: dict[str, Any] = {
        "model": model_name(args.model),
        "text_model": model_name(text_folder),
        "finished": finished,
        "lines": {
            "thresholds": {"odd": ODD, "very odd": VERY_ODD},
            **{kind: levels(values, (ODD, VERY_ODD), WORDS) for kind, values in bits.items()},
        },
        "confidence": {name: table.to_json() for name, table in confidence.items()},
        "direct_confidence": {name: table.to_json() for name, table in answers.items()},
    }
    data = save(result, args.out)
    if args.json:
        print_json(data)
    else:
        _print(data)
    return 0


def _sample(items: list[Item], limit: int | None) -> list[Item]:
    """In a random order, always the same one: a suite may be sorted by difficulty."""
    random.Random(0).shuffle(items)
    return items[:limit]


def _line_bits(text: Checkpoint, limit: int | None, bugs: int) -> dict[str, list[float]]:
    """Bits per token of the catalogue's lines, and of mutated ones, each text once."""
    from cwm_demo.evaluate import surprise

    bits: dict[str, list[float]] = {"as meant": [], "with a bug": []}
    seen: set[str] = set()
    for case in list(cases(("catalogue",)))[:limit]:
        if case.source not in seen:
            seen.add(case.source)
            bits["as meant"] += [piece.bits_per_token for piece in surprise.lines(text, case.source).values()]
        found = family(case, bugs, run_shipped)
        for mutant in found.mutants if isinstance(found, Family) else ():
            line = surprise.lines(text, mutant.bug.source).get(mutant.bug.line)
            if line and mutant.bug.source not in seen:
                seen.add(mutant.bug.source)
                bits["with a bug"].append(line.bits_per_token)
    return bits


def _confidence(
    world: WorldModel,
    asked: dict[str, DirectModel],
    items: dict[str, list[Item]],
    deadline: float | None,
) -> tuple[dict[str, Reliability], dict[str, Reliability], bool]:
    """The world model's confidence in each frame it predicted, by suite; that of both models in the values
    they were asked for, by model; and whether all was gone through."""
    found: dict[str, Reliability] = defaultdict(Reliability)
    answers: dict[str, Reliability] = {name: Reliability() for name in asked}
    waiting = [(name, item) for name, each in items.items() for item in each]
    with progress(len(waiting), "program") as bar:
        for name, item in waiting:
            if deadline is not None and time.monotonic() > deadline:
                return found, answers, False
            bar.update()
            truth = execute(marked(item.code, item.call))
            if not truth.complete or not 0 < len(truth.frames) <= MAX_FRAMES:
                continue
            predictions = world.replay(truth.source, truth.frames, complete=True)
            for prediction, frame in zip(predictions, [*truth.frames, None]):
                if prediction.asked:
                    found[name].add(prediction.probability, verdict(prediction, frame) == "match")
            for model in asked if item.call and reads_back(truth.returned) else ():
                said = asked[model].answer(item.code, item.call)
                if said.problem is None:
                    answers[model].add(said.probability, kind_of(said.text, truth.returned) == "right")
    return found, answers, True


def _print(data: dict[str, Any]) -> None:
    for kind in ("as meant", "with a bug"):
        row = data["lines"][kind]
        shares = ", ".join(f"{word} {100 * (row['shares'][word]['value'] or 0):.0f} %" for word in WORDS)
        print(f"{row['n']} lines {kind}: {shares}")
    for suite, table in data["confidence"].items():
        _print_table(f"{suite}, predicted frames", table)
    for model, table in data["direct_confidence"].items():
        _print_table(f"{model} model, values asked directly", table)


def _print_table(title: str, table: dict[str, Any]) -> None:
    print(f"{title}: n = {table['n']}, calibration error {table['error']}")
    for row in table["bins"]:
        share = f"{100 * row['right']['value']:3.0f} % right  n = {row['right']['n']}"
        print(f"  {row['from']:.2f} to {row['to']:.2f}: {100 * row['confidence']:3.0f} % sure, {share}")
