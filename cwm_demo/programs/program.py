"""A program: its source, the call that starts it, and checks on what the call should give.

A catalogue program (`assets/programs/*.py`) is a legal Python file: the program first, so that line k of
the file is line k of what a model reads, and its metadata in a comment block at the end, in the manner of
PEP 723, because it holds the answers and must never reach a model:

    # /// program
    # title = "Tally"
    # teaches = "How a dictionary counts."
    # level = 1
    #
    # [[cases]]
    # call = "tally(['a', 'b', 'a'])"
    # returns = "{'a': 2, 'b': 1}"
    # ///

The first case is the default call, the others are further inputs; each says what should come out.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cwm_demo.trace.frame import START_OF_TRACE

CATALOGUE = Path(__file__).parents[2] / "assets" / "programs"
BLOCK = re.compile(r"^# /// program\n(?P<toml>(?:#(?: .*)?\n)*?)# ///\s*\Z", re.MULTILINE)
BLOCK_START = re.compile(r"^# /// program\s*$", re.MULTILINE)


class ProgramError(ValueError):
    """A program that can't be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call and what it should give: a check on the program's result. What is None is not checked."""

    call: str | None  # None: the program's own top level is what runs
    returns: str | None = None  # repr text, as the tracer renders it
    raises: str | None = None  # "ValueError: message"
    prints: str | None = None  # the exact text


@dataclass(frozen=True, slots=True)
class Program:
    name: str  # the file's name without its ending, also in links
    title: str
    teaches: str  # one sentence for a learner
    level: int  # 1 first steps, 2 needs some practice, 3 needs care; 0 for a visitor's own
    source: str  # the program alone: no call, no metadata
    cases: tuple[Case, ...]  # never empty; the first is the one that is shown
    stdin: str | None = None  # what `input()` reads

    @property
    def call(self) -> str | None:
        """The call that is traced; None for a module program."""
        return self.cases[0].call

    def case(self, call: str | None) -> Case | None:
        """The check for this very call, or None where there is none."""
        return next((case for case in self.cases if case.call == call), None)

    def with_call(self, call: str) -> Program:
        """This program started by `call`, with the check that is known for it, if any."""
        call = check_call(call)
        if START_OF_TRACE in self.source:
            raise ProgramError(
                f"a line of the program is marked {START_OF_TRACE!r}; remove the mark, or the call"
            )
        return replace(self, cases=(self.case(call) or Case(call),))


def marked(source: str, call: str | None) -> str:
    """SOURCE of the trace format: the program and its marked call, exactly what a model reads.

    Line k of the program is line k of SOURCE. Without a call the program itself is what runs.
    """
    if call is None:
        return source.rstrip() + "\n"
    return f"{source.rstrip()}\n\n{call}  {START_OF_TRACE}\n"


def check_call(text: str) -> str:
    """`text` without surrounding space, if it is one call on one line. Raises ProgramError otherwise."""
    call = text.strip().removesuffix(START_OF_TRACE).rstrip()
    example = "write one call on one line, such as f(3) or Account(10).draw(4)"
    if not call:
        raise ProgramError(f"the call is empty; {example}")
    if len(call.splitlines()) > 1:
        raise ProgramError(f"the call has several lines; {example}")
    try:
        tree = ast.parse(call, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ProgramError(f"the call {call!r} is not a Python expression ({reason}); {example}") from error
    if not isinstance(tree.body, ast.Call):
        raise ProgramError(f"{call!r} is an expression, but not a call; {example}")
    if tree.body.end_col_offset != len(call.encode()):
        raise ProgramError(f"there is more than the call in {call!r}; {example}")
    return call


def read_program(text: str, name: str) -> Program:
    """The program in the text of a Python file, ours or a visitor's.

    A last line that is an expression marked with `# << START_OF_TRACE` becomes the call and leaves the
    source; a mark elsewhere stays in place, and so does everything of a program without one (a module
    program). A syntax error in the program is left to the tracer, which says where it is.
    """
    text = _plain_text(text, name)
    block = BLOCK.search(text)
    if block:
        return _with_metadata(text[: block.start()], _metadata(block["toml"], name), name)
    if started := BLOCK_START.search(text):
        line = text.count("\n", 0, started.start()) + 1
        raise ProgramError(
            f"{name}, line {line}: the block of metadata must be closed by a line '# ///', hold only comment "
            "lines, and be the last thing in the file"
        )
    source, call = _split_marked(text)
    if not source.strip():
        raise ProgramError(f"{name}: there is no program here; write at least one statement")
    if call is not None:
        try:
            call = check_call(call)
        except ProgramError as error:
            raise ProgramError(f"{name}, the line marked {START_OF_TRACE!r}: {error}") from error
    return Program(name, name, "", 0, source.rstrip() + "\n", (Case(call),))


@cache
def load_catalogue() -> Mapping[str, Program]:
    """All programs of assets/programs by name: the deck's tally first, then by level and title."""
    programs = [read_program(path.read_text(encoding="utf-8"), path.stem) for path in CATALOGUE.glob("*.py")]
    for program in programs:
        if not program.level:
            raise ProgramError(f"{program.name}: a catalogue program needs its block '# /// program'")
    programs.sort(key=lambda program: (program.name != "tally", program.level, program.title))
    return MappingProxyType({program.name: program for program in programs})


def _plain_text(text: str, name: str) -> str:
    """`text` with "\\n" as its only line ends and no byte order mark."""
    if "\0" in text:
        raise ProgramError(f"{name}: not text (it holds a zero byte); give a Python file")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ProgramError(f"{name}: not text (half a character at position {error.start})") from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _split_marked(text: str) -> tuple[str, str | None]:
    """Source and call, if the last line is a marked expression at top level; else the text and None."""
    source = text.rstrip()
    above, _, last = source.rpartition("\n")
    if not last.endswith(START_OF_TRACE) or last[0].isspace() or above.endswith("\\"):
        return source, None
    call = last.removesuffix(START_OF_TRACE).rstrip()
    try:
        ast.parse(call, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source, None
    return above.rstrip(), call


def _metadata(commented: str, name: str) -> dict[str, Any]:
    toml = "".join(line.removeprefix("#").removeprefix(" ") for line in commented.splitlines(keepends=True))
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise ProgramError(f"{name}: the metadata is not TOML: {error}") from error


def _with_metadata(source: str, data: dict[str, Any], name: str) -> Program:
    kinds = {"title": str, "teaches": str, "level": int, "cases": list}
    for key, kind in kinds.items():
        if not isinstance(data.get(key), kind):
            raise ProgramError(f"{name}: the metadata needs {key!r} ({kind.__name__})")
    if unknown := data.keys() - kinds.keys() - {"stdin"}:
        raise ProgramError(f"{name}: unknown metadata {sorted(unknown)}; known: {[*kinds, 'stdin']}")
    if not isinstance(data.get("stdin", ""), str):
        raise ProgramError(f"{name}: 'stdin' must be text")
    if not source.strip():
        raise ProgramError(f"{name}: there is no program above the metadata")
    if not data["cases"] or data["level"] < 1:
        raise ProgramError(f"{name}: the metadata needs at least one [[cases]] and a level from 1")
    cases = tuple(_case(entry, f"{name}, case {i}") for i, entry in enumerate(data["cases"], 1))
    source = source.rstrip() + "\n"
    return Program(name, data["title"], data["teaches"], data["level"], source, cases, data.get("stdin"))


def _case(entry: object, where: str) -> Case:
    known = [field.name for field in fields(Case)]
    if not isinstance(entry, dict) or "call" not in entry or entry.keys() - set(known):
        raise ProgramError(f"{where}: a case is a table with 'call' and some of {known[1:]}")
    if not all(isinstance(value, str) for value in entry.values()):
        raise ProgramError(f'{where}: every value is text; write returns = "3" for the number 3')
    if "returns" in entry and "raises" in entry:
        raise ProgramError(f"{where}: a call either returns or raises; give one of the two")
    try:
        return Case(**entry | {"call": check_call(entry["call"])})
    except ProgramError as error:
        raise ProgramError(f"{where}: {error}") from error
