"""Every shipped program keeps its own promises, on Python itself and without a model."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

import pytest

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace
from cwm_demo.programs.bugs import Bug, effective, events_needed, mutations, program_bugs
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.operators import OPERATORS
from cwm_demo.programs.program import CATALOGUE, load_catalogue, marked
from cwm_demo.trace.frame import Trace

DECK = """\
def tally(items):
    counts = {}
    for x in items:
        counts[x] = counts.get(x, 0) + 1
    return counts
"""
PROGRAMS = load_catalogue()
CASES = [(program.name, case) for program in PROGRAMS.values() for case in program.cases]


def run(source: str) -> Trace:
    return trace(source, Limits(events=200))


@cache
def bugs_of(name: str) -> list[Bug]:
    program = PROGRAMS[name]
    return program_bugs(program.source, program.call, run)


def test_all_three_dozen_are_there_the_decks_first():
    assert len(PROGRAMS) == 36
    assert next(iter(PROGRAMS)) == "tally"
    assert PROGRAMS["tally"].source == DECK


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_small_and_says_what_it_teaches(name):
    program = PROGRAMS[name]
    assert 5 <= program.source.count("\n") <= 25
    assert max(map(len, program.source.split("\n"))) <= 72  # fits its panel
    assert program.teaches.endswith(".") and program.title and program.level in (1, 2, 3)
    assert len(program.cases) >= 3
    assert len({case.call for case in program.cases}) == len(program.cases)
    file = (CATALOGUE / f"{name}.py").read_text(encoding="utf-8")
    ast.parse(file)
    assert file.startswith(program.source)


@pytest.mark.parametrize(("name", "case"), CASES, ids=lambda part: getattr(part, "call", part))
def test_every_case_gives_what_it_says(name, case):
    truth = run(marked(PROGRAMS[name].source, case.call))
    assert truth.complete
    assert (truth.returned, truth.raised) == (case.returns, case.raises)
    assert case.prints is None or truth.stdout == case.prints
    assert bool(truth.stdout) <= (case.prints is not None)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_default_call_has_a_short_trace(name):
    program = PROGRAMS[name]
    assert 5 <= len(run(marked(program.source, program.call)).frames) <= 40


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_offers_bugs_of_several_kinds(name):
    assert len({bug.operator for bug in bugs_of(name)}) >= 4


@pytest.mark.parametrize("name", ["collatz", "memo_cache", "oldest"])
def test_a_candidate_is_run_no_longer_than_it_takes_to_tell(name):
    program = PROGRAMS[name]
    intended = run(marked(program.source, program.call))
    limits = Limits(events=events_needed(intended, 200))
    assert limits.events == len(intended.frames) + 1
    found = effective(
        program.source,
        program.call,
        mutations(program.source, kinds_by_line(intended.frames)),
        lambda source: trace(source, limits),
        intended,
    )
    assert found == bugs_of(name)
    assert events_needed(run("while True:\n    x = 1\n"), 300) == 300


def test_every_operator_is_offered_somewhere():
    offered = Counter(bug.operator for name in PROGRAMS for bug in bugs_of(name))
    assert set(offered) == set(OPERATORS)


def test_some_bug_makes_the_answer_wrong_in_every_program():
    for name, program in PROGRAMS.items():
        case = program.cases[0]
        outcomes = {run(marked(bug.source, case.call)).returned for bug in bugs_of(name)}
        assert outcomes - {case.returns}, name
