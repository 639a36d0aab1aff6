"""The afternoon's exercise: solution, skeleton and every mistake, through the code that a visitor meets."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cwm_demo.execution import sandbox
from cwm_demo.execution.limits import Limits
from cwm_demo.rollout.answer import answer
from cwm_demo.trace.frame import Trace
from cwm_demo.workshop import tracer
from cwm_demo.workshop.tracer import check, harnessed, load_exercise, problem_with, reference, trace_with

MISTAKES = sorted((tracer.FOLDER / "mistakes").glob("*.py"))
PROGRAMS = {program.name: program for program in load_exercise().programs}


def test_the_solution_traces_all_programs() -> None:
    reports = list(check(load_exercise().solution))
    assert [report.program.name for report in reports] == list(PROGRAMS)
    assert all(report.passed for report in reports), [(r.problem, r.difference) for r in reports]


def test_the_skeleton_runs_and_records_nothing() -> None:
    reports = list(check(load_exercise().skeleton))
    assert len(reports) == len(PROGRAMS)
    assert {report.difference.index for report in reports} == {0}
    assert all("Nothing was recorded" in report.difference.why for report in reports)


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_a_mistake_is_explained(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    on, says = re.match(r"# on: (.+)\n# says: (.+)\n", code).groups()
    report = trace_with(code, PROGRAMS[on])
    assert not report.passed
    said = report.problem or f"{report.difference.what} {report.difference.why}"
    assert says in said
    assert "\ud800" not in said


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_does_what_its_check_says(name: str) -> None:
    run = reference(PROGRAMS[name])
    assert answer(PROGRAMS[name].cases[0], run) == "right"
    assert 5 < len(run.frames) < 40


def test_a_run_that_is_stopped_is_the_last() -> None:
    loops = (tracer.FOLDER / "mistakes" / "loops.py").read_text(encoding="utf-8")
    reports = list(check(loops, partial(sandbox.run, limits=Limits(cpu_s=0.2))))
    assert [report.stopped for report in reports] == [True]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "There is no tracer yet"),
        ("\n  \n", "There is no tracer yet"),
        ("x = 1\n" * 10_000, "10,000 lines and 60,000 characters"),
    ],
)
def test_what_is_not_run_is_said(code: str, said: str) -> None:
    assert said in problem_with(code)


def test_printing_does_no_harm_and_is_shown() -> None:
    code = load_exercise().solution.replace("    frames = []", "    print('hello')\n    frames = []")
    report = trace_with(code, PROGRAMS["collect"])
    assert report.passed
    assert report.printed == "hello"


def test_variables_may_be_left_out_where_cwm_leaves_them_out() -> None:
    left_out = 'found["locals"] = {name: repr(value) for name, value in frame.f_locals.items()}'
    code = load_exercise().solution.replace(
        left_out, f'if event in ("call", "line"):\n            {left_out}'
    )
    assert all(report.passed for report in check(code))


@pytest.mark.parametrize("call", [None, "f(3)(4)", "f(x=3)", "a.f(3)"])
def test_the_harness_takes_plain_calls_alone(call: str | None) -> None:
    program = PROGRAMS["collect"]
    case = program.cases[0]
    with pytest.raises((ValueError, SyntaxError)):
        harnessed("", replace(program, cases=(replace(case, call=call),)), "@")


def test_our_own_tracer_is_not_in_the_way_and_is_not_disturbed() -> None:
    """The visitor's function is the only trace function, and a run beside it is traced as ever."""
    code = "import sys\n\n\ndef trace(function, arguments, source):\n    return [str(sys.gettrace())]\n"
    heard: list[Trace] = []

    def run(source: str) -> Trace:
        heard.append(sandbox.run(source))
        return heard[-1]

    assert "Frame 1 is no dictionary" in trace_with(code, PROGRAMS["collect"], run).problem
    assert '"None"' in heard[0].stdout
    assert [frame.function for frame in heard[0].frames] == ["done"] * 3
    assert sys.gettrace() is None or sys.gettrace().__module__ != "cwm_demo.execution.tracer"
