"""`detect`: how well surprise finds bugs: ROC curves of both models over effective mutants.

    python -m cwm_demo detect --out assets/results/detection.json
    python -m cwm_demo detect --mutants 100 --imagine 0 --json

What counts as a bug, as clean, and as a score is in `cwm_demo/evaluate/detect.py`. The file of --out is
written as it goes. Exit status 2 when a model can't be used.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from cwm_demo.commands.models import add_model_argument, model_name
from cwm_demo.commands.progress import progress
from cwm_demo.commands.source import UNUSABLE, print_json
from cwm_demo.evaluate.mutants import ORIGINS, cases, family, run_shipped
from cwm_demo.evaluate.provenance import save
from cwm_demo.predict.errors import CheckpointError
from cwm_demo.predict.settings import Settings

SAVED_EVERY = 60  # seconds; intervals take a second or two


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_argument(parser)
    parser.add_argument(
        "--text-model", metavar="DIR", help="the text model's folder (default: models/standard)"
    )
    parser.add_argument(
        "--mutants", type=int, default=1_500, metavar="N", help="so many effective mutants (default 1500)"
    )
    parser.add_argument(
        "--per-case", type=int, default=4, metavar="N", help="at most N of one program and call (default 4)"
    )
    parser.add_argument(
        "--imagine",
        type=int,
        default=60,
        metavar="N",
        help="imagine the answers of N mutants and as many clean programs (default 60; slow)",
    )
    parser.add_argument("--origins", nargs="+", choices=ORIGINS, default=ORIGINS, help="only these programs")
    parser.add_argument("--seconds", type=float, metavar="S", help="begin no further program after S seconds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")


def main(args: argparse.Namespace) -> int:
    from cwm_demo.evaluate.detect import Detection, Detectors, detect
    from cwm_demo.predict.checkpoint import load

    folders = Settings.from_environment()
    world, text = args.model or folders.world, args.text_model or folders.text
    try:
        checkpoints = load(world), load(text)
    except CheckpointError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    result = Detection(model_name(world), model_name(text), args.mutants)
    saved = time.monotonic()
    bar = progress(args.mutants, "mutant")

    def on_case(result: Detection) -> None:
        nonlocal saved
        bar.update(sum(result.mutants.values()) - bar.n)
        if args.out and time.monotonic() - saved > SAVED_EVERY:
            save(result.to_json(), args.out)
            saved = time.monotonic()

    try:
        with bar:
            detect(
                cases(tuple(args.origins)),
                lambda case: family(case, args.per_case, run_shipped),
                Detectors(*checkpoints, result),
                imagine=args.imagine,
                seconds=args.seconds,
                on_case=on_case,
            )
    except KeyboardInterrupt:
        print("Stopped; what was measured so far is kept.", file=sys.stderr)
    data = save(result.to_json(), args.out)
    if args.json:
        print_json(data)
    else:
        _print(data)
    return 0


def _print(data: dict[str, Any]) -> None:
    print(f"{data['mutants']} mutants of {data['cases']} cases: {data['mutants_by_origin']}")
    for name, row in data["detectors"].items():
        if row["area"]:
            area = row["area"]
            spread = f"[{area['low']:.3f}, {area['high']:.3f}]"
            print(f"  {name:<13} area {area['value']:.3f} {spread}  {row['bugs']} bugs, {row['clean']} clean")
    for title in ("verdict_red", "mutated_line_is_the_most_surprising", "imagined"):
        for name, score in data[title].items():
            if score["n"]:
                print(f"  {title.replace('_', ' ')}: {name}: {100 * score['value']:.1f} %  n = {score['n']}")
