"""What ran before a frame, by kind."""

from __future__ import annotations

import pytest

from cwm_demo.evaluate.statements import before
from cwm_demo.execution.tracer import trace
from cwm_demo.trace.frame import Frame, Trace


@pytest.mark.parametrize(
    "line, kind",
    [
        ("if x > 3: y = 1\n", "other"),
        ("for x in range(3):\n", "for"),
        ("return x + 1\n", "return"),
        ("x = y\n", "plain assignment"),
        ("x: int = 3\n", "plain assignment"),
        ("x = y * 2\n", "arithmetic"),
        ("x += 1\n", "arithmetic"),
        ("x = len(y) - 1\n", "call"),
        ("xs.append(y)\n", "call"),
        ("xs[i] = y\n", "assignment to a part"),
        ("self.n += 1\n", "assignment to a part"),
        ("x: int\n", "other"),
        ("else:\n", "other"),
        ("x = (1 +\n", "other"),
        ("del x\n", "other"),
    ],
)
def test_a_line_has_its_kind(line, kind):
    frame = Frame("line", 1, line, "f", 0, 0)
    assert before(Trace(line, (frame, frame)), 1) == kind


def test_events_come_before_lines():
    run = trace("def g(n):\n    return n\ndef f(n):\n    n = g(n)\n    return n\nf(1)  # << START_OF_TRACE\n")
    assert [before(run, index) for index in range(len(run.frames))] == [
        "start of the run",
        "entry of a function",
        "call",
        "entry of a function",
        "return",
        "return to the caller",
        "return",
    ]


SIGNS = """\
def f(n):
    if n > 5:
        return 1
    elif n > 3:  # a comment
        n = 0
    else:
        n -= 1
    while n:
        n -= 1
f({})  # << START_OF_TRACE
"""
HOLDS, FAILS = "if, while: holds", "if, while: does not hold"


@pytest.mark.parametrize(
    "number, outcomes",
    [(6, [HOLDS]), (4, [FAILS, HOLDS, FAILS]), (2, [FAILS, FAILS, HOLDS, FAILS])],
)
def test_a_condition_has_its_outcome(number, outcomes):
    run = trace(SIGNS.format(number))
    found = [before(run, index) for index in range(len(run.frames))]
    assert [kind for kind in found if kind.startswith("if")] == outcomes


def test_a_condition_that_calls_has_no_outcome_yet():
    run = trace("def g(n):\n    return n\nif g(1):\n    x = 1\nif x < 'a':\n    pass\n")
    kinds = {
        frame.event: before(run, index)
        for index, frame in enumerate(run.frames)
        if index and run.frames[index - 1].source.startswith("if")
    }
    assert kinds == {"call": "call", "exception": "other"}
