"""What ran before a frame, by kind."""

from __future__ import annotations

import pytest

from cwm_demo.evaluate.statements import before
from cwm_demo.execution.tracer import trace
from cwm_demo.trace.frame import Frame


@pytest.mark.parametrize(
    "line, kind",
    [
        ("    if x > 3:\n", "if, while"),
        ("    elif not x:\n", "if, while"),
        ("while x:\n", "if, while"),
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
    assert before([frame, frame], 1) == kind


def test_events_come_before_lines():
    run = trace("def g(n):\n    return n\ndef f(n):\n    n = g(n)\n    return n\nf(1)  # << START_OF_TRACE\n")
    assert [before(run.frames, index) for index in range(len(run.frames))] == [
        "start of the run",
        "entry of a function",
        "call",
        "entry of a function",
        "return",
        "return to the caller",
        "return",
    ]
