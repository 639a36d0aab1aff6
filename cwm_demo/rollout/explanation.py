"""A written explanation of a run, held against the run's trace, sentence by sentence.

    for said in checked(explanation, trace): said.claim.text, said.claim.value, said.actual, said.holds

The explanations are data (`assets/course/02-explanations.toml`); what is so is found in the trace alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from cwm_demo.programs.program import marked
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.renderings import credited

EXPLANATIONS = Path(__file__).parents[2] / "assets" / "course" / "02-explanations.toml"


@dataclass(frozen=True, slots=True)
class Claim:
    """After `line` has run for the `visit`-th time, `name` holds `value`; without a line: it is returned."""

    text: str
    value: str  # repr text, as the tracer renders it
    line: int | None = None
    name: str | None = None
    visit: int = 1

    @property
    def about(self) -> str:
        """What is claimed to have the value, in words."""
        if self.line is None:
            return "returned"
        again = f", run {self.visit}" if self.visit > 1 else ""
        return f"{self.name} after line {self.line}{again}"


@dataclass(frozen=True, slots=True)
class Explanation:
    key: str
    title: str
    source: str
    call: str
    claims: tuple[Claim, ...]
    lesson: str  # why the program does what it does, told once the visitor has answered

    @property
    def marked(self) -> str:
        return marked(self.source, self.call)


@dataclass(frozen=True, slots=True)
class Checked:
    claim: Claim
    actual: str | None  # what the trace says; None where the line is not run that often

    @property
    def holds(self) -> bool:
        return self.actual == self.claim.value


def checked(explanation: Explanation, trace: Trace) -> list[Checked]:
    """Every claim with what the trace says."""
    return [Checked(claim, _actual(claim, trace)) for claim in explanation.claims]


def first_wrong(found: list[Checked]) -> int | None:
    """Where the explanation and the trace part; None where they never do."""
    return next((i for i, said in enumerate(found) if not said.holds), None)


@cache
def load_explanations() -> Mapping[str, Explanation]:
    """All explanations by key, in the order of the file."""
    with EXPLANATIONS.open("rb") as file:
        entries = tomllib.load(file)["explanation"]
    found = [
        Explanation(
            entry["key"],
            entry["title"],
            entry["source"].strip("\n") + "\n",
            entry["call"],
            tuple(Claim(**step) for step in entry["steps"]),
            entry["lesson"],
        )
        for entry in entries
    ]
    return MappingProxyType({explanation.key: explanation for explanation in found})


def _actual(claim: Claim, trace: Trace) -> str | None:
    if claim.line is None:
        return trace.returned
    visits = 0
    for frame, before in zip(trace.frames, credited(trace.frames)):
        if before is not None and before.line == claim.line and before.event == "line":
            visits += 1
            if visits == claim.visit:
                return frame.locals.get(claim.name)
    return None
