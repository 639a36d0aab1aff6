"""Tries every layer of the sandbox on this computer and says which are in force.

    python -m cwm_demo doctor

Nothing is believed from a version or a flag: a worker attempts what must not succeed, in a way that does
no harm where it does (a signal 0, a program that is not there). What can't be tried this way, faults of
the kernel above all, is not reported.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

from cwm_demo.execution import sandbox
from cwm_demo.execution.limits import Limits

_MEMORY_MB = 64


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing that a program must not be able to do, and what came of the attempt."""

    name: str
    in_force: bool
    detail: str  # what Python or the sandbox said
    filtered: bool = False  # held by the system-call filter, without which no visitor's program runs


def report() -> list[Layer]:
    """Runs the attempts, one after the other, a few seconds in all."""
    return [_try(attempt) for attempt in _ATTEMPTS]


def main() -> int:
    """Prints the report. 0 when the system-call filter is in force, else 1."""
    layers = report()
    print(
        f"Python {platform.python_version()} on {platform.system()} {platform.release()} {platform.machine()}"
    )
    for layer in layers:
        print(f"  {'held' if layer.in_force else 'OPEN'}  {layer.name:<30} {layer.detail}")
    held = all(layer.in_force for layer in layers if layer.filtered)
    if held:
        print(
            "The system-call filter is in force: a visitor's program can compute and print, and nothing else."
        )
    else:
        why = sandbox.missing_filter() or "it let something through that it must refuse"
        print(f"The system-call filter is not in force: {why}.")
        print("Catalogue programs run all the same; a visitor's own only where the host allows it with")
        print(f"{sandbox.ALLOW_UNSANDBOXED}=1, and could then do whatever this user can.")
    return 0 if held else 1


@dataclass(frozen=True, slots=True)
class _Attempt:
    name: str
    source: str
    outcome: str  # if the layer holds: the exception raised, or the reason why the run was stopped
    filtered: bool = False
    wall_s: float = 10.0


# Modules that are not offered are in memory all the same, and a program may get at them.
_REACH = (
    "import sys\n"
    "ctypes, os, socket, threading = map(sys.modules.get, ('ctypes', 'os', 'socket', 'threading'))\n"
)

_ATTEMPTS = (
    _Attempt("read a file", f"open({sys.executable!r}, 'rb')\n", "PermissionError", True),
    _Attempt("list a directory", f"{_REACH}os.listdir(os.sep)\n", "PermissionError", True),
    _Attempt("make a directory", f"{_REACH}os.mkdir(os.sep)\n", "PermissionError", True),
    _Attempt("open a socket", f"{_REACH}socket.socket()\n", "PermissionError", True),
    _Attempt("fork", f"{_REACH}if os.fork() == 0:\n    os._exit(0)\n", "PermissionError", True),
    _Attempt("start a thread", f"{_REACH}threading.Thread(target=int).start()\n", "RuntimeError", True),
    _Attempt("run another program", f"{_REACH}os.execv('/none/such', ['none'])\n", "PermissionError", True),
    _Attempt("signal its parent", f"{_REACH}os.kill(os.getppid(), 0)\n", "PermissionError", True),
    _Attempt("see the environment", f"{_REACH}assert os.environ, 'it is empty'\n", "AssertionError"),
    _Attempt("import what is not offered", "import subprocess\n", "ModuleNotFoundError"),
    _Attempt("take more memory than it may", f"bytearray({2 * _MEMORY_MB} << 20)\n", "MemoryError"),
    _Attempt("compute for ever", "import itertools\nsum(itertools.count())\n", "cpu"),
    _Attempt("wait for ever", "import time\ntime.sleep(60)\n", "wall", wall_s=0.5),
    _Attempt("crash the interpreter", f"{_REACH}ctypes.string_at(0)\n", "killed"),
)


def _try(attempt: _Attempt) -> Layer:
    limits = Limits(cpu_s=0.3, wall_s=attempt.wall_s, memory_mb=_MEMORY_MB)
    trace = sandbox.run(attempt.source, limits, trusted=True)
    if trace.stopped:
        outcome, detail = trace.stopped.reason, trace.stopped.message
    else:
        detail = trace.raised or "it could"
        outcome = detail.partition(":")[0]
    return Layer(attempt.name, outcome == attempt.outcome, _shortened(detail), attempt.filtered)


def _shortened(detail: str) -> str:
    return detail if len(detail) <= 80 else detail[:79] + "…"
