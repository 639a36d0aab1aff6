"""Bugs for a program: every mutant that the operators make, those that matter on a given input, and one
line written by hand.

Of a mutant all bytes outside the spot are those of the program, and so is the number of lines: line k of
the candidate answers to line k of the intended program. A bug by hand replaces one line and keeps the others.
"""

from __future__ import annotations

import ast
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cwm_demo.programs.kinds import Kinds, kinds_by_line
from cwm_demo.programs.operators import OPERATORS, Operator
from cwm_demo.programs.program import ProgramError, marked
from cwm_demo.programs.spots import Edit, Spot, spots
from cwm_demo.trace.frame import START_OF_TRACE, Trace

Run = Callable[[str], Trace]  # runs SOURCE

# Where one of these cuts a run off depends on the machine's pace, not on the program.
_BY_PACE = {"cpu", "wall", "killed"}
_WORD = re.compile(rb"[\w\x80-\xff]")
BY_HAND = Operator(
    "by-hand",
    "Edited by hand",
    "Somebody changed this line: that is how most bugs come into the world.",
    lambda spot: (),
)
_BY_HAND_ID = re.compile(r"(?P<line>\d{1,6}):by-hand=(?P<text>.*)", re.DOTALL)
MAX_CHARACTERS = 200  # of a line by hand, so that a link can carry it


@dataclass(frozen=True, slots=True)
class Bug:
    line: int  # 1-based
    operator: str  # a name in OPERATORS, or that of BY_HAND
    variant: int  # from 1, among the bugs of this line and operator
    before: str  # the line's text, without its end
    after: str
    source: str  # the whole candidate

    @property
    def id(self) -> str:
        """Short text for links: "4:off-by-one", and "4:off-by-one:2" for the second variant.

        A bug by hand carries its text: "4:by-hand=x = 2". The indentation is left out where it is the line's.
        """
        if self.by_hand:
            same = _indentation(self.before) == _indentation(self.after)
            return f"{self.line}:{BY_HAND.name}={self.after.lstrip() if same else self.after}"
        return f"{self.line}:{self.operator}" + (f":{self.variant}" if self.variant > 1 else "")

    @property
    def by_hand(self) -> bool:
        """Whether a visitor wrote it: then the candidate is as little trusted as a visitor's own program."""
        return self.operator == BY_HAND.name

    @property
    def title(self) -> str:
        return self._operator.title

    @property
    def why(self) -> str:
        return self._operator.why

    @property
    def _operator(self) -> Operator:
        return BY_HAND if self.by_hand else OPERATORS[self.operator]

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
    tree = _parsed(source)
    lines = source.encode().splitlines(keepends=True)
    found: list[Bug] = []
    made = {source}
    variants: Counter[tuple[int, str]] = Counter()
    for spot in spots(tree, lines, types):
        for operator in OPERATORS.values():
            for edit in _edits(operator, spot):
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


def events_needed(intended: Trace, most: int) -> int:
    """How many events of a candidate show whether it differs: where the intended run has ended, one more.

    Given to the runs of `effective` as their limit, it spares the candidates that never end.
    """
    return min(most, len(intended.frames) + 1) if intended.complete else most


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


def hand_made(source: str, line: int, text: str) -> Bug:
    """The bug of a visitor who rewrites one line of `source`: line `line` (from 1) reads `text` instead.

    Text that begins without space takes the line's own indentation; space at the end is dropped. Raises
    ProgramError, with a message for the visitor, for text that is not one line, that leaves the program as
    it is, or with which it is not legal Python. Whether it changes what a call does, `effective` says.

    What the pages need to know:

    - `Bug.id` holds the text ("4:by-hand=x = 2"), so the query's `bug` carries all of it;
      `find_bug(bugs, id, source)` gives the bug back, also where no operator makes one.
    - The text is the visitor's: the candidate runs with `trusted=False` (`Bug.by_hand`), and `id`, `before`
      and `after` are escaped on the page.
    - A bug by hand is none of `mutations`: it is not drawn at random, and not counted among the catalogue's.
    """
    tree, lines = _parsed(source), source.encode().splitlines(keepends=True)
    if not 1 <= line <= len(lines):
        raise ProgramError(f"there is no line {line}; the program has lines 1 to {len(lines)}")
    ending = lines[line - 1][len(lines[line - 1].rstrip(b"\r\n")) :]
    before = lines[line - 1].removesuffix(ending).decode()
    after = _one_line(text, line)
    if not _indentation(after):
        after = _indentation(before) + after
    if after == before.rstrip():
        raise ProgramError(f"line {line} already reads like this; change something in it")
    candidate = b"".join([*lines[: line - 1], after.encode() + ending, *lines[line:]]).decode()
    try:
        compile(candidate, "<candidate>", "exec", dont_inherit=True)
        same = ast.dump(ast.parse(candidate)) == ast.dump(tree)
    except SyntaxError as error:
        where = f"line {error.lineno}: " if error.lineno not in (None, line) else ""
        raise ProgramError(
            f"with this line {line} the program is not legal Python ({where}{error.msg}); mend the line"
        ) from error
    except ValueError as error:
        raise ProgramError(f"with this line {line} the program can't be read ({error})") from error
    except (RecursionError, MemoryError):
        same = False  # too deep to be compared; a run will tell
    if same:
        raise ProgramError(f"only spaces or comments of line {line} differ; change what it does")
    return Bug(line, BY_HAND.name, 1, before, after, candidate)


def is_by_hand(text: str) -> bool:
    """Whether this id of a bug carries a line of a visitor's own."""
    return _BY_HAND_ID.fullmatch(text) is not None


def find_bug(bugs: Sequence[Bug], text: str, source: str | None = None) -> Bug:
    """The bug of a link or of `--inject`: "4:off-by-one", the first of its kind, or "4:off-by-one:2".

    "4:by-hand=TEXT" is made from `source`, the intended program. Raises ProgramError.
    """
    if source is not None and (written := _BY_HAND_ID.fullmatch(text)):
        return hand_made(source, int(written["line"]), written["text"])
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


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise ProgramError(f"line {error.lineno}: {error.msg}; mend it before injecting a bug") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ProgramError(f"not a Python program: {error}") from error


def _one_line(text: str, line: int) -> str:
    """A visitor's line without space at its end. Raises ProgramError where it is not one line."""
    text = text.rstrip()
    try:
        count = len(text.encode().splitlines())
    except UnicodeEncodeError as error:
        raise ProgramError(f"line {line} is not text (half a character at {error.start})") from error
    if count == 0:
        raise ProgramError(f"line {line} is left empty; write pass where a statement should be missing")
    if count > 1:
        raise ProgramError(f"line {line} must stay one line; keep the number of lines as it is")
    if len(text) > MAX_CHARACTERS:
        raise ProgramError(f"line {line} has {len(text)} characters; up to {MAX_CHARACTERS} are taken")
    if START_OF_TRACE in text:
        raise ProgramError(f"{START_OF_TRACE!r} marks the call of a trace; leave it out of line {line}")
    return text


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _edits(operator: Operator, spot: Spot) -> list[Edit]:
    try:
        return list(operator.edits(spot))
    except ValueError:
        return []  # a number of more than 4,300 digits can't be written out


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
