"""Runs our own programs for the corpus, and judges whether a trace is worth learning from.

They need no sandbox. What they need are its limits: a program that does not end, or whose values explode,
is stopped here, in this process, through a timer of processor time and a look at every frame.
"""

from __future__ import annotations

import random
import re
import signal

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import Halt
from cwm_demo.execution.tracer import trace as run_traced
from cwm_demo.trace.frame import Frame, Stop, Trace

EVENTS = 120
LONGEST_VALUE = 200  # characters of one value
CPU_S = 0.5
_LIMITS = Limits(events=EVENTS, output_bytes=2_000)
_LONG_INT = re.compile(r"\d{7,}")
_LONG_FLOAT = re.compile(r"\d\.\d{7,}|\de[-+]?\d")


def run(source: str) -> Trace:
    """The trace of SOURCE; one that took too long or grew too large is stopped, `complete` is false."""
    stopped = False

    def halt(*_: object) -> None:
        nonlocal stopped
        stopped = True
        raise Halt

    def watch(frame: Frame) -> None:
        for value in frame.delta.values():
            if len(value) > LONGEST_VALUE:
                halt()

    before = signal.signal(signal.SIGVTALRM, halt)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_S, CPU_S)
    try:
        trace = run_traced(source, _LIMITS, on_frame=watch)
    except (Halt, MemoryError, RecursionError):
        stopped, trace = True, Trace(source)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    if not stopped:
        return trace
    return Trace(source, trace.frames, stopped=Stop("cpu", "It took too long, or its values grew too large."))


def worth_learning(trace: Trace, rng: random.Random) -> str | None:
    """None, or why a trace is left out. What is rare in real use is thinned out, not shut out."""
    if not trace.complete:
        return f"stopped: {trace.stopped.reason}"
    count = len(trace.frames)
    if count < 2:
        return "no frames"
    if count == 3 and rng.random() < 0.5:
        return "very short, thinned out"
    if count > 50 and rng.random() < (count - 50) / 70:
        return "long, thinned out"
    if trace.raised is not None and rng.random() < (0.7 if trace.raised.startswith("TypeError") else 0.2):
        return "raised, thinned out"
    texts = [text for frame in trace.frames for text in frame.delta.values()]
    texts += [frame.value for frame in trace.frames if frame.value]
    if any(_LONG_FLOAT.search(text) for text in texts) and rng.random() < 0.9:
        return "long floats, thinned out"
    if any(_LONG_INT.search(text) for text in texts) and rng.random() < 0.8:
        return "large integers, thinned out"
    return None
