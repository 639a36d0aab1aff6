"""`evaluate`: score a model on a suite, by the metrics of CWM's report, and by asking for values directly.

    python -m cwm_demo evaluate catalogue
    python -m cwm_demo evaluate my_suite.jsonl --limit 50 --json
    python -m cwm_demo evaluate mbpp-test --seconds 540 --out assets/results/mbpp-test.json
    python -m cwm_demo evaluate mbpp-test --model models/standard
    python -m cwm_demo evaluate mbpp-test --model Qwen/Qwen2.5-Coder-0.5B
    python -m cwm_demo evaluate mbpp-test --server http://localhost:8000/v1 --model NAME
    python -m cwm_demo evaluate mbpp-test --server http://localhost:8000/v1 --model facebook/cwm --traces cwm

A model is a folder or a name on the Hugging Face hub, `facebook/cwm` included, or whatever a server calls it.
With --seconds the programs come in a random order, always the same one, so that what was reached is a fair
sample. The file of --out is written as it goes. Exit status 2 when suite, model or server can't be used.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path
from typing import Any

from cwm_demo.commands.models import add_model_argument, model_name
from cwm_demo.commands.progress import progress
from cwm_demo.commands.source import UNUSABLE, execute, print_json
from cwm_demo.evaluate.evaluate import MODES, Evaluation, evaluate
from cwm_demo.evaluate.provenance import save
from cwm_demo.evaluate.suites import SuiteError, load_suite
from cwm_demo.execution.sandbox import SandboxUnavailable
from cwm_demo.predict.errors import CheckpointError
from cwm_demo.predict.prediction import DirectModel, WorldModel
from cwm_demo.predict.remote import TIMEOUT, Server, ServerError, ServerModel
from cwm_demo.predict.remote_world import ServerWorldModel
from cwm_demo.predict.settings import Settings
from cwm_demo.trace.text import CWM, OURS

SAVED_EVERY = 15  # seconds
STYLES = {"cwm": CWM, "ours": OURS}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "suite", metavar="SUITE", help="catalogue, the name of a shipped suite, or a JSON Lines file"
    )
    add_model_argument(parser)
    parser.add_argument("--server", metavar="URL", help="ask --model of an OpenAI-compatible server")
    parser.add_argument(
        "--traces",
        choices=STYLES,
        help="the server's model writes traces, CWM's or ours: ask it for frames too",
    )
    parser.add_argument("--chat", action="store_true", help="as a chat, for a server that takes no bare text")
    parser.add_argument(
        "--timeout", type=float, default=TIMEOUT, metavar="S", help="for one answer of a server"
    )
    parser.add_argument(
        "--modes", nargs="+", choices=MODES, default=MODES, help="only these, of those that the model can do"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="at most N programs")
    parser.add_argument("--seconds", type=float, metavar="S", help="begin no further program after S seconds")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")


def main(args: argparse.Namespace) -> int:
    try:
        items = load_suite(args.suite)
        name, world, direct = _open(args)
    except (SuiteError, CheckpointError, ServerError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    if args.seconds is not None:
        random.Random(0).shuffle(items)
    items = items[: args.limit]
    saved = time.monotonic()
    bar = progress(len(items), "program")
    reached: dict[str, Any] = {}

    def on_item(result: Evaluation) -> None:
        nonlocal saved, reached
        bar.update()
        reached = result.to_json()
        if args.out and time.monotonic() - saved > SAVED_EVERY:
            save(reached, args.out)
            saved = time.monotonic()

    try:
        with bar:
            result = evaluate(
                items,
                world,
                execute,
                suite=args.suite,
                model=name,
                direct=direct,
                modes=args.modes,
                seconds=args.seconds,
                on_item=on_item,
            )
    except (ServerError, SandboxUnavailable, KeyboardInterrupt) as error:
        if reached:
            save(reached, args.out)
        kept = f" What was measured so far is in {args.out}." if reached and args.out else ""
        print(f"{(str(error) or 'Stopped').rstrip('.')}.{kept}", file=sys.stderr)
        return UNUSABLE
    data = save(result.to_json(), args.out)
    if args.json:
        print_json(data)
    else:
        _print(data)
    return 0


def _open(args: argparse.Namespace) -> tuple[str, WorldModel | None, DirectModel]:
    """The model's name in the result, and what it can be asked. Raises CheckpointError or ServerError."""
    if args.server:
        if not args.model:
            raise ServerError("--server needs --model NAME: which of its models to ask")
        name = f"{args.model} (server)"
        server = Server(args.server, args.model, args.timeout)
        world = ServerWorldModel(server, STYLES[args.traces]) if args.traces else None
        return name, world, ServerModel(server, args.chat)
    from cwm_demo.evaluate.models import open_models

    models = open_models(args.model or Settings.from_environment().world)
    return model_name(args.model), models.world, models.direct


def _print(data: dict[str, Any]) -> None:
    untraceable = sum(data["untraceable"].values())
    print(f"{data['suite']}: {data['n']} programs, {untraceable} could not be traced to an end")
    if not data["finished"]:
        print(f"  the time was up after {data['n'] + untraceable} of {data['of']}")
    for mode in MODES:
        for metric, score in data[mode].items():
            if score["n"]:
                spread = f"[{100 * score['low']:.1f}, {100 * score['high']:.1f}]"
                print(f"  {mode:<8} {metric:<19} {100 * score['value']:5.1f} %  {spread}  n = {score['n']}")
