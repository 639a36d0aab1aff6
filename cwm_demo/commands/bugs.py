"""`bugs`: the bugs that can be injected into a program, each changing what it does on the given input.

python -m cwm_demo bugs assets/programs/tally.py
python -m cwm_demo bugs assets/programs         how many of each kind every program of a folder offers
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from cwm_demo.commands.source import (
    UNUSABLE,
    add_call_argument,
    add_source_arguments,
    execute,
    print_json,
    read,
    stdin_text,
)
from cwm_demo.execution.limits import Limits
from cwm_demo.programs.bugs import Bug, effective, events_needed, mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.operators import OPERATORS
from cwm_demo.programs.program import Program, ProgramError, marked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source_arguments(parser, "a Python program, or a folder of them for an overview")
    add_call_argument(parser)


def main(args: argparse.Namespace) -> int:
    if Path(args.file).is_dir():
        return _overview(args)
    try:
        program = read(args.file, args.call)
        found = _found(program, stdin_text(args))
    except ProgramError as error:
        print(error, file=sys.stderr)
        if args.json:
            print_json([])
        return UNUSABLE
    if args.json:
        print_json([bug.to_json() for bug in found])
    else:
        for bug in found:
            print(f"{bug.id:<28} {bug.before.strip()}  →  {bug.after.strip()}")
        if not found:
            print("No bug of our operators changes what this program does on this input.")
    return 0


def _found(program: Program, stdin: str | None) -> list[Bug]:
    stdin = stdin or program.stdin
    intended = execute(marked(program.source, program.call), stdin)
    limits = Limits(events=events_needed(intended, Limits().events))
    made = mutations(program.source, kinds_by_line(intended.frames))
    return effective(
        program.source, program.call, made, lambda source: execute(source, stdin, limits), intended
    )


def _overview(args: argparse.Namespace) -> int:
    """For each program of a folder, how many bugs of each operator show on its first call."""
    paths = sorted(Path(args.file).glob("*.py"))
    counts: dict[str, Counter[str]] = {}
    seconds: dict[str, float] = {}
    for path in paths:
        start = time.perf_counter()
        try:
            found = _found(read(str(path)), stdin_text(args))
        except ProgramError as error:
            print(error, file=sys.stderr)
            return UNUSABLE
        counts[path.stem] = Counter(bug.operator for bug in found)
        seconds[path.stem] = time.perf_counter() - start
    if args.json:
        print_json(
            {name: {operator: count[operator] for operator in OPERATORS} for name, count in counts.items()}
        )
        return 0
    for name, count in counts.items():
        kinds = ", ".join(f"{operator} {count[operator]}" for operator in OPERATORS if count[operator])
        print(f"{name:<16} {count.total():>4} bugs {seconds[name]:>5.1f} s   {kinds}")
    print()
    for operator in OPERATORS:
        offering = sum(operator in count for count in counts.values())
        total = sum(count[operator] for count in counts.values())
        print(f"{operator:<24} {total:>4} in {offering:>2} of {len(counts)} programs")
    return 0
