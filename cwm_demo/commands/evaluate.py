"""`evaluate`: score a world model on a suite, by the metrics of CWM's report.

python -m cwm_demo evaluate catalogue
python -m cwm_demo evaluate my_suite.jsonl --limit 50 --json
python -m cwm_demo evaluate catalogue --out assets/results/catalogue.json
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cwm_demo.commands.models import add_model_argument, model_name, open_world
from cwm_demo.commands.source import UNUSABLE, execute, print_json
from cwm_demo.evaluate.evaluate import evaluate
from cwm_demo.evaluate.provenance import save
from cwm_demo.evaluate.suites import SuiteError, load_suite
from cwm_demo.predict.errors import CheckpointError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "suite", metavar="SUITE", help="catalogue, the name of a shipped suite, or a JSON Lines file"
    )
    add_model_argument(parser)
    parser.add_argument("--limit", type=int, metavar="N", help="at most N programs")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")


def main(args: argparse.Namespace) -> int:
    try:
        items = load_suite(args.suite)[: args.limit]
        world = open_world(args.model)
    except (SuiteError, CheckpointError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    result = evaluate(items, world, execute, suite=args.suite, model=model_name(args.model))
    data = save(result.to_json(), args.out)
    if args.json:
        print_json(data)
        return 0
    print(
        f"{args.suite}: {result.n} programs, {sum(result.untraceable.values())} could not be traced to an end"
    )
    for mode in ("replay", "imagine"):
        for metric, score in data[mode].items():
            if score["n"]:
                spread = f"[{100 * score['low']:.1f}, {100 * score['high']:.1f}]"
                print(f"  {mode:<8} {metric:<13} {100 * score['value']:5.1f} %  {spread}  n = {score['n']}")
    return 0
