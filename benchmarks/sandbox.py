"""A sandboxed trace: cold (the warm parent has to be started first) and warm, beside the bare tracer."""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks.row import Row, median_ms
from cwm_demo.execution import sandbox
from cwm_demo.execution.tracer import trace
from cwm_demo.programs.program import load_catalogue, marked

COLD = "import sys; from cwm_demo.execution.sandbox import run; run(sys.stdin.read(), trusted=True)"


def measure() -> list[Row]:
    tally = load_catalogue()["tally"]
    source = marked(tally.source, tally.call)
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD], input=source, text=True, check=True)
    cold = 1000 * (time.perf_counter() - begun)
    warm = median_ms(lambda: sandbox.run(source, trusted=True), repeat=21)
    bare = median_ms(lambda: trace(source), repeat=21)
    return [
        Row("sandboxed trace of tally, cold (a new Python)", cold, "ms"),
        Row("sandboxed trace of tally, warm", warm, "ms", "in process", bare),
    ]
