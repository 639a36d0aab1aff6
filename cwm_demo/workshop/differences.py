"""Where the frames of a visitor's tracer first leave the reference, and what is likely behind it.

Compared are event, line, variables and value. On a frame of return or exception the variables may be left
out, as CWM's format does where nothing changed. Texts are compared as Python values where they are some, so
that quotes and spaces don't matter.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cwm_demo.rollout.guess import same_value
from cwm_demo.trace.frame import Event, Frame


@dataclass(frozen=True, slots=True)
class Given:
    """A frame as the visitor's tracer gave it, its types checked."""

    event: Event
    line: int
    locals: Mapping[str, str] | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    index: int  # of the frame, from 0; may be one past the end of either
    what: str  # sentence: how the two differ
    why: str  # sentence: what is likely behind it; empty where we can't tell


def first_difference(reference: Sequence[Frame], given: Sequence[Given], source: str) -> Difference | None:
    """The first frame in which the two differ, None when they are the same."""
    for index, (real, mine) in enumerate(zip(reference, given)):
        if (real.event, real.line) != (mine.event, mine.line):
            what = f"Yours is {_name(mine)}; it should be {_name(real)}."
            return Difference(index, what, _why_place(reference, given, index, source))
        if difference := _locals(reference, given, index) or _value(real, mine, index):
            return difference
    if len(reference) == len(given):
        return None
    index = min(len(reference), len(given))
    if len(given) > len(reference):
        what = (
            f"The run has {len(reference)} frames and is over here. Yours goes on with {_name(given[index])}."
        )
        return Difference(index, what, _why_extra(given, index, source))
    what = f"Yours ends after {index} frames; the next is {_name(reference[index])}."
    if not given:
        why = "Nothing was recorded: is a frame added to the list, and is the function called at all?"
        return Difference(index, what, why)
    return Difference(index, what, _why_missing(reference[index], given))


def _name(frame: Frame | Given) -> str:
    return f"“{frame.event}” of line {frame.line}"


# --- another event, or another line ---


def _why_place(reference: Sequence[Frame], given: Sequence[Given], index: int, source: str) -> str:
    return _why_extra(given, index, source) or _why_missing(reference[index], given)


def _why_extra(given: Sequence[Given], index: int, source: str) -> str:
    """Why there may be a frame that should not be."""
    mine, before = given[index], given[index - 1] if index else None
    first = _first_lines(source).get(mine.line, mine.line)
    if mine.event == "return" and before is not None and before.event == "exception":
        return (
            "Python reports a return of None when an exception leaves a call. Nothing is returned there: "
            "leave out a return that follows an exception of the same call."
        )
    if mine.event == "call" and first not in _definitions(source):
        return (
            "No function of the program begins there. It is a comprehension or a lambda: Python may run it "
            "as a call of its own, named <listcomp> or <lambda>. Here it belongs to the line that runs it."
        )
    if mine.event == "return" and _of_comprehension(given, index, source):
        return "It is the end of a comprehension or a lambda, which belong to the line that runs them."
    if mine.event == "line" and mine.line != first:
        return (
            f"Line {mine.line} stands inside the statement that begins in line {first}. Python reports the "
            "lines of a long statement one by one; a frame is for the whole statement, at its first line."
        )
    if mine.event == "line" and before is not None and (before.event, before.line) == ("line", mine.line):
        return (
            "The same line was reported just before: Python comes back to it inside one statement. A frame "
            "is for a new visit."
        )
    return ""


def _why_missing(real: Frame, given: Sequence[Given]) -> str:
    """Why a frame may be missing."""
    events = {frame.event for frame in given}
    if real.event == "line" and "line" not in events:
        return (
            "No line is in it at all. Python calls the function that you gave to sys.settrace at each call; "
            "what this returns is called at the lines of that call. Let it return itself."
        )
    if real.event not in events:
        return f"No “{real.event}” is in it at all: is that event left out?"
    return ""


def _of_comprehension(given: Sequence[Given], index: int, source: str) -> bool:
    opened = next((frame for frame in reversed(given[:index]) if frame.event == "call"), None)
    return opened is not None and _first_lines(source).get(opened.line) not in _definitions(source)


# --- other variables ---


def _locals(reference: Sequence[Frame], given: Sequence[Given], index: int) -> Difference | None:
    real, mine = reference[index], given[index]
    if mine.locals is None:
        return None
    for name in [*real.locals, *mine.locals]:
        one, other = real.locals.get(name), mine.locals.get(name)
        if one is None:
            what = f"At {_name(real)} yours has “{name}”, which is no variable there."
            why = "It is set in that line: a frame shows the variables before its line runs."
            ahead = _next_of(reference, index)
            later = ahead is not None and name in ahead.locals
            return Difference(index, what, why if later else "")
        if other is None:
            return Difference(index, f"At {_name(real)} “{name}” is missing; it is {one}.", "")
        if not same_value(other, one):
            what = f"At {_name(real)} yours has {name} = {other}; it is {one}."
            return Difference(index, what, _why_value(reference, index, name, other, one))
    return None


def _why_value(reference: Sequence[Frame], index: int, name: str, mine: str, real: str) -> str:
    if _is_plain_text(mine, real):
        return "It was written with str(); repr(value) keeps the quotes."
    activation = reference[index].activation
    own = [frame for frame in reference[index + 1 :] if frame.activation == activation]
    ahead = own[0].locals.get(name) if own else None
    last = own[-1].locals.get(name) if own else None
    if last == mine and last != ahead:
        return (
            "That is its value at the end of the run. A list that is kept is the same list later: write down "
            "repr(value) at the event, not when all is over."
        )
    if ahead == mine:
        return (
            "That is its value after the line. A frame shows the variables before its line runs; if you do "
            "too, is a list kept that changes later? Write down repr(value) at the event."
        )
    return ""


def _next_of(reference: Sequence[Frame], index: int) -> Frame | None:
    activation = reference[index].activation
    return next((frame for frame in reference[index + 1 :] if frame.activation == activation), None)


# --- another value ---


def _value(real: Frame, mine: Given, index: int) -> Difference | None:
    if real.value is None:
        return None
    verb = "raises" if real.event == "exception" else "returns"
    if mine.value is None:
        what = f"At {_name(real)} “value” is missing; the call {verb} {real.value}."
        return Difference(index, what, "It is the third argument of the trace function.")
    if real.event == "exception":
        same = mine.value.strip() == real.value
        why = "Write the name of its class, a colon, and its message."
    else:
        same = same_value(mine.value, real.value)
        why = "It was written with str(); repr(value) keeps the quotes." if _is_plain_text(
            mine.value, real.value
        ) else ""  # fmt: skip
    what = f"At {_name(real)} yours has the value {mine.value}; the call {verb} {real.value}."
    return None if same else Difference(index, what, why)


def _is_plain_text(mine: str, real: str) -> bool:
    try:
        return ast.literal_eval(real) == mine
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False


# --- the program ---


def _first_lines(source: str) -> dict[int, int]:
    """For each line of a simple statement, or of the header of a compound one, the statement's first line."""
    firsts: dict[int, int] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            for line in range(node.lineno, max(end, node.lineno) + 1):
                firsts.setdefault(line, node.lineno)
    return firsts


def _definitions(source: str) -> set[int]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)}
