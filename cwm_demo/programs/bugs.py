"""Bugs for a program: every mutant that the operators make, and those that matter on a given input.

Of a mutant all bytes outside the spot are those of the program, and so is the number of lines: line k of
the candidate answers to line k of the intended program.
"""

from __future__ import annotations

import ast
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cwm_demo.programs.kinds import Kinds, kinds_by_line
from cwm_demo.programs.operators import OPERATORS
from cwm_demo.programs.program import ProgramError, marked
from cwm_demo.programs.spots import Edit, spots
from cwm_demo.trace.frame import Trace

Run = Callable[[str], Trace]  # runs SOURCE

# Where one of these cuts a run off depends on the machine's pace, not on the program.
_BY_PACE = {"cpu", "wall", "killed"}
_WORD = re.compile(rb"[\w\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Bug:
    line: int  # 1-based
    operator: str  # a name in OPERATORS
    variant: int  # from 1, among the bugs of this line and operator
    before: str  # the line's text, without its end
    after: str
    source: str  # the whole candidate

    @property
    def id(self) -> str:
        """Short text for links: "4:off-by-one", and "4:off-by-one:2" for the second variant."""
        return f"{self.line}:{self.operator}" + (f":{self.variant}" if self.variant > 1 else "")

    @property
    def title(self) -> str:
        return OPERATORS[self.operator].title

    @property
    def why(self) -> str:
        return OPERATORS[self.operator].why

    def to_json(self) -> dict[str, int | str]:
        return {
            "line": self.line,
            "operator": self.operator,
            "before": self.before,
            "after": self.after,
            "source": self.source,
        }


def mutations(source: str, types: Mapping[int, Kinds] | None = None) -> list[Bug]:
    """Every bug that the operators make in `source`, by line, that is still legal Python.

    `types` are the kinds of the values of an intended run, by line (`kinds_by_line`); without them they are
    guessed from the text and nothing is run. Raises ProgramError when `source` is not legal Python.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ProgramError(f"line {error.lineno}: {error.msg}; mend it before injecting a bug") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ProgramError(f"not a Python program: {error}") from error
    lines = source.encode().splitlines(keepends=True)
    found: list[Bug] = []
    made = {source}
    variants: Counter[tuple[int, str]] = Counter()
    for spot in spots(tree, lines, types):
        for operator in OPERATORS.values():
            for edit in operator.edits(spot):
                after = _applied(lines[spot.line - 1], edit)
                candidate = b"".join([*lines[: spot.line - 1], after, *lines[spot.line :]]).decode()
                if candidate in made or not _is_legal(candidate):
                    continue
                made.add(candidate)
                variants[spot.line, operator.name] += 1
                variant = variants[spot.line, operator.name]
                before = spot.text.decode()
                after_text = after.rstrip(b"\r\n").decode()
                found.append(Bug(spot.line, operator.name, variant, before, after_text, candidate))
    return found


def effective(
    source: str, call: str | None, bugs: Sequence[Bug], run: Run, intended: Trace | None = None
) -> list[Bug]:
    """Those of `bugs` that change the trace or the outcome of `call`. `run` runs SOURCE, with its limits.

    A candidate that never ends counts: it ends at the limits. `intended` saves one run where it is known.
    """
    intended = intended or run(marked(source, call))
    return [bug for bug in bugs if differ(intended, run(marked(bug.source, call)))]


def program_bugs(source: str, call: str | None, run: Run) -> list[Bug]:
    """The bugs that can be injected into a program so that they show on this call.

    Types come from the intended run, so that a wrong variable has the type of the right one.
    """
    intended = run(marked(source, call))
    return effective(source, call, mutations(source, kinds_by_line(intended.frames)), run, intended)


def differ(intended: Trace, candidate: Trace) -> bool:
    """Whether two runs differ in a frame or in their outcome. The text of the lines does not count."""
    one, other = _outcome(intended), _outcome(candidate)
    frames = [
        [(frame.event, frame.line, dict(frame.locals), frame.value, frame.stdout) for frame in trace.frames]
        for trace in (intended, candidate)
    ]
    if one == other and intended.stopped and intended.stopped.reason in _BY_PACE:
        length = min(map(len, frames))
        return frames[0][:length] != frames[1][:length]
    return one != other or frames[0] != frames[1]


def find_bug(bugs: Sequence[Bug], text: str) -> Bug:
    """The bug of a link or of `--inject`: "4:off-by-one", the first of its kind, or "4:off-by-one:2"."""
    for bug in bugs:
        if text == bug.id or text == f"{bug.line}:{bug.operator}:{bug.variant}":
            return bug
    for bug in bugs:
        if text == f"{bug.line}:{bug.operator}":
            return bug
    there = ", ".join(bug.id for bug in bugs)
    raise ProgramError(
        f"there is no bug {text!r} that changes anything here; "
        + (f"choose LINE:OPERATOR from: {there}" if there else "no operator makes one on this input")
    )


def random_bug(bugs: Sequence[Bug], seed: int | str) -> Bug:
    """One of the bugs, the same for the same seed; each operator that is offered is equally likely."""
    if not bugs:
        raise ProgramError("no bug changes what this program does on this input; try another input")
    draw = random.Random(seed)
    operator = draw.choice(sorted({bug.operator for bug in bugs}))
    return draw.choice([bug for bug in bugs if bug.operator == operator])


def _applied(line: bytes, edit: Edit) -> bytes:
    """The line with the edit. Words that would grow together (`if[x]:` to `ifnot [x]:`) are kept apart."""
    before, after, text = line[: edit.start], line[edit.end :], edit.text.encode()
    if _WORD.match(before[-1:]) and _WORD.match(text[:1]):
        text = b" " + text
    if _WORD.match(text[-1:]) and _WORD.match(after[:1]):
        text += b" "
    return before + text + after


def _is_legal(source: str) -> bool:
    try:
        compile(source, "<candidate>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _outcome(trace: Trace) -> tuple[str | None, ...]:
    return (trace.returned, trace.raised, trace.stdout, trace.stopped.reason if trace.stopped else None)
