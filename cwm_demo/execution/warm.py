"""The app's end of the warm parent (`parent.py`): starts it when first needed, and again when it has died."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from cwm_demo.execution import wire

START_S = 60.0  # until a parent has loaded its modules, on the slowest machine
GRACE_S = 5.0  # for it to answer, when the machine is busy
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")

_ROOT = Path(__file__).parents[2]  # where the package cwm_demo is
# What an interpreter may need to start and to find its packages.
_KEPT = ("HOME", "PYTHONUSERBASE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "APPDATA")


def command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """All that a parent knows of ours, for programs can read its memory. Hashes are the same in every run."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}


class Parent:
    """A running parent. It ends when our end of its control socket is closed, and so with the app."""

    missing_filter: str | None  # why it has no system-call filter; None when it has

    def __init__(self) -> None:
        self._sending = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                command("cwm_demo.execution.parent", str(theirs.fileno())),
                env=environment(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the app, which then ends this
            )
        try:
            self.missing_filter = self._greeting()
        except (OSError, EOFError, wire.WireError) as error:
            self.close()
            raise RuntimeError(f"the sandbox's parent process did not start: {error!r}") from None

    def _greeting(self) -> str | None:
        self._control.settimeout(START_S)
        messages = wire.Messages(wire.MIB)
        while data := self._control.recv(4096):
            for message in messages.feed(data):
                return message["filter"]
        raise EOFError("it ended at once")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._control.fileno() != -1 and self._process.poll() is None

    def hand_over(self, work: socket.socket, verdict: socket.socket, wall_s: float) -> None:
        """Has a worker forked that reads its request from `work`; how it died is told on `verdict`.

        Raises OSError when the parent is gone.
        """
        with self._sending:
            self._control.settimeout(GRACE_S)
            socket.send_fds(self._control, [wire.HAND_OVER.pack(wall_s)], [work.fileno(), verdict.fileno()])

    def let_go(self) -> None:
        """Closes our end: it ends when nobody else holds one."""
        self._control.close()

    def close(self) -> None:
        """Ends it, and its workers with it."""
        self.let_go()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


_starting = threading.Lock()
_parent: Parent | None = None


def parent() -> Parent:
    """The one parent of this process. Raises RuntimeError when it can't be started."""
    global _parent
    with _starting:
        if _parent is not None and not _parent.alive:
            _parent.close()
            _parent = None
        if _parent is None:
            _parent = Parent()
        return _parent


def open_ahead() -> None:
    """Begins to start the parent, waiting for nothing: who needs it meanwhile waits for the same one."""
    if CAN_FORK and _parent is None:
        threading.Thread(target=_open, daemon=True).start()


def _open() -> None:
    with suppress(OSError, RuntimeError):  # the first run tries again, and says what is wrong
        parent()


@atexit.register
def close() -> None:
    """Ends the parent. The next run starts another."""
    global _parent
    with _starting:
        if _parent is not None:
            _parent.close()
        _parent = None


def _forget() -> None:
    """In a fork of this process, which must not talk on the socket of the one it was forked from."""
    global _parent, _starting
    if _parent is not None:
        _parent.let_go()
    _parent, _starting = None, threading.Lock()


if CAN_FORK:
    os.register_at_fork(after_in_child=_forget)
