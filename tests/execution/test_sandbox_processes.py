"""The processes around a run: many at once, killed at any moment, nothing left behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cwm_demo.execution import doctor, sandbox, warm, worker
from cwm_demo.execution.filter import PIPE, FilterUnavailable, SystemCallFilter
from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace as trace_here
from cwm_demo.execution.turns import Turns
from cwm_demo.trace.frame import START_OF_TRACE, Trace

linux = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads /proc")
needs_filter = pytest.mark.skipif(
    sandbox.missing_filter() is not None, reason="this system has no system-call filter"
)
TALLY = f"""\
def tally(items):
    counts = {{}}
    for x in items:
        counts[x] = counts.get(x, 0) + 1
        print(x)
    return counts

tally(['a', 'b', 'a'])  {START_OF_TRACE}
"""
WAITS = f"import time\ndef f():\n    print('so far')\n    time.sleep(600)\n\nf()  {START_OF_TRACE}\n"
LONG = Limits(cpu_s=60, wall_s=60)


def adds(number: int) -> str:
    return f"def f(n):\n    print(n)\n    return n + 1\n\nf({number})  {START_OF_TRACE}\n"


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descriptors(pid: int | str = "self") -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def eventually(holds: Callable[[], object]) -> object:
    """What `holds` gives once it is true. Fails when it isn't within half a minute."""
    end = time.monotonic() + 30
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.005)
    return found


def in_background(source: str, limits: Limits = LONG) -> Callable[[], Trace]:
    """Starts a run; call what comes back for its trace."""
    found: list[Trace] = []
    thread = threading.Thread(target=lambda: found.append(sandbox.run(source, limits, trusted=True)))
    thread.start()

    def result() -> Trace:
        thread.join(60)
        return found[0]

    return result


def the_worker() -> int:
    """The number of the worker whose program waits."""

    def waiting() -> list[int]:
        known = {pid: status(pid) for pid in children(warm.parent().pid)}
        return [pid for pid, each in known.items() if each["State"][0] == "S" and each["Seccomp"] == "2"]

    return eventually(waiting)[0]


def status(pid: int) -> dict[str, str]:
    """What the kernel tells anyone about a process."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return {"State": "X", "Seccomp": "0"}
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def test_a_trace_is_that_of_the_tracer():
    assert sandbox.run(TALLY, trusted=True) == trace_here(TALLY)


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_a_source_is_read_as_the_tracer_reads_it(ending):
    source = "\ufeff" + TALLY.replace("\n", ending)
    assert sandbox.run(source, trusted=True) == trace_here(source) == trace_here(TALLY)


def test_many_threads_get_each_their_own_trace():
    numbers = range(60)
    with ThreadPoolExecutor(12) as pool:
        traces = list(pool.map(lambda number: sandbox.run(adds(number), trusted=True), numbers))
    assert [(trace.returned, trace.stdout) for trace in traces] == [(str(n + 1), f"{n}\n") for n in numbers]


def test_runs_that_are_stopped_dont_disturb_the_others():
    sources = [adds(1), f"while True:\n    pass\n{START_OF_TRACE}", "1 / 0\n"] * 8
    with ThreadPoolExecutor(6) as pool:
        traces = list(pool.map(lambda source: sandbox.run(source, Limits(events=50), trusted=True), sources))
    assert [trace.returned for trace in traces[::3]] == ["2"] * 8
    assert all(trace.raised == "ZeroDivisionError: division by zero" for trace in traces[2::3])


@linux
def test_two_hundred_runs_leave_nothing():
    sandbox.run(TALLY, trusted=True)
    parent = warm.parent().pid
    eventually(lambda: not children(parent))
    before = descriptors(), descriptors(parent)
    sources = [adds(0), "import sys\nsys.exit()\n", "x = (\n", "import sys\nsys.modules['os']._exit(1)\n"]
    for turn in range(200):
        sandbox.run(sources[turn % len(sources)], trusted=True)
    eventually(lambda: not children(parent))
    eventually(lambda: (descriptors(), descriptors(parent)) == before)
    assert warm.parent().pid == parent


@linux
@needs_filter
def test_a_worker_that_is_killed_keeps_its_frames():
    result = in_background(WAITS)
    os.kill(the_worker(), signal.SIGKILL)
    trace = result()
    assert trace.stopped is not None
    assert (trace.stdout, trace.frames[-1].source) == ("so far\n", "    time.sleep(600)\n")


@linux
@needs_filter
def test_a_parent_that_is_killed_takes_its_workers_along_and_is_replaced():
    result = in_background(WAITS)
    worker, parent = the_worker(), warm.parent().pid
    os.kill(parent, signal.SIGKILL)
    trace = result()
    assert trace.stopped.reason == "killed"
    assert trace.frames
    assert sandbox.run(adds(1), trusted=True).returned == "2"
    assert warm.parent().pid != parent
    eventually(lambda: not Path(f"/proc/{worker}").exists())


@linux
def test_a_parent_that_hangs_is_replaced(monkeypatch):
    monkeypatch.setattr(warm, "GRACE_S", 0.2)
    sandbox.run(adds(1), trusted=True)
    parent = warm.parent().pid
    os.kill(parent, signal.SIGSTOP)
    trace = sandbox.run(adds(1), Limits(wall_s=0.2), trusted=True)
    assert trace.stopped.reason == "wall"
    monkeypatch.undo()
    assert sandbox.run(adds(1), trusted=True).returned == "2"
    assert not Path(f"/proc/{parent}").exists()


@linux
@needs_filter
def test_the_parent_ends_with_its_app():
    sandbox.run(adds(1), trusted=True)
    parent = warm.parent().pid
    result = in_background(WAITS)
    worker = the_worker()
    warm.close()
    assert result().stopped.reason == "killed"
    assert not Path(f"/proc/{parent}").exists()
    eventually(lambda: not Path(f"/proc/{worker}").exists())


@linux
@needs_filter
def test_a_worker_is_alone_and_nobody():
    result = in_background(WAITS)
    pid = the_worker()
    known = status(pid)
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert os.getsid(pid) == pid != os.getsid(0)
    assert known["Uid"].split()[0] != "0"
    assert (known["NoNewPrivs"], known["Seccomp"], known["Threads"]) == ("1", "2", "1")
    assert int(known["CapEff"], 16) == 0
    for name in ("Max core file size", "Max file size", "Max processes"):
        assert limits.split(name)[1].split()[:2] == ["0", "0"]
    if os.geteuid() == 0:  # others may not look into a process that is not dumpable
        assert os.listdir(f"/proc/{pid}/fd") == [str(PIPE)]
    os.kill(pid, signal.SIGKILL)
    result()


@linux
def test_the_parent_is_small_and_knows_nothing_of_the_app(monkeypatch):
    monkeypatch.setenv("CWM_DEMO_TEST_SECRET", "hush")
    warm.close()
    pid = warm.parent().pid
    assert b"hush" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert len(os.listdir(f"/proc/{pid}/task")) == 1
    maps = Path(f"/proc/{pid}/maps").read_text()
    assert not any(name in maps for name in ("torch", "numpy", "pyarrow", "streamlit"))


def test_a_parent_opened_ahead_is_the_one_that_runs():
    warm.close()
    warm.open_ahead()
    eventually(lambda: warm._parent)
    pid = warm._parent.pid
    warm.open_ahead()
    assert sandbox.run(adds(1), trusted=True).returned == "2"
    assert warm.parent().pid == pid


def test_a_fork_of_the_app_has_a_parent_of_its_own():
    mine = warm.parent().pid
    pid = os.fork()
    if pid == 0:
        try:
            right = sandbox.run(adds(1), trusted=True).returned == "2" and warm.parent().pid != mine
            warm.close()
            os._exit(0 if right else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert sandbox.run(adds(1), trusted=True).returned == "2"


def test_a_server_with_too_many_runs_says_so(monkeypatch):
    turns = Turns(1, 10)
    monkeypatch.setattr(sandbox, "_turns", turns)
    monkeypatch.setattr(sandbox, "QUEUE_S", 0.01)
    assert turns.acquire("somebody else", 0)
    trace = sandbox.run(adds(1), trusted=True)
    assert trace.stopped.reason == "killed"
    assert "Too many" in trace.stopped.message
    turns.release("somebody else")
    assert sandbox.run(adds(1), trusted=True).returned == "2"


# --- where there is no filter


@pytest.fixture
def no_filter(monkeypatch):
    monkeypatch.delenv(sandbox.ALLOW_UNSANDBOXED, raising=False)
    monkeypatch.setattr(sandbox, "missing_filter", lambda: "this kernel has no seccomp filters")


def test_without_a_filter_a_visitors_program_is_refused(no_filter):
    with pytest.raises(sandbox.SandboxUnavailable) as refusal:
        sandbox.run(TALLY)
    for word in ("this kernel has no seccomp filters", "files", "network", "CWM_DEMO_ALLOW_UNSANDBOXED=1"):
        assert word in str(refusal.value)


def test_without_a_filter_the_catalogue_runs(no_filter):
    assert sandbox.run(TALLY, trusted=True).returned == "{'a': 2, 'b': 1}"


def test_without_a_filter_a_host_may_allow_it(no_filter, monkeypatch):
    monkeypatch.setenv(sandbox.ALLOW_UNSANDBOXED, "1")
    assert sandbox.run(TALLY).returned == "{'a': 2, 'b': 1}"


def test_a_system_without_seccomp_says_why(monkeypatch):
    seccompy = pytest.importorskip("seccompy")
    monkeypatch.setattr(seccompy, "supported", lambda: False)
    with pytest.raises(FilterUnavailable, match="no seccomp"):
        SystemCallFilter()


def test_a_worker_without_the_filter_that_it_needs_runs_nothing():
    request = sandbox.wire.encode(
        {"source": TALLY, "stdin": None, "limits": {"events": 10}, "need_filter": True}
    )
    ran = os.pipe(), os.pipe()
    os.write(ran[0][1], request)
    pid = os.fork()
    if pid == 0:
        worker._serve(ran[0][0], ran[1][1], lambda limits: False)
    os.waitpid(pid, 0)
    heard = sandbox._hear([os.read(ran[1][0], 65536)], TALLY, Limits()).trace(TALLY)
    for descriptor in (*ran[0], *ran[1]):
        os.close(descriptor)
    assert heard.stopped.reason == "killed"
    assert "not run" in heard.stopped.message
    assert heard.frames == ()


@pytest.fixture
def no_fork(no_filter, monkeypatch):
    monkeypatch.setattr(warm, "CAN_FORK", False)


def test_without_fork_the_catalogue_runs_in_a_process_of_its_own(no_fork):
    assert sandbox.run(TALLY, trusted=True) == trace_here(TALLY)


def test_without_fork_the_wall_clock_still_holds(no_fork, monkeypatch):
    monkeypatch.setattr(sandbox, "SPAWN_S", 1.0)
    trace = sandbox.run(WAITS, Limits(wall_s=0.1), trusted=True)
    assert trace.stopped.reason == "wall"


def test_without_fork_a_broken_interpreter_is_reported(no_fork):
    source = "import sys\nsys.modules['ctypes'].string_at(0)\n"
    assert sandbox.run(source, trusted=True).stopped.reason == "killed"


# --- the doctor


@needs_filter
def test_the_doctor_finds_every_layer(capsys):
    assert doctor.main() == 0
    said = capsys.readouterr().out
    assert "OPEN" not in said
    for layer in ("read a file", "open a socket", "fork", "signal its parent", "take more memory"):
        assert f"held  {layer}" in said


def test_the_doctor_tells_of_a_missing_filter(monkeypatch, capsys):
    open_layer = doctor.Layer("read a file", False, "it could", filtered=True)
    monkeypatch.setattr(doctor, "report", lambda: [open_layer])
    monkeypatch.setattr(sandbox, "missing_filter", lambda: "this kernel has no seccomp filters")
    assert doctor.main() == 1
    said = capsys.readouterr().out
    assert "OPEN  read a file" in said
    assert "this kernel has no seccomp filters" in said
    assert "CWM_DEMO_ALLOW_UNSANDBOXED=1" in said
