"""`bugs`: the bugs that can be injected into a program, each changing what it does on the given input."""

from __future__ import annotations

import argparse
import sys

from cwm_demo.commands.source import (
    UNUSABLE,
    add_call_argument,
    add_source_arguments,
    execute,
    print_json,
    read,
    stdin_text,
)
from cwm_demo.programs.bugs import program_bugs
from cwm_demo.programs.program import ProgramError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source_arguments(parser)
    add_call_argument(parser)


def main(args: argparse.Namespace) -> int:
    try:
        program = read(args.file, args.call)
        stdin = stdin_text(args) or program.stdin
        found = program_bugs(program.source, program.call, lambda source: execute(source, stdin))
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
