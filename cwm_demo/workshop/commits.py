"""The hour's exercise: a commit that fixes a bug, and the run of what was there before, to be traced by hand.

    commit = load_commits()["01-last-reading"]      # assets/workshop/commits
    rows = table(run, predictions)                  # one for each line that ran, with the model's prediction
    check_row(rows[0], {"total": "0"})              # a Cell for each variable: the visitor's and the model's

A cell is the value of a variable after a line. Empty, or CWM's `..`, means that the line leaves it as it was.
Values are compared as Python values, by the code that judges a guess on the stepper.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from cwm_demo.predict.prediction import Prediction
from cwm_demo.programs.program import Case
from cwm_demo.rollout.guess import GuessProblem, names_in_scope, read_value, same_value
from cwm_demo.rollout.rollout import rollout
from cwm_demo.trace.frame import Frame, Trace
from cwm_demo.workshop.exercises import ASSETS

FOLDER = ASSETS / "commits"
RESULT = "→"  # the cell for what is returned or raised
UNCHANGED = ("", "..", "…")
MAX_ROWS = 40  # of a table: more than that nobody fills in
MAX_LINES = 200  # of a program of one's own
MAX_CHARACTERS = 10_000

State = Literal["right", "wrong", "missing", "unusable", "unchanged"]


@dataclass(frozen=True, slots=True)
class Commit:
    key: str  # in the URL
    title: str  # its message
    file: str
    call: str
    returns: str  # what the check expects of the call
    lesson: str  # Markdown, shown when the table is done
    before: str  # the whole file, bug and all
    after: str

    @property
    def case(self) -> Case:
        return Case(self.call, self.returns)


@dataclass(frozen=True, slots=True)
class Row:
    """One line that ran: what it did stands in `actual`, the next frame of its call."""

    number: int  # from 1
    line: int
    source: str
    names: tuple[str, ...]  # of the variables asked about, and RESULT where the call ends
    before: Mapping[str, str]
    actual: Frame
    prediction: Prediction | None

    @property
    def changes(self) -> dict[str, str]:
        """What the line really did, by name."""
        found = {name: text for name, text in self.actual.locals.items() if self.before.get(name) != text}
        if RESULT in self.names and self.actual.value is not None:
            found[RESULT] = self.actual.value
        return {name: text for name, text in found.items() if name in self.names}


@dataclass(frozen=True, slots=True)
class Cell:
    name: str
    state: State  # of what the visitor wrote; "unchanged": rightly left empty
    real: str | None  # the value after the line, None where there is no such variable yet
    changed: bool  # whether the line changed it
    message: str = ""  # why what was written is no value
    model: str | None = None  # what the world model said; None where it said nothing
    model_right: bool | None = None  # None while it has not answered


@dataclass(frozen=True, slots=True)
class Score:
    """Of the cells that a line changed: how many were right; of all others: how many were said to change."""

    changes: int = 0
    right: int = 0
    false: int = 0
    model_right: int = 0
    model_false: int = 0


@cache
def load_commits() -> Mapping[str, Commit]:
    """All commits in order. Raises TypeError for a file with a field missing, or one too many."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        sources = {name: data.pop(name).strip("\n") + "\n" for name in ("before", "after")}
        found[path.stem] = Commit(path.stem, **data, **sources)
    return MappingProxyType(found)


def diff(commit: Commit) -> list[tuple[str, str]]:
    """The commit's lines as a diff shows them: a sign (space, - or +) and the text."""
    lines = difflib.unified_diff(commit.before.splitlines(), commit.after.splitlines(), lineterm="", n=20)
    return [(line[0], line[1:]) for line in list(lines)[3:]]


def size_problem(code: str) -> str | None:
    """Why a program of one's own is not even read, as a sentence."""
    lines = code.count("\n") + (not code.endswith("\n"))
    if not code.strip():
        return "There is no program yet: paste the function as it was before the fix."
    if lines > MAX_LINES or len(code) > MAX_CHARACTERS:
        return (
            f"This program has {lines:,} lines and {len(code):,} characters. Here {MAX_LINES} lines and "
            f"{MAX_CHARACTERS:,} characters are the limit: keep the function that was mended, and what it "
            "needs. Your text is kept."
        )
    return None


def table(run: Trace, predictions: Sequence[Prediction] | None = None) -> list[Row]:
    """A row for each line that ran, of any call, in the order in which they were done."""
    joined = rollout(run, run, None, mode="replay", read="candidate", predictions=predictions, guesses=None)
    rows = []
    for step in joined.steps:
        if step.credited is None or step.actual is None or step.credited.line is None:
            continue
        names = names_in_scope(run.source, step.credited.line)
        names += tuple(name for name in step.actual.locals if name not in names and name.isidentifier())
        if step.actual.event in ("return", "exception"):
            names += (RESULT,)
        before = step.credited.locals
        line, source = step.credited.line, step.credited.source.rstrip("\n")
        rows.append(Row(len(rows) + 1, line, source, names, before, step.actual, step.prediction))
    return rows


def is_empty(typed: Sequence[Mapping[str, str]]) -> bool:
    return not any(text.strip() for cells in typed for text in cells.values())


def attempted(typed: Sequence[Mapping[str, str]]) -> int:
    """How many rows are answered: all down to the last in which something is written."""
    filled = [i for i, cells in enumerate(typed, 1) if any(text.strip() for text in cells.values())]
    return filled[-1] if filled else 0


def check_row(row: Row, typed: Mapping[str, str]) -> list[Cell]:
    """Every cell of a row that has something to say: written in, or changed by the line or by the model."""
    changes = row.changes
    cells = []
    for name in row.names:
        changed = name in changes
        real = changes.get(name, row.before.get(name))
        state, message = _state(typed.get(name, ""), name, real, changed, row.actual.event)
        said, right = _model(row, name, real)
        model_changes = said is not None and not right
        if changed or state != "unchanged" or model_changes:
            cells.append(Cell(name, state, real, changed, message, said, right))
    return cells


def _state(text: str, name: str, real: str | None, changed: bool, event: str) -> tuple[State, str]:
    if text.strip() in UNCHANGED:
        return ("missing" if changed else "unchanged"), ""
    if name == RESULT and event == "exception":
        kind = text.partition(":")[0].strip()
        return ("right" if kind == (real or "").partition(":")[0].strip() else "wrong"), ""
    try:
        value = read_value(text, "the result" if name == RESULT else f"the value of {name}")
    except GuessProblem as problem:
        return "unusable", str(problem)
    return ("right" if real is not None and same_value(value, real) else "wrong"), ""


def _model(row: Row, name: str, real: str | None) -> tuple[str | None, bool | None]:
    """What the world model said about a cell, and whether that is so."""
    if row.prediction is None or not row.prediction.asked:
        return None, None
    frame = row.prediction.frame
    if frame is None:
        said = None
    elif name == RESULT:
        said = frame.value if frame.event == row.actual.event else None
    else:
        said = frame.locals.get(name)
    if said is None:
        return None, False if name in row.changes else None
    return said, real is not None and same_value(said, real)


def score(rows: Sequence[Sequence[Cell]]) -> Score:
    cells = [cell for row in rows for cell in row]
    changed = [cell for cell in cells if cell.changed]
    others = [cell for cell in cells if not cell.changed]
    return Score(
        changes=len(changed),
        right=sum(cell.state == "right" for cell in changed),
        false=sum(cell.state in ("wrong", "unusable") for cell in others),
        model_right=sum(cell.model_right is True for cell in changed),
        model_false=sum(cell.model is not None and cell.model_right is False for cell in others),
    )
