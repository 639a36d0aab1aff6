"""Runs a program that nobody has read, and gives back its trace, whatever it does.

    from cwm_demo.execution import sandbox
    trace = sandbox.run(source)

Each run has a worker process of its own, forked from a warm parent (`parent.py`), locked up by the operating
system (`worker.py`, `filter.py`) and killed when its time is over. Frames arrive as they happen, so a run
that is killed keeps those that it had. `doctor.py` tries each layer and says which are in force.

Covered: a program that reads or writes files, opens sockets, starts or kills processes, looks into the
environment, never ends, eats memory, prints without end, crashes the interpreter, or sends nonsense.
Not covered: a program that forges its own trace; faults of the kernel; how slow it gets when every visitor
uses all the time that a run may take (as many run at once as there are processors, the others wait their
turn, `turns.py`).
Without a system-call filter (macOS, Windows, a container that forbids it) a program could do all that the
app's user can: then only trusted programs run, and others where `CWM_DEMO_ALLOW_UNSANDBOXED=1` says so.
"""

from __future__ import annotations

import math
import os
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from cwm_demo.execution import death, warm, wire
from cwm_demo.execution.limits import Limits
from cwm_demo.execution.turns import Turns
from cwm_demo.trace.frame import Frame, Stop, Trace

ALLOW_UNSANDBOXED = "CWM_DEMO_ALLOW_UNSANDBOXED"
QUEUE_S = 60.0  # until a run gets its turn
SPAWN_S = 10.0  # for an interpreter to start and load its modules, where there is no fork
QUEUE = 200  # runs that may wait for theirs at once
_turns = Turns(max(2, os.cpu_count() or 1), QUEUE)
_DEFAULT = Limits()


class SandboxUnavailable(RuntimeError):
    """Nothing here could hold a program that nobody has read, and the host has not allowed it to run free."""


def run(
    source: str,
    limits: Limits = _DEFAULT,
    stdin: str | None = None,
    trusted: bool = False,
    visitor: str = "",
) -> Trace:
    """The trace of SOURCE, run in a worker of its own. Any thread may call it.

    `stdin` is what `input()` reads; `trusted` are the programs that come with this app; `visitor` is whose
    turn it uses where several wait (`turns.py`). A program that fails,
    is stopped or breaks its worker is a Trace that says so. Raises SandboxUnavailable where the system has no
    system-call filter, the program is not trusted and `CWM_DEMO_ALLOW_UNSANDBOXED` is not 1; ValueError for
    a limit that is none; RuntimeError when the parent process can't be started.
    """
    for name, value in asdict(limits).items():
        if not 0 < value < math.inf:
            raise ValueError(f"the limit {name} must be a number above 0, not {value!r}")
    source = _readable(source)
    need_filter = not trusted and os.environ.get(ALLOW_UNSANDBOXED) != "1"
    if need_filter and (missing := missing_filter()):
        raise SandboxUnavailable(
            f"A program of your own can't run here: {missing}, so nothing would keep it from this computer's "
            f"files and network. There are limits of time and memory, but they don't protect those. The "
            f"programs of the catalogue run all the same. If nobody but you uses this app, start it with "
            f"{ALLOW_UNSANDBOXED}=1 to run any program."
        )
    request = wire.encode(
        {"source": source, "stdin": stdin, "limits": asdict(limits), "need_filter": need_filter}
    )
    if len(request) > wire.REQUEST_BYTES:
        message = f"Program and input have {len(request):,} bytes; {wire.REQUEST_BYTES:,} is the limit."
        return Trace(source, stopped=Stop("input", message))
    if not _turns.acquire(visitor, QUEUE_S):
        message = "Too many programs are running here right now. Try again in a minute."
        return Trace(source, stopped=Stop("killed", message))
    try:
        heard = (
            _run_forked(request, source, limits) if warm.CAN_FORK else _run_spawned(request, source, limits)
        )
    finally:
        _turns.release(visitor)
    return heard.trace(source)


def hint(trace: Trace) -> str | None:
    """What to tell a learner whose program was refused something by the sandbox; None when it was not."""
    if not (trace.raised or "").startswith(("PermissionError", "RuntimeError: can't start new thread")):
        return None
    return (
        "Programs run in a sandbox here: they can compute and print, but have no files, network or processes."
    )


def missing_filter() -> str | None:
    """Why there is no system-call filter here; None when there is one, which a parent tries as it starts."""
    return warm.parent().missing_filter if warm.CAN_FORK else "this system has no system-call filter"


def _readable(source: str) -> str:
    """SOURCE as the tracer reads it: lines end in a newline alone, and it can be written as UTF-8."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return source.encode("utf-8", "replace").decode("utf-8")


@dataclass
class _Heard:
    """What a worker said of its run, and how it ended: in its own words, or else in ours (`stopped`)."""

    frames: list[Frame] = field(default_factory=list)
    end: dict[str, Any] | None = None
    stopped: Stop | None = None

    def trace(self, source: str) -> Trace:
        end = self.end or {"returned": None, "raised": None, "stdout": None, "stopped": self.stopped}
        if end["stdout"] is None:
            end["stdout"] = "".join(frame.stdout for frame in self.frames)
        return Trace(source, tuple(self.frames), **end)


def _hear(chunks: Iterable[bytes], source: str, limits: Limits) -> _Heard:
    """Listens to a worker up to its end or its first word that is none of ours."""
    heard = _Heard()
    messages = wire.Messages(wire.message_bytes(limits))
    lines = source.count("\n") + 1
    left = wire.run_bytes(limits)
    try:
        for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                heard.stopped = Stop(
                    "output", "The values of this run are too large to be shown. Try smaller data."
                )
                return heard
            for message in messages.feed(chunk):
                if "end" in message:
                    heard.end = wire.read_end(message["end"])
                    return heard
                if len(heard.frames) >= limits.events:
                    raise wire.WireError("more steps than a run may have")
                heard.frames.append(wire.read_frame(message.get("frame"), lines))
    except wire.WireError as error:
        message = f"Stopped: the program meddled with its own tracing, which sent what is no trace ({error})."
        heard.stopped = Stop("killed", message)
    return heard


def _run_forked(request: bytes, source: str, limits: Limits) -> _Heard:
    work, verdict = _hand_over(limits.wall_s)
    with work, verdict:  # closing tells the parent that this worker is wanted no longer
        deadline = time.monotonic() + limits.wall_s + warm.GRACE_S
        work.settimeout(limits.wall_s + warm.GRACE_S)
        with suppress(OSError):  # a worker that reads nothing is dead, and the verdict says why
            work.sendall(request)
        heard = _hear(_chunks(work, deadline), source, limits)
        if heard.end is None and heard.stopped is None:
            heard.stopped = _verdict(verdict, limits)
    return heard


def _hand_over(wall_s: float) -> tuple[socket.socket, socket.socket]:
    """Our ends of the two sockets of a new worker: its work, and the parent's verdict."""
    work, theirs = socket.socketpair()
    verdict, told = socket.socketpair()
    with theirs, told:
        try:
            warm.parent().hand_over(theirs, told, wall_s)
        except OSError:  # it died just now
            warm.parent().hand_over(theirs, told, wall_s)
    return work, verdict


def _chunks(work: socket.socket, deadline: float) -> Iterator[bytes]:
    """What arrives, up to the end or the deadline."""
    with suppress(TimeoutError, ConnectionResetError):
        while (left := deadline - time.monotonic()) > 0:
            work.settimeout(left)
            data = work.recv(65536)
            if not data:
                return
            yield data


def _verdict(verdict: socket.socket, limits: Limits) -> Stop:
    """What the parent says of a worker that died without a last word."""
    verdict.settimeout(warm.GRACE_S)
    messages = wire.Messages(wire.MIB)
    try:
        while data := verdict.recv(4096):
            for message in messages.feed(data):
                if "refused" in message:
                    return Stop(
                        "killed", f"This computer has no room for another process ({message['refused']})."
                    )
                return death.stop_of(message["death"], limits)
    except TimeoutError:  # it should have killed the worker long ago: the next run gets another parent
        warm.close()
        return death.overdue(limits)
    except ConnectionResetError:
        pass
    return Stop("killed", "The sandbox itself was ended from outside. Run the program again.")


def _run_spawned(request: bytes, source: str, limits: Limits) -> _Heard:
    """Without fork: a whole interpreter for one run, nothing but the wall clock to hold it."""
    try:
        ended = subprocess.run(
            warm.command("cwm_demo.execution.worker"),
            input=request,
            env=warm.environment(),
            stdout=subprocess.PIPE,
            timeout=SPAWN_S + limits.wall_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        heard = _hear([late.stdout or b""], source, limits)
        heard.stopped = death.overdue(limits)
        return heard
    heard = _hear([ended.stdout], source, limits)
    if heard.end is None and heard.stopped is None:
        heard.stopped = Stop(
            "killed", f"The program broke the Python interpreter that ran it ({ended.returncode})."
        )
    return heard
