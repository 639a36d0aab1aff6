"""One run of a program, in a process that can do nothing but run it.

Covered: its descriptors but the pipe are closed and its environment is empty; processor time, address space,
files and processes are limited; a root worker becomes nobody; it can gain no privileges, dies with its
parent, and after the system-call filter (`filter.py`) it can compute, write to the pipe, and end.
Not covered: the interpreter. A program can reach everything in this process, our own code included, and
forge its own trace; the process holds one visitor's program and nothing else. The wall clock is the parent's.

    python -m cwm_demo.execution.worker     where there is no fork: a request on stdin, messages on stdout
"""

from __future__ import annotations

import ctypes
import math
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from io import StringIO, TextIOBase
from pathlib import Path
from typing import Any, NoReturn

from cwm_demo.execution import death, modules, wire
from cwm_demo.execution.filter import PIPE, SystemCallFilter
from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace
from cwm_demo.trace.frame import Frame, Stop, Trace

try:
    import resource
except ImportError:  # Windows
    resource = None

_NOBODY = 65534
_SPARE_BYTES = 4 * wire.MIB  # given back when memory has run out, to be able to say so
_DESCRIPTORS = 4096  # more than a parent ever holds
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4  # <linux/prctl.h>
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def serve_forked(descriptor: int, parent: int, syscalls: SystemCallFilter | None) -> NoReturn:
    """The whole life of a forked worker: a request from the socket `descriptor`, its trace, the end."""
    try:
        os.setsid()
        os.dup2(descriptor, PIPE)
        os.closerange(0, PIPE)
        os.closerange(PIPE + 1, max(_DESCRIPTORS, os.sysconf("SC_OPEN_MAX")))  # -1 where there is no limit

        def lock_up(limits: Limits) -> bool:
            _forget_outside()
            _limit(limits)
            _drop_privileges(parent)
            if syscalls is not None:
                syscalls.install()
            return syscalls is not None

        _serve(PIPE, PIPE, lock_up)
    finally:
        os._exit(1)


def serve_spawned() -> NoReturn:
    """The same for a process of its own, where there is no fork (Windows), and no filter either."""

    def lock_up(limits: Limits) -> bool:
        modules.load()
        _forget_outside()
        return False

    _serve(0, 1, lock_up)


def _serve(source: int, sink: int, lock_up: Callable[[Limits], bool]) -> NoReturn:
    """Reads a request, locks up (`lock_up` says whether system calls are filtered now), runs the program."""
    request = _receive(source)
    limits = Limits(**request["limits"])
    report = _Report(sink, limits)
    try:
        if not lock_up(limits) and request["need_filter"]:
            raise OSError("this system has no system-call filter")
    except OSError as error:
        report.stop(Stop("killed", f"The program was not run, for it could not be locked up: {error}."))
    try:
        # A run that is stopped ends here and now: its handlers and finalisers are not waited for.
        report.end(trace(request["source"], limits, request["stdin"], report.frame, on_stop=report.end))
    except MemoryError:
        report.out_of_memory()
    except BaseException as error:  # not the program's: those are part of its trace
        report.stop(Stop("killed", f"The tracer failed at this program ({type(error).__name__})."))


def _receive(source: int) -> dict[str, Any]:
    messages = wire.Messages(wire.REQUEST_BYTES)
    while data := os.read(source, 65536):
        for message in messages.feed(data):
            return message
    raise EOFError("the app asked for nothing")


class _Report:
    """Tells the app what happens. One write for each frame: what was written outlives the worker."""

    def __init__(self, sink: int, limits: Limits) -> None:
        self._sink = sink
        self._limits = limits
        self._longest = wire.message_bytes(limits)
        self._spare = [bytes(_SPARE_BYTES)]
        self._write, self._exit = os.write, os._exit  # a program may put others in their place

    def frame(self, frame: Frame) -> None:
        try:
            data = wire.encode({"frame": frame.to_json()})
        except MemoryError:
            self.out_of_memory()
        if len(data) > self._longest:
            self.stop(Stop("output", f"One step holds {len(data):,} bytes of text: too many to be shown."))
        self._send(data)

    def end(self, run: Trace) -> NoReturn:
        try:
            stopped = run.stopped.to_json() if run.stopped else None
            end = {"returned": run.returned, "raised": run.raised, "stdout": run.stdout, "stopped": stopped}
            self._send(wire.encode({"end": end}))
        except MemoryError:
            self.out_of_memory()
        self._exit(0)

    def stop(self, stopped: Stop) -> NoReturn:
        end = {"returned": None, "raised": None, "stdout": None, "stopped": stopped.to_json()}
        self._send(wire.encode({"end": end}))
        self._exit(1)

    def out_of_memory(self) -> NoReturn:
        self._spare.clear()
        self.stop(death.out_of_memory(self._limits))

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._write(self._sink, rest) :]
        except OSError:  # nobody reads any more
            self._exit(1)


def _forget_outside() -> None:
    """Leaves nothing of the world but what the program may import, print to or read from."""
    os.environ.clear()
    sys.stdin = sys.__stdin__ = StringIO()
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = _Nowhere()
    modules.refuse_others()


class _Nowhere(TextIOBase):
    """Where text goes that is no part of a trace: there is no descriptor behind stderr."""

    def write(self, text: str) -> int:
        return len(text)


def _limit(limits: Limits) -> None:
    """Resource limits. What a system does not have, or sets lower already, stays as it is."""
    whole_seconds = math.ceil(limits.cpu_s)
    bounds = {
        "RLIMIT_CPU": (whole_seconds, whole_seconds + 1),  # SIGXCPU, then SIGKILL
        "RLIMIT_NOFILE": (PIPE + 1, PIPE + 1),
        "RLIMIT_NPROC": (0, 0),  # does not bind root
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_CORE": (0, 0),
    }
    with suppress(OSError):  # no /proc: the space that the parent holds is not known
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        space = held + limits.memory_mb * wire.MIB
        bounds["RLIMIT_AS"] = (space, space)
    for name, bound in bounds.items():
        with suppress(AttributeError, ValueError, OverflowError, OSError):
            resource.setrlimit(getattr(resource, name), bound)
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_s)  # SIGPROF: RLIMIT_CPU counts whole seconds


def _drop_privileges(parent: int) -> None:
    if os.geteuid() == 0:
        with suppress(OSError):  # a container may map no such user: then it is a filtered root
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if os.getppid() != parent:
            raise OSError("the sandbox's parent process has ended")


if __name__ == "__main__":
    serve_spawned()
