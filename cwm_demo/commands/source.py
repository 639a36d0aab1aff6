"""What the commands share: reading a program from a file, and saying what was wrong with it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.sandbox import run
from cwm_demo.programs.program import Program, ProgramError, read_program
from cwm_demo.trace.frame import Stop, Trace

UNUSABLE = 2  # exit status when the input can't be used


def add_source_arguments(parser: argparse.ArgumentParser, what: str = "a Python program") -> None:
    parser.add_argument("file", metavar="FILE", help=what)
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_call_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--call",
        metavar="EXPR",
        help="the call to trace; without it the file's own, or the module itself",
    )
    parser.add_argument(
        "--stdin", metavar="TEXT", help=r"what input() reads, lines separated by \n (an escape or a real one)"
    )


def read(path: str, call: str | None = None) -> Program:
    """The program in a file, with `call` in the place of its own. Raises ProgramError."""
    try:
        text = Path(path).read_bytes().decode("utf-8")
    except OSError as error:
        raise ProgramError(f"{path} can't be read ({error.strerror or error}); name a Python file") from error
    except UnicodeDecodeError as error:
        raise ProgramError(f"{path} is not UTF-8 text (byte {error.start}); name a Python file") from error
    program = read_program(text, Path(path).stem)
    return program if call is None else program.with_call(call)


def stdin_text(args: argparse.Namespace) -> str | None:
    return None if args.stdin is None else args.stdin.replace("\\n", "\n")


def execute(source: str, stdin: str | None = None, limits: Limits | None = None) -> Trace:
    """SOURCE in the sandbox."""
    return run(source, limits or Limits(), stdin)


def print_json(data: Any) -> None:
    # Surrogates can't be printed as UTF-8; programs may hold them in strings only as escapes.
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def unusable(message: str) -> Trace:
    """The trace of a program that could not even be read, so that JSON is printed all the same."""
    return Trace(source="", stopped=Stop("input", message))
