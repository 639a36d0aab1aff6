"""The warm parent: a small process that has everything loaded and forks a worker for each run.

It has one thread, neither torch nor Streamlit nor the app's environment in its memory, and never reads a
program: the app hands over one end of a socket, which goes on to the worker. It forks, kills what runs past
its wall clock or is no longer wanted, reaps, and tells the app how each worker died. It ends with the app.

    python -m cwm_demo.execution.parent DESCRIPTOR      as `sandbox.py` starts it, with the control socket
"""

from __future__ import annotations

import gc
import os
import resource
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from cwm_demo.execution import modules, wire, worker
from cwm_demo.execution.filter import FilterUnavailable, SystemCallFilter
from cwm_demo.execution.tracer import trace
from cwm_demo.trace.frame import START_OF_TRACE

_REHEARSAL = f"""\
class Tally:
    def __init__(self):
        self.counts = {{}}

    def add(self, item):
        self.counts[item] = self.counts.get(item, 0) + 1
        return [(key, value) for key, value in self.counts.items()]

def f(items):
    tally = Tally()
    for item in items:
        try:
            print(tally.add(item), 1 // item)
        except ZeroDivisionError:
            pass
    return tally

f([0, 1, 2, 3] * 10)  {START_OF_TRACE}
"""
_LONGEST_S = 3600.0  # that a selector is asked to wait for at once


@dataclass
class _Worker:
    pid: int
    verdict: socket.socket  # to the app, whose end closes when it wants no more
    deadline: float  # on the monotonic clock
    overdue: bool = False


def main(descriptor: int) -> None:
    control = socket.socket(fileno=descriptor)
    modules.load()
    try:
        syscalls, missing = SystemCallFilter(), None
        syscalls.prove()
    except FilterUnavailable as error:
        syscalls, missing = None, str(error)
    _rehearse()
    control.sendall(wire.encode({"filter": missing}))
    gc.collect()
    gc.freeze()  # a worker's collector then leaves the pages alone that it shares with us
    _Parent(control, syscalls).serve()


def _rehearse() -> None:
    """Traces a program of our own: workers then begin with an interpreter that has specialised the tracer."""
    for _ in range(3):
        trace(_REHEARSAL, on_frame=lambda frame: wire.encode({"frame": frame.to_json()}))


class _Parent:
    def __init__(self, control: socket.socket, syscalls: SystemCallFilter | None) -> None:
        self._control = control
        self._syscalls = syscalls
        self._workers: dict[int, _Worker] = {}
        self._held = _peak_bytes(resource.getrusage(resource.RUSAGE_SELF))
        self._wakeup, wakeup = socket.socketpair()
        self._wakeup.setblocking(False)
        wakeup.setblocking(False)
        signal.set_wakeup_fd(wakeup.detach(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a byte on the wakeup socket wakes the selector
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)
        self._selector.register(self._wakeup, selectors.EVENT_READ)

    def serve(self) -> None:
        while True:
            for key, _ in self._selector.select(self._patience()):
                if key.fileobj is self._control:
                    if not self._accept():
                        return self._end()
                elif key.fileobj is self._wakeup:
                    self._wakeup.recv(4096)
                else:  # the app closed its end, or the worker is gone already
                    self._abandon(key.data)
            self._kill_overdue()
            self._reap()

    def _patience(self) -> float | None:
        """Seconds until the next wall clock runs out, None when none runs."""
        waiting = [worker.deadline for worker in self._workers.values() if not worker.overdue]
        return min(_LONGEST_S, max(0.0, min(waiting) - time.monotonic())) if waiting else None

    def _accept(self) -> bool:
        """Forks a worker for a hand-over. False when the app is gone."""
        # Two descriptors: the worker's socket, and where its death is told.
        record, descriptors, _, _ = socket.recv_fds(self._control, wire.HAND_OVER.size, 2)
        if not record:
            return False
        if len(descriptors) == 2:  # else none were left to us, and the app reads the end of its sockets
            self._fork(*wire.HAND_OVER.unpack(record), *descriptors)
        else:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _fork(self, wall_s: float, work: int, verdict: int) -> None:
        told = socket.socket(fileno=verdict)
        me = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            os.close(work)
            _tell(told, {"refused": str(error)})
            return
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            worker.serve_forked(work, me, self._syscalls)
        os.close(work)  # so that the app reads to the end when the worker is gone
        new = _Worker(pid, told, time.monotonic() + wall_s)
        self._workers[pid] = new
        self._selector.register(told, selectors.EVENT_READ, new)

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for each in self._workers.values():
            if each.deadline <= now and not each.overdue:
                each.overdue = True
                os.kill(each.pid, signal.SIGKILL)

    def _abandon(self, unwanted: _Worker) -> None:
        self._selector.unregister(unwanted.verdict)
        os.kill(unwanted.pid, signal.SIGKILL)  # not reaped yet, so the number is still its own

    def _reap(self) -> None:
        """Takes leave of the dead, and tells the app how each of them died."""
        while self._workers:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            dead = self._workers.pop(pid)
            with suppress(KeyError):  # abandoned before
                self._selector.unregister(dead.verdict)
            code = os.waitstatus_to_exitcode(status)
            death = {
                "signal": -code if code < 0 else None,
                "overdue": dead.overdue,
                "cpu_s": usage.ru_utime + usage.ru_stime,
                "memory_bytes": max(0, _peak_bytes(usage) - self._held),
            }
            _tell(dead.verdict, {"death": death})

    def _end(self) -> None:
        for each in self._workers.values():
            os.kill(each.pid, signal.SIGKILL)


def _tell(verdict: socket.socket, message: dict) -> None:
    with verdict, suppress(OSError):  # the app may have gone on without it
        verdict.sendall(wire.encode(message))


def _peak_bytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(int(sys.argv[1]))
