"""Why a worker died that could not say so itself."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.wire import MIB
from cwm_demo.trace.frame import Stop

_NEARLY = 0.8  # of its memory: an interpreter that breaks with so much in use broke for want of more


def stop_of(death: Mapping[str, Any], limits: Limits) -> Stop:
    """The reason, for the learner. `death` is what the parent tells, see `parent.py`."""
    if death["overdue"]:
        return overdue(limits)
    number = death["signal"]
    if number is None:
        return Stop(
            "exit", "The program ended its process at once (as os._exit does), so it returned nothing."
        )
    name = _name(number)
    over_time = death["cpu_s"] >= limits.cpu_s
    if name in ("SIGXCPU", "SIGPROF") or (name == "SIGKILL" and over_time):
        message = (
            f"Stopped after {limits.cpu_s:g} s of computing. Does a loop never end? Or try smaller numbers."
        )
        return Stop("cpu", message)
    # Whoever else kills a worker is the system, when memory has run out.
    if name == "SIGKILL" or death["memory_bytes"] >= _NEARLY * limits.memory_mb * MIB:
        return out_of_memory(limits)
    message = (
        f"The program broke the Python interpreter that ran it ({name}), by very deep recursion perhaps."
    )
    return Stop("killed", message)


def overdue(limits: Limits) -> Stop:
    return Stop("wall", f"Stopped after {limits.wall_s:g} s. Does it wait for something, or never end?")


def out_of_memory(limits: Limits) -> Stop:
    return Stop(
        "memory", f"The program used up its {limits.memory_mb} MB of memory. Try it with smaller data."
    )


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
