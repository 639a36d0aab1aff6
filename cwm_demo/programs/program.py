"""A program: source, a call, and checks on its result; read from our catalogue or a visitor's file.

A catalogue file is a legal Python file with the program first, so that its line numbers are those of SOURCE,
and its metadata at the end, in a comment block after the manner of PEP 723:

    # /// program
    # title = "Counting with a dictionary"
    # teaches = "..."
    # level = 1
    # [[cases]]
    # call = "tally(['a', 'b', 'a'])"
    # returns = "{'a': 2, 'b': 1}"
    # ///

The first case is the one shown; the others are further inputs. Nothing of the block reaches a model: it
holds the answers.
"""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cwm_demo.trace.frame import START_OF_TRACE

CATALOGUE = Path(__file__).parents[2] / "assets" / "programs"
_BLOCK = re.compile(r"^# /// program\n(?P<body>(?:#.*\n)*?)# ///[ \t]*$\n?", re.MULTILINE)


class ProgramError(ValueError):
    """The program can't be used; the message says what was wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call and what it should give: a check on the program's result."""

    call: str | None
    returns: str | None = None  # `repr` text, as the tracer renders it
    raises: str | None = None  # "ValueError: message"
    prints: str | None = None  # the exact text, compared only when given


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    title: str
    teaches: str
    level: int  # 1 first steps, 2 everyday, 3 takes thought
    source: str
    cases: tuple[Case, ...]  # never empty; the first is the one shown
    stdin: str | None = None  # what input() reads

    @property
    def call(self) -> str | None:
        return self.cases[0].call

    def case(self, call: str | None) -> Case | None:
        """The case with this call, None when nothing is known about it."""
        return next((case for case in self.cases if case.call == call), None)


def marked(source: str, call: str | None) -> str:
    """SOURCE of the trace format: the program, an empty line, and its marked call.

    Line k of the program is line k of SOURCE. Without a call the program's own top level is what runs.
    """
    source = source.rstrip() + "\n"
    return source if call is None else f"{source}\n{call}  {START_OF_TRACE}\n"


def check_call(text: str) -> str:
    """The text of one call, stripped. Raises ProgramError when it is something else."""
    call = text.strip()
    try:
        node = ast.parse(call, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ProgramError(f"The call {call!r} is not Python: {error}. Write one call, such as f(3).") from error
    if not isinstance(node, ast.Call) or "\n" in call:
        raise ProgramError(f"{call!r} is not a call. Write one call on one line, such as f(3).")
    return call


def read_program(text: str, name: str) -> Program:
    """The program in the text of a file, ours or a visitor's.

    Without a metadata block, a last line that is a marked call becomes the call and leaves the source; a
    marker elsewhere stays where it is; without any marker the program is its own top level.
    Raises ProgramError for a broken block or call.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    block = _BLOCK.search(text)
    if block:
        source = text[: block.start()].rstrip() + "\n"
        return _from_metadata(_metadata(block["body"], name), source, name)
    source, call = _split_marked(text)
    return Program(name, name, "", 1, source, (Case(call),))


@cache
def load_catalogue() -> dict[str, Program]:
    """The shipped programs by name, from the easiest on. Shared by all: it is never changed."""
    programs = [read_program(path.read_text(encoding="utf-8"), path.stem) for path in CATALOGUE.glob("*.py")]
    return {program.name: program for program in sorted(programs, key=lambda p: (p.level, p.name))}


def _split_marked(text: str) -> tuple[str, str | None]:
    lines = text.rstrip().split("\n")
    last = lines[-1].rstrip()
    if last.endswith(START_OF_TRACE) and not last[0].isspace():
        call = last.removesuffix(START_OF_TRACE).rstrip()
        try:
            call = check_call(call)
        except ProgramError:
            return text, None  # `x = f(3)  # << START_OF_TRACE`: the tracer finds its call
        return "\n".join(lines[:-1]).rstrip() + "\n", call
    return text, None


def _metadata(body: str, name: str) -> dict[str, Any]:
    lines = [line.removeprefix("#").removeprefix(" ") for line in body.split("\n")]
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise ProgramError(f"{name}: the `# /// program` block is not TOML: {error}") from error


def _from_metadata(data: dict[str, Any], source: str, name: str) -> Program:
    try:
        cases = tuple(
            Case(check_call(row["call"]), row.get("returns"), row.get("raises"), row.get("prints"))
            for row in data["cases"]
        )
        if not cases:
            raise ProgramError(f"{name}: give at least one [[cases]] with a call")
        return Program(
            name, data["title"], data["teaches"], data["level"], source, cases, data.get("stdin")
        )
    except KeyError as error:
        raise ProgramError(f"{name}: the `# /// program` block has no {error.args[0]!r}") from error
