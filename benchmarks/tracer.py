"""What one event of the tracer costs, beside PySnooper on the same program in the same process.

Each is divided by the events that it wrote down itself: ours are those of the outer loop as well, which
PySnooper does not see. Processor time, with the cyclic garbage collector kept from what this process had
before: how much that is would otherwise count as ours, for we keep what we trace and PySnooper only writes.
"""

from __future__ import annotations

import gc
import io
import time
from typing import Any

import pysnooper

from benchmarks.row import Row, beside_ms
from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace

LOOP = """\
def longest(words):
    best = None
    seen = 0
    total = 0
    for word in words:
        seen += 1
        total += len(word)
        if best is None or len(word) > len(best):
            best = word
    return best, total / seen
"""
WORDS = ["tea", "code", "model", "a", "frames"] * 2
TURNS = 200  # calls of it in one measurement


def measure() -> list[Row]:
    often = f"def often():\n    for turn in range({TURNS}):\n        longest({WORDS})\n"
    source = f"{LOOP}\n{often}\noften()  # << START_OF_TRACE\n"
    limits = Limits(events=100_000)
    functions = [frame.function for frame in trace(source, limits).frames]
    gc.collect()
    gc.freeze()
    try:
        ours, snooped = beside_ms(lambda: trace(source, limits), _snoop, 21, time.process_time)
    finally:
        gc.unfreeze()
    return [
        Row(
            "tracer, per event",
            1000 * ours / len(functions),
            "µs",
            "PySnooper",
            1000 * snooped / functions.count("longest"),
            at_least_times=5,
        )
    ]


def _snoop() -> None:
    """The same calls under PySnooper, its report written to memory."""
    namespace: dict[str, Any] = {}
    exec(compile(LOOP, "<longest>", "exec"), namespace)
    longest = pysnooper.snoop(io.StringIO(), color=False)(namespace["longest"])
    for _ in range(TURNS):
        longest(WORDS)
