"""Programs with a call, and effective mutants of them, for measuring how well bugs are found.

Three origins: the catalogue's programs with all their cases (no model has seen them), idioms from seeds that
no corpus uses (their families are those of the corpus), and the functions of MBPP's test split.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from cwm_demo.evaluate.suites import load_suite
from cwm_demo.execution import sandbox
from cwm_demo.execution.limits import Limits
from cwm_demo.programs.bugs import Bug, differ, mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.rollout.verdict import parting
from cwm_demo.trace.frame import Trace

ORIGINS = ("catalogue", "idioms", "mbpp-test")
MAX_FRAMES = 60  # of an intended run
LIMITS = Limits(events=250, cpu_s=1.0, wall_s=3.0)
Run = Callable[[str, Limits], Trace]


def run_shipped(source: str, limits: Limits) -> Trace:
    """A `Run` for these programs: they come with this app, so it may run where the sandbox has no filter."""
    return sandbox.run(source, limits, trusted=True)


@dataclass(frozen=True, slots=True)
class Case:
    origin: str
    program: str  # what cases and mutants of one program share
    source: str
    call: str

    @property
    def id(self) -> str:
        return f"{self.program} {self.call}"


@dataclass(frozen=True, slots=True)
class Mutant:
    bug: Bug
    trace: Trace
    parting: int  # index of the first frame that differs from the intended run


@dataclass(frozen=True, slots=True)
class Family:
    """A case with its own run, and mutants that change that run."""

    case: Case
    intended: Trace
    mutants: tuple[Mutant, ...]


def cases(origins: tuple[str, ...] = ORIGINS, seed: int = 0, idioms: int = 120) -> Iterator[Case]:
    """Cases in a random order, always the same for a seed, the origins taking turns."""
    rng = random.Random(f"detect/{seed}")
    lists = {
        "catalogue": lambda: [
            Case("catalogue", program.name, program.source, case.call)
            for program in load_catalogue().values()
            for case in program.cases
            if case.call and program.stdin is None
        ],
        "idioms": lambda: list(_idioms(idioms, rng)),
        "mbpp-test": lambda: [
            Case("mbpp-test", item.id, item.code, item.call) for item in load_suite("mbpp-test") if item.call
        ],
    }
    waiting = [lists[origin]() for origin in origins]
    for each in waiting:
        rng.shuffle(each)
    while any(waiting):
        for each in waiting:
            if each:
                yield each.pop()


def _idioms(count: int, rng: random.Random) -> Iterator[Case]:
    from cwm_demo.train.idioms import write_idiom

    for number in range(count):
        source, calls = write_idiom(rng, calls=1)
        if calls:
            yield Case("idioms", f"idiom-{number}", source, calls[0])


def _drawn(bugs: list[Bug], rng: random.Random) -> list[Bug]:
    """The bugs in a random order, the operators taking turns: some make many more than others."""
    rng.shuffle(bugs)
    before: Counter[str] = Counter()
    turns = []
    for bug in bugs:
        turns.append((before[bug.operator], bug))
        before[bug.operator] += 1
    return [bug for _, bug in sorted(turns, key=lambda turn: turn[0])]


def family(case: Case, most: int, run: Run, seed: int = 0) -> Family | str:
    """The case with at most `most` effective mutants drawn at random, or why it has none."""
    intended = run(marked(case.source, case.call), LIMITS)
    if not intended.complete or not intended.frames:
        return "doesn't end by itself"
    if len(intended.frames) > MAX_FRAMES:
        return f"more than {MAX_FRAMES} frames"
    bugs = _drawn(mutations(case.source, kinds_by_line(intended.frames)), random.Random(f"{seed}/{case.id}"))
    limits = replace(LIMITS, events=2 * len(intended.frames) + 20)
    found = []
    for bug in bugs:
        if len(found) == most:
            break
        trace = run(marked(bug.source, case.call), limits)
        part = parting(intended, trace)
        if part is not None and differ(intended, trace):
            found.append(Mutant(bug, trace, part))
    return Family(case, intended, tuple(found)) if found else "no effective mutant"
