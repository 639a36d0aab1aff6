"""`bench`: what the models, the pages, the tracer and the training cost, each beside another way in one run.

    python -m cwm_demo bench
    python -m cwm_demo bench --only tracer sandbox --json
    python -m cwm_demo bench --out assets/results/benchmarks.json --report docs/benchmarks.md

Needs the development requirements (`make bench` installs them) and, for the clicks, a Chromium. A part that
fails is left out, and the report says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from cwm_demo.commands.source import print_json
from cwm_demo.evaluate.provenance import save

PARTS = ("replay", "tracer", "sandbox", "training", "click", "load")
TITLES = {
    "replay": "Predictions",
    "tracer": "The tracer",
    "sandbox": "The sandbox",
    "training": "Corpus and training",
    "click": "In the browser",
    "load": "A class of sixty",
}
NOTES = {
    "replay": "The shipped world model, one thread; beside it transformers' own greedy `generate`.",
    "tracer": "One program under both, in one process.",
    "sandbox": "A worker is forked from a warm parent, locked up, and gone after the run.",
    "training": "Beside the training a plain loop after nanoGPT's: rows of one length, AdamW.",
    "click": "Chromium, from the key to the painted change. The models load in a process of their own.",
    "load": "All arrive within ten seconds, then each takes a step every two seconds for two minutes, half "
    "on one program, half on their own, over the app's WebSocket. Visitors and server share the processors.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")
    parser.add_argument("--report", type=Path, metavar="FILE", help="also write it as Markdown")


def main(args: argparse.Namespace) -> int:
    rows, failed = [], {}
    for part in args.only:
        try:
            found = import_module(f"benchmarks.{part}").measure()
        except ImportError as error:
            print(f"{part}: {error}. Run it as `make bench`, in the repository's folder.", file=sys.stderr)
            return 2
        except Exception as error:  # the other parts are worth having
            failed[part] = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
            print(f"{part} failed: {failed[part]}", file=sys.stderr)
            continue
        rows += [{"part": part, **row.to_json()} for row in found]
        if not args.json:
            print(*found, sep="\n", flush=True)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    data = save({"machine": machine, "rows": rows, "failed": failed}, args.out)
    if args.report:
        args.report.write_text(report(data), encoding="utf-8")
    if args.json:
        print_json(data)
    return 1 if failed else 0


def report(data: Mapping[str, Any]) -> str:
    """The figures as a Markdown page."""
    parts = [
        "# Benchmarks\n",
        f"Measured {data['date']} at {data['commit']} with `{data['command']}`, on {data['machine']}. Every "
        "ratio is of two figures of the same run: absolute times are this machine's, and what else it was "
        "doing. `make bench` makes this page and `assets/results/benchmarks.json`.\n",
    ]
    for part in PARTS:
        rows = [row for row in data["rows"] if row["part"] == part]
        if rows:
            parts.append(f"## {TITLES[part]}\n\n{NOTES[part]}\n\n{_table(rows)}\n")
        elif part in data["failed"]:
            parts.append(f"## {TITLES[part]}\n\nNot measured: {data['failed'][part]}\n")
    return "\n".join(parts)


def _table(rows: list[Mapping[str, Any]]) -> str:
    lines = ["| what | figure | beside | ratio | target |", "|---|---|---|---|---|"]
    for row in rows:
        beside = f"{row['beside']} {_number(row['beside_figure'], row['unit'])}" if row["beside"] else ""
        ratio = f"{row['ratio']:.1f} times" if row["ratio"] is not None else ""
        figure = _number(row["figure"], row["unit"])
        lines.append(f"| {row['what']} | {figure} | {beside} | {ratio} | {_target(row)} |")
    return "\n".join(lines)


def _number(value: float, unit: str) -> str:
    text = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}"
    return f"{text} {unit}".strip()


def _target(row: Mapping[str, Any]) -> str:
    wanted = []
    if row["at_least_times"] is not None:
        wanted.append(f"at least {row['at_least_times']:g} times")
    if row["at_most"] is not None:
        wanted.append(f"at most {_number(row['at_most'], row['unit'])}")
    return f"{', '.join(wanted)}: {'**met**' if row['met'] else 'missed'}" if wanted else ""
