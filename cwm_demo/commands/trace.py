"""`trace`: run a program in the sandbox and print its trace."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields, replace

from cwm_demo.commands.source import (
    UNUSABLE,
    add_call_argument,
    add_source_arguments,
    execute,
    print_json,
    read,
    stdin_text,
    unusable,
)
from cwm_demo.execution.limits import Limits
from cwm_demo.programs.program import ProgramError, marked
from cwm_demo.trace.renderings import as_deck


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source_arguments(parser)
    add_call_argument(parser)
    for limit in fields(Limits):
        parser.add_argument(
            f"--{limit.name.replace('_', '-')}",
            type=type(limit.default),
            default=limit.default,
            metavar="N",
            help=f"limit (default {limit.default})",
        )


def main(args: argparse.Namespace) -> int:
    limits = replace(Limits(), **{limit.name: getattr(args, limit.name) for limit in fields(Limits)})
    try:
        program = read(args.file, args.call)
        trace = execute(marked(program.source, program.call), stdin_text(args) or program.stdin, limits)
    except ProgramError as error:
        trace = unusable(str(error))
    if args.json:
        print_json(trace.to_json())
    else:
        print(as_deck(trace), end="")
        if trace.stopped:
            print(trace.stopped.message, file=sys.stderr)
    return UNUSABLE if (trace.stopped and trace.stopped.reason == "syntax") or not trace.source else 0
