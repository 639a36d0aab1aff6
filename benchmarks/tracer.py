"""What one event of the tracer costs, beside PySnooper on the same program in the same process."""

from __future__ import annotations

import io

import pysnooper

from benchmarks.row import Row, median_ms
from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace

LOOP = """\
def total(items):
    result = 0
    best = None
    for item in items:
        result += item
        if best is None or item > best:
            best = item
    return result, best
"""
CALL = "total([(7 * i) % 101 for i in range(200)])"


def measure() -> list[Row]:
    source = f"{LOOP}\n{CALL}  # << START_OF_TRACE\n"
    limits = Limits(events=100_000)
    events = len(trace(source, limits).frames)
    ours = median_ms(lambda: trace(source, limits))
    snooped = median_ms(_snoop)
    return [Row("tracer, per event", 1000 * ours / events, "µs", "PySnooper", 1000 * snooped / events)]


def _snoop() -> None:
    """The same run under PySnooper, its report written to memory. The source must be a file it can read."""
    namespace: dict[str, object] = {}
    exec(compile(LOOP, "<total>", "exec"), namespace)
    function = pysnooper.snoop(io.StringIO(), color=False)(namespace["total"])
    function([(7 * i) % 101 for i in range(200)])
