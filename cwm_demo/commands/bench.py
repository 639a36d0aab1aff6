"""`bench`: what the tracer, the sandbox, a replay and a click cost, each beside another way in the same run.

    python -m cwm_demo bench
    python -m cwm_demo bench --only tracer sandbox --json
    python -m cwm_demo bench --out docs/benchmarks.json

Needs the development requirements (`make bench` installs them) and, for the click, a Chromium.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

from cwm_demo.commands.source import print_json
from cwm_demo.evaluate.provenance import save

PARTS = ("tracer", "sandbox", "replay", "click")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")


def main(args: argparse.Namespace) -> int:
    rows = []
    for part in args.only:
        try:
            found = import_module(f"benchmarks.{part}").measure()
        except ImportError as error:
            print(f"{part}: {error}. Run it as `make bench`, in the repository's folder.", file=sys.stderr)
            return 2
        rows += found
        if not args.json:
            print(*found, sep="\n", flush=True)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    data = save({"machine": machine, "rows": [row.to_json() for row in rows]}, args.out)
    if args.json:
        print_json(data)
    return 0
