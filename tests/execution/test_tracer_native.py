"""Beside Python's own line events: where the two differ is known, and each difference has its reason.

Python 3.11's events are the measure; later versions report inlined comprehensions' turns as well.
"""

from __future__ import annotations

import contextlib
import io
import sys
import types

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.trace.frame import START_OF_TRACE
from tests.execution import samples

# What differs, and why.
DIFFERS = {
    # a statement over several lines is one frame
    "comprehensions",
    "decorators",
    "entry_in_an_expression",
    "f_strings",
    "generator_expression",
    "match_statement",
    "multi_line_call",
    "multi_line_statement",
    "ternary_and_boolean",
    # the last test of a one-line `while` is a visit of its header, too
    "one_line_loops",
    # the exit of a `with` is part of its visit
    "context_manager",
    "coroutine",
    "with_and_exception",
    "with_statement",
    # a class body is one frame, its `class` line
    "class_body",
    # receiver and arguments of the marked call are not traced
    "entry_is_a_method",
    "entry_is_outermost",
    "inheritance",
}


def native_lines(name: str) -> list[int]:
    """The line events in functions of the sample from its marked line on, lambdas and the like left out."""
    text = samples.source(name)
    lines: list[int] = []

    def tracer(frame: types.FrameType, event: str, arg: object) -> object:
        if frame.f_code.co_filename != "<native>" or frame.f_code.co_name.startswith("<"):
            return None
        if event == "line":
            lines.append(frame.f_lineno)
        return tracer

    program, _, call = text.rstrip().removesuffix(START_OF_TRACE).rpartition("\n\n\n")
    module = types.ModuleType("native")
    former, main = sys.gettrace(), sys.modules["__main__"]
    sys.modules["__main__"] = sys.modules["native"] = module
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(program, "<native>", "exec", dont_inherit=True), vars(module))
            marked = compile(call, "<call>", "exec")
            sys.settrace(tracer)
            with contextlib.suppress(Exception):
                exec(marked, vars(module))
    finally:
        sys.settrace(former)
        sys.modules["__main__"] = main
        del sys.modules["native"]
    return lines


def marked(name: str) -> bool:
    return START_OF_TRACE in samples.source(name)


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="Python 3.11's events are the measure")
def test_line_frames_differ_from_line_events_only_where_they_should():
    differing = set()
    for name in filter(marked, samples.NAMES):
        ours = [frame.line for frame in trace(samples.source(name)).frames if frame.event == "line"]
        if ours != native_lines(name):
            differing.add(name)
    assert differing == DIFFERS
