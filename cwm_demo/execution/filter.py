"""The system calls that a worker may still make: to compute, to write to its pipe, to end.

Covered: everything else is refused by the kernel with EPERM, which Python raises as PermissionError, in
machine code as in Python: files, directories, sockets, processes, threads, signals, tracing, new
descriptors, executable memory, calls by another architecture's numbers. The filter can't be taken off.
Not covered: what the allowed calls do by themselves (memory and time have resource limits), and faults
of the kernel or the processor. Linux on x86-64 and aarch64 only, as the library has it.

`seccompy` builds the filter in Python, so pip alone installs it; `pyseccomp` needs a system's libseccomp.
"""

from __future__ import annotations

import errno
import os

PIPE = 3  # the one descriptor that a worker has

_ALLOWED = (
    # memory
    "brk",
    "mremap",
    "munmap",
    "madvise",
    # locks of the interpreter
    "futex",
    "sched_yield",
    # clocks, sleeping
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "restart_syscall",
    # who am I
    "getpid",
    "getppid",
    # random bytes
    "getrandom",
    # the end
    "rt_sigreturn",
    "exit",
    "exit_group",
)
_PROTECTION = 2  # which argument of mmap and mprotect holds the protection
_EXECUTABLE = 4  # PROT_EXEC


class FilterUnavailable(OSError):
    """This system has no system-call filter that we can install; the message says why."""


class SystemCallFilter:
    """The allow-list, compiled once in the parent, put on by each worker."""

    def __init__(self) -> None:
        try:
            import seccompy
        except ImportError as error:
            raise FilterUnavailable(f"the package seccompy is missing ({error})") from None
        try:
            if not seccompy.supported():
                raise FilterUnavailable("this kernel has no seccomp filters")
            self._filter = seccompy.Filter(default=seccompy.Action.ERRNO | errno.EPERM)
            for name in _ALLOWED:
                self._filter.allow(name)
            self._filter.allow("write", args={0: PIPE})
            no_execution = seccompy.ArgCmp(_PROTECTION, seccompy.CmpOp.MASKED_EQ, 0, mask=_EXECUTABLE)
            for name in ("mmap", "mprotect"):
                self._filter.allow(name, args=[no_execution])
            _ = self._filter.program  # compiles it here, not in every worker
        except OSError as error:
            raise FilterUnavailable(f"no system-call filter on this system ({error})") from None

    def install(self) -> None:
        """Puts it on the calling thread for good (no-new-privileges too). Raises OSError if refused."""
        self._filter.load()

    def prove(self) -> None:
        """Raises FilterUnavailable unless a child under the filter is really refused something."""
        pid = os.fork()
        if pid == 0:
            try:
                self.install()
                os.listdir(os.sep)
            except PermissionError:
                os._exit(0)
            finally:
                os._exit(1)
        if os.waitpid(pid, 0)[1] != 0:
            raise FilterUnavailable("this system let a system-call filter be neither installed nor act")
