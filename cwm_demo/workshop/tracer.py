"""The afternoon's exercise: a visitor's tracer, run on five programs and held against the real frames.

    exercise = load_exercise()                      # assets/workshop/tracer
    for report in check(code): report.passed        # each program's run, one after the other

The visitor's code runs in the sandbox (`harness.py`), which is told nothing new for it: what stands above a
marked call is run untraced there. What comes back is text from a stranger, so every field of it is checked;
`differences.py` then says where it first leaves the reference.
"""

from __future__ import annotations

import ast
import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cwm_demo.execution import sandbox
from cwm_demo.programs.program import Program, marked, read_program
from cwm_demo.trace.frame import EVENTS, START_OF_TRACE, Frame, Trace
from cwm_demo.workshop.differences import Difference, Given, first_difference
from cwm_demo.workshop.exercises import ASSETS

FOLDER = ASSETS / "tracer"
MAX_CHARACTERS = 20_000  # of a tracer
MAX_FRAMES = 1_000  # that are read; the longest of the five programs has a few dozen
MAX_TEXT = 2_000  # characters of one text in a frame
SHOWN = 2_000  # characters of what a tracer printed

Run = Callable[[str], Trace]  # runs SOURCE


class Unusable(ValueError):
    """What the tracer gave back is not a list of frames; the message says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Exercise:
    skeleton: str
    solution: str
    hints: tuple[str, ...]  # Markdown, each says a little more
    programs: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One program under the visitor's tracer."""

    program: Program
    reference: tuple[Frame, ...]
    given: tuple[Given, ...] = ()
    difference: Difference | None = None
    problem: str = ""  # why there is nothing to compare, one or two sentences
    printed: str = ""  # by the visitor's code, cut to a readable length
    stopped: bool = False  # at a limit: the next program would most likely be too

    @property
    def passed(self) -> bool:
        return not self.problem and self.difference is None


@cache
def load_exercise() -> Exercise:
    data = tomllib.loads((FOLDER / "exercise.toml").read_text(encoding="utf-8"))
    return Exercise(
        skeleton=(FOLDER / "skeleton.py").read_text(encoding="utf-8"),
        solution=(FOLDER / "solution.py").read_text(encoding="utf-8"),
        hints=tuple(hint.strip() for hint in data["hints"]),
        programs=tuple(_program(name) for name in data["programs"]),
    )


def _program(name: str) -> Program:
    return read_program((FOLDER / "programs" / f"{name}.py").read_text(encoding="utf-8"), name)


def problem_with(code: str) -> str | None:
    """Why a tracer is not even run, as a sentence; what Python can't read is told by its own run."""
    if not code.strip():
        return "There is no tracer yet: write a function trace(function, arguments, source)."
    if len(code) > MAX_CHARACTERS:
        lines = code.count("\n") + (not code.endswith("\n"))
        return (
            f"This has {lines:,} lines and {len(code):,} characters; {MAX_CHARACTERS:,} characters are the "
            "limit, and a tracer of these programs needs about fifty lines. Nothing was run, and your text "
            "is kept."
        )
    return None


def check(code: str, run: Run = sandbox.run) -> Iterator[Report]:
    """The programs one by one, each when it is asked for. None after one that had to be stopped.

    `run` runs SOURCE that nobody has read. Raises what it raises.
    """
    for program in load_exercise().programs:
        report = trace_with(code, program, run)
        yield report
        if report.stopped:
            return


def reference(program: Program) -> Trace:
    """The program's own run by our tracer."""
    return _reference(marked(program.source, program.call))


@cache
def _reference(source: str) -> Trace:
    return sandbox.run(source, trusted=True)


def trace_with(code: str, program: Program, run: Run = sandbox.run) -> Report:
    """Runs the visitor's tracer on a program and compares."""
    frames = reference(program).frames
    mark = _mark(code)
    ended = run(harnessed(code, program, mark))
    message, printed = _heard(ended.stdout, mark)
    if message is None or "frames" not in message:
        stopped = ended.stopped is not None
        return Report(program, frames, problem=_problem(ended, message), printed=printed, stopped=stopped)
    try:
        given = read_frames(message["frames"])
    except Unusable as error:
        return Report(program, frames, problem=str(error), printed=printed)
    return Report(program, frames, given, first_difference(frames, given, program.source), printed=printed)


def harnessed(code: str, program: Program, mark: str) -> str:
    """SOURCE of the run: the harness, and the visitor's tracer as a text in it."""
    call = ast.parse(program.call or "", mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.keywords:
        raise ValueError(f"{program.name}: the exercise needs a plain call of a function, such as f(3)")
    arguments = "".join(f"{ast.unparse(argument)}, " for argument in call.args)
    given = (_text(code), program.source, call.func.id, f"({arguments})", mark)
    begin = f"run({', '.join(map(repr, given))})"
    return f"{_harness()}\n\n{begin}\n\ndone()  {START_OF_TRACE}\n"


@cache
def _harness() -> str:
    return (Path(__file__).parent / "harness.py").read_text(encoding="utf-8")


def _mark(code: str) -> str:
    """Begins the line with the result. It keeps a tracer's own prints apart, and is no secret."""
    return f"@frames-{hashlib.sha256(_text(code).encode()).hexdigest()[:16]}:"


def _text(code: str) -> str:
    """CODE as the sandbox can carry it."""
    return code.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")


def _heard(printed: str, mark: str) -> tuple[Mapping[str, Any] | None, str]:
    """The last message that the harness sent, and everything else that was printed."""
    message, others = None, []
    for line in printed.split("\n"):
        if not line.startswith(mark):
            others.append(line)
            continue
        try:
            found = json.loads(line.removeprefix(mark))
        except (ValueError, RecursionError):
            continue
        message = found if isinstance(found, dict) else None
    text = "\n".join(others).strip("\n")
    return message, text if len(text) <= SHOWN else f"{text[:SHOWN]} … ({len(text):,} characters in all)"


# --- what went wrong ---

_STOPPED = {
    "cpu": "Your tracer was stopped here: it went on computing. Does a loop in it take long, or never end?",
    "wall": "Your tracer was stopped here: it took too long. Does it wait for something, or never end?",
    "output": "Your tracer was stopped here: what it printed and gave back is more than 64 KiB. These "
    "programs need far less. Is something printed at every event, or a frame kept as a whole?",
    "memory": "Your tracer used up its memory here. Does a list in it grow without end?",
}


def _problem(ended: Trace, message: Mapping[str, Any] | None) -> str:
    """Why there are no frames."""
    if ended.stopped is not None:
        return _STOPPED.get(ended.stopped.reason, ended.stopped.message)
    if message is None:
        words = f" ({ended.raised})" if ended.raised else ""
        return f"The run ended without giving anything back{words}."
    what, words = _short(message.get("what")), _short(message.get("words"))
    line = message.get("line")
    where = f", line {line} of your code" if type(line) is int else ""
    error = f"{what}: {words}" if words else what
    match message.get("wrong"):
        case "missing":
            return "There is no function trace in it: define trace(function, arguments, source)."
        case "define":
            return f"It can’t be run{where}: {error}."
        case "raise":
            return f"It raised an error{where}: {error}."
        case "type":
            return f"It gave back {_kind(what)}, not a list of frames. End with: return frames."
        case "json":
            return (
                f"What it gave back can’t be written as JSON ({error}). Keep texts and numbers only: "
                "repr(value), and not the value."
            )
    return "The run ended without giving anything back."


def _short(value: object) -> str:
    return value[:300] if isinstance(value, str) else ""


def _kind(name: str) -> str:
    return "nothing (None)" if name == "NoneType" else f"a {name}"


# --- what came back ---


def read_frames(data: Any) -> tuple[Given, ...]:
    """The frames in what a tracer gave back. Raises Unusable."""
    if not isinstance(data, list):
        raise Unusable("It gave back no list of frames.")
    if len(data) > MAX_FRAMES:
        raise Unusable(
            f"It gave back {len(data):,} frames; {MAX_FRAMES:,} are the limit. Does it record the library’s "
            "own lines, or its own?"
        )
    return tuple(_frame(each, number) for number, each in enumerate(data, 1))


def _frame(data: Any, number: int) -> Given:
    where = f"Frame {number}"
    if not isinstance(data, dict):
        raise Unusable(f"{where} is no dictionary with event, line and locals.")
    event, line = data.get("event"), data.get("line")
    if event not in EVENTS:
        raise Unusable(f"{where}: “event” is {_shown(event)}; it is one of {', '.join(EVENTS)}.")
    if type(line) is not int:
        raise Unusable(f"{where}: “line” is {_shown(line)}; it is a number, such as frame.f_lineno.")
    values = data.get("locals")
    if values is None and event in ("call", "line"):
        raise Unusable(f"{where}: “locals” is missing; it is a dictionary, name to repr(value).")
    if values is not None and not isinstance(values, dict):
        raise Unusable(f"{where}: “locals” is {_shown(values)}; it is a dictionary, name to repr(value).")
    for name, value in (values or {}).items():
        if not isinstance(value, str):
            raise Unusable(
                f"{where}: the value of “{_bounded(name)}” is {_shown(value)} itself; a frame holds its "
                "text, repr(value), so that it stays as it was at that moment."
            )
    value = data.get("value")
    if value is not None and not isinstance(value, str):
        raise Unusable(f"{where}: “value” is {_shown(value)}; it is a text, repr(value).")
    texts = {_bounded(name): _bounded(text) for name, text in values.items()} if values is not None else None
    return Given(event, line, texts, None if value is None else _bounded(value))


def _shown(value: object) -> str:
    return "missing" if value is None else _bounded(json.dumps(value, ensure_ascii=False), 60)


def _bounded(text: str, most: int = MAX_TEXT) -> str:
    """A text that a page can show: no half characters, no more than `most`."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= most else f"{text[:most]}…"
