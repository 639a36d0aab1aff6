"""What one event of the tracer costs, beside PySnooper on the same program in the same process."""

from __future__ import annotations

import io
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
    events = len(trace(source, limits).frames)
    ours, snooped = beside_ms(lambda: trace(source, limits), _snoop, repeat=11)
    return [
        Row(
            "tracer, per event",
            1000 * ours / events,
            "µs",
            "PySnooper",
            1000 * snooped / events,
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
