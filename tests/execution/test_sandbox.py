"""Hostile and broken programs: each ends in a trace that says what happened, and the next run works.

A program here is what a visitor may type. Where it reaches for modules that are not offered, through
`sys.modules`, it stands for one that got round the import of Python: the kernel's refusal is what counts.
"""

from __future__ import annotations

from textwrap import dedent

import pytest

from cwm_demo.execution import sandbox, warm
from cwm_demo.execution.limits import Limits
from cwm_demo.execution.modules import OFFERED
from cwm_demo.trace.frame import EVENTS, START_OF_TRACE, Trace

pytestmark = pytest.mark.skipif(
    sandbox.missing_filter() is not None, reason="this system has no system-call filter"
)
QUICK = Limits(cpu_s=0.3, wall_s=5.0, memory_mb=128)


def run(program: str, call: str | None = "f()", limits: Limits = QUICK, **settings) -> Trace:
    """The trace of a program and its marked call, or of a module program."""
    text = dedent(program).strip("\n")
    source = f"{text}\n\n{call}  {START_OF_TRACE}\n" if call else text
    trace = sandbox.run(source, limits, **settings)
    assert trace.source == source.replace("\r\n", "\n")
    return trace


def reason(trace: Trace) -> str | None:
    return trace.stopped and trace.stopped.reason


def test_a_harmless_program():
    trace = run("def f(n):\n    print(n)\n    return n + 1", "f(1)")
    assert (trace.returned, trace.raised, trace.stdout, trace.stopped) == ("2", None, "1\n", None)
    assert [frame.event for frame in trace.frames] == ["call", "line", "line", "return"]
    assert sandbox.hint(trace) is None


def test_input_is_read_from_the_text_given():
    assert run("def f():\n    return input() + input()", stdin="a\nb\n").returned == "'ab'"
    assert reason(run("def f():\n    return input()")) == "input"


@pytest.mark.parametrize("limits", [Limits(cpu_s=0), Limits(wall_s=float("inf")), Limits(memory_mb=-1)])
def test_a_limit_that_is_none_is_refused(limits):
    with pytest.raises(ValueError, match="the limit"):
        sandbox.run("x = 1\n", limits)


# --- time


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "sum(itertools.count())",
        "'a' in itertools.repeat('b')",
        "10 ** 10 ** 8",
        "re.match('(a+)+$', 'a' * 64 + 'b')",
    ],
)
def test_an_endless_computation_is_stopped_by_its_processor_time(body):
    trace = run(
        f"import itertools, re\ndef f():\n    {body}", limits=Limits(events=10**6, cpu_s=0.3, wall_s=20)
    )
    assert reason(trace) == "cpu"
    assert "0.3 s" in trace.stopped.message
    assert trace.frames[0].event == "call"


def test_an_endless_loop_is_stopped_by_its_events():
    trace = run("def f():\n    while True:\n        pass")
    assert reason(trace) == "events"
    assert len(trace.frames) == QUICK.events


def test_a_loop_that_catches_everything_is_stopped():
    trace = run(
        """
        def f():
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """
    )
    assert reason(trace) in ("events", "cpu")


def test_a_program_that_waits_is_stopped_by_the_wall_clock():
    trace = run("import time\ndef f():\n    print('before')\n    time.sleep(60)", limits=Limits(wall_s=0.5))
    assert reason(trace) == "wall"
    assert trace.stdout == "before\n"
    assert trace.frames[-1].source == "    time.sleep(60)\n"


@pytest.mark.parametrize("name", ["SIGPROF", "SIGXCPU", "SIGTERM", "SIGINT"])
def test_the_signals_that_end_it_cant_be_ignored(name):
    program = f"""
        import sys
        def f():
            signal = sys.modules['signal']
            signal.signal(signal.{name}, signal.SIG_IGN)
        """
    assert run(program).raised.startswith("PermissionError")


def test_the_timer_cant_be_taken_off():
    trace = run("import sys\ndef f():\n    sys.modules['signal'].setitimer(2, 0)")
    assert "not permitted" in trace.raised


# --- memory


def test_a_list_too_large_is_the_programs_own_memory_error():
    trace = run("def f():\n    return [0] * 10**10")
    assert trace.raised.startswith("MemoryError")
    assert trace.stopped is None


def test_a_memory_error_can_be_caught():
    program = """
        def f():
            try:
                return len([0] * 10**10)
            except MemoryError:
                return 'too large'
        """
    assert run(program).returned == "'too large'"


@pytest.mark.parametrize(
    "statement",
    ["kept = (kept, 'x' * 10**6)", "kept.append(bytearray(2**22))", "kept = {1: kept, 2: bytes(10**6)}"],
)
def test_memory_that_grows_step_by_step_ends_the_run(statement):
    program = f"""
        def f():
            kept = []
            while True:
                {statement}
        """
    trace = run(program, limits=Limits(memory_mb=32, cpu_s=20, wall_s=60))
    assert reason(trace) == "memory" or trace.raised.startswith("MemoryError")
    assert len(trace.frames) > 10


def test_infinite_recursion():
    trace = run("def f(n=0):\n    return f(n + 1)")
    assert reason(trace) == "events" or trace.raised.startswith("RecursionError")


def test_recursion_without_a_limit():
    program = """
        import sys
        sys.setrecursionlimit(10**9)
        def f(x):
            return sorted([x], key=f)
        """
    trace = run(program, "f(0)", limits=Limits(events=10**6))
    assert reason(trace) in ("killed", "memory", "cpu") or trace.raised.startswith(
        ("RecursionError", "MemoryError")
    )


def test_data_nested_very_deep():
    program = """
        def f():
            x = ()
            for _ in range(400):
                x = (x,)
            return x
        """
    assert "…" in run(program).returned


# --- the world outside


@pytest.mark.parametrize(
    "body",
    [
        "open('/etc/passwd')",
        "open('/tmp/cwm-demo-test', 'w')",
        "os.open('/etc/passwd', os.O_RDONLY)",
        "os.listdir('/')",
        "os.stat('/')",
        "os.mkdir('/tmp/cwm-demo-test')",
        "os.unlink('/tmp/cwm-demo-test')",
        "os.chdir('/')",
        "os.fork()",
        "os.kill(os.getppid(), 9)",
        "os.kill(-1, 9)",
        "os.killpg(0, 9)",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.pipe()",
        "os.dup(3)",
        "os.dup2(3, 1)",
        "os.read(3, 1)",
        "os.memfd_create('x')",
        "os.setuid(0)",
        "os.sched_setaffinity(0, {0})",
        "os.sendfile(3, 3, 0, 1)",
        "os.open('/proc/self/mem', os.O_RDWR)",
        "m['socket'].socket()",
        "m['socket'].socketpair()",
        "m['socket'].socket(fileno=3).connect('/tmp/x')",
        "m['pathlib'].Path('/etc/passwd').read_text()",
        "m['pathlib'].Path('/proc/self/environ').read_bytes()",
        "m['tokenize'].open('/etc/passwd')",
        "m['importlib'].machinery.SourceFileLoader('x', '/etc/passwd').get_data('/etc/passwd')",
        "m['selectors'].EpollSelector()",
    ],
)
def test_the_kernel_refuses(body):
    trace = run(f"import sys\nm = sys.modules\nos = m['os']\ndef f():\n    {body}")
    assert trace.raised.startswith("PermissionError")
    assert "Operation not permitted" in trace.raised
    assert "no files, network or processes" in sandbox.hint(trace)


def test_a_shell():
    program = "import sys\ndef f():\n    return sys.modules['os'].system('true')"
    assert run(program).returned != "0"


def test_a_thread():
    trace = run("import sys\ndef f():\n    sys.modules['threading'].Thread(target=print).start()")
    assert trace.raised.startswith("RuntimeError: can't start new thread")
    assert sandbox.hint(trace)


def test_machine_code_is_refused_the_same():
    program = """
        import sys
        def f():
            ctypes = sys.modules['ctypes']
            libc = ctypes.CDLL(None, use_errno=True)
            refused = []
            for name, *arguments in [('open', b'/etc/passwd', 0), ('fork',), ('socket', 1, 1, 0),
                                     ('kill', -1, 9), ('prctl', 22, 0), ('ptrace', 0, 0, 0, 0),
                                     ('mprotect', 0, 4096, 7)]:
                refused.append((libc[name](*arguments), ctypes.get_errno()))
            return set(refused)
        """
    assert run(program).returned == "{(-1, 1)}"


def test_the_other_call_numbers_of_the_same_processor():
    # x86-64 kernels may know a second set of numbers (x32), with bit 30 set: 57 is fork, 2 is open.
    program = """
        import sys
        def f():
            ctypes = sys.modules['ctypes']
            libc = ctypes.CDLL(None, use_errno=True)
            return [libc.syscall(0x40000000 + number, b'/etc/passwd', 0) for number in (2, 57)]
        """
    assert run(program).returned == "[-1, -1]"


def test_the_environment_is_empty(monkeypatch):
    monkeypatch.setenv("CWM_DEMO_TEST_SECRET", "hush")
    warm.close()
    program = """
        import sys
        os = sys.modules['os']
        def f():
            ctypes = sys.modules['ctypes']
            environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), 'environ')
            return dict(os.environ), bool(environ) and environ[0]
        """
    assert run(program).returned in ("({}, False)", "({}, None)")
    with open(f"/proc/{warm.parent().pid}/environ", "rb") as environment:
        assert b"hush" not in environment.read()


@pytest.mark.parametrize(
    "statement", ["import subprocess", "from socket import socket", "import numpy.linalg", "import ctypes"]
)
def test_other_imports_say_what_there_is(statement):
    trace = run(f"def f():\n    {statement}")
    assert trace.raised.startswith("ModuleNotFoundError: no module ")
    assert statement.split()[1] in trace.raised
    assert "collections" in trace.raised and "itertools" in trace.raised


# --- ends of all kinds


@pytest.mark.parametrize(
    "body", ["sys.exit()", "sys.exit('why')", "raise SystemExit", "exit()", "os._exit(0)", "os._exit(3)"]
)
def test_a_program_that_ends_itself(body):
    trace = run(f"import sys\nos = sys.modules['os']\ndef f():\n    {body}")
    assert reason(trace) == "exit"
    assert trace.returned is None


@pytest.mark.parametrize("body", ["sys.modules['ctypes'].string_at(0)", "os.abort()"])
def test_a_program_that_breaks_the_interpreter(body):
    trace = run(f"import sys\nos = sys.modules['os']\ndef f():\n    print('so far')\n    {body}")
    assert reason(trace) == "killed"
    assert "SIG" in trace.stopped.message
    assert trace.stdout == "so far\n"
    assert len(trace.frames) == 3


def test_ten_megabytes_of_print():
    trace = run("def f():\n    print('x' * 10**7)")
    assert reason(trace) == "output"
    assert len(trace.stdout) <= QUICK.output_bytes


def test_printing_without_end():
    trace = run("def f():\n    while True:\n        print('x' * 1000)")
    assert reason(trace) in ("output", "events")
    assert len(trace.stdout.encode()) <= QUICK.output_bytes


def test_stderr_leads_nowhere():
    trace = run("import sys\ndef f():\n    print('!', file=sys.stderr)\n    sys.stderr.flush()\n    return 1")
    assert (trace.returned, trace.stdout) == ("1", "")


def test_a_repr_that_loops():
    program = """
        class Loop:
            def __repr__(self):
                while True:
                    pass
        def f():
            x = Loop()
            return x
        """
    assert run(program).returned == "Loop()"


def test_a_list_that_holds_itself():
    trace = run("def f():\n    x = []\n    x.append(x)\n    return x")
    assert "..." in trace.returned


def test_a_syntax_error_says_where():
    trace = run("def f(:\n    pass", call=None)
    assert reason(trace) == "syntax"
    assert (trace.stopped.line, trace.frames) == (1, ())


@pytest.mark.parametrize("source", ["", "\n\n", "# nothing\n"])
def test_an_empty_file(source):
    trace = sandbox.run(source)
    assert (trace.frames, trace.returned, trace.raised) == ((), None, None)


def test_a_source_that_is_too_long_is_not_run():
    trace = sandbox.run("x = 1\n" * 1_000_000)
    assert reason(trace) == "input"
    assert "bytes" in trace.stopped.message


@pytest.mark.parametrize(
    "source", ["\x00", "x = '\ud800'", "\ufeffx = 1", "x = 1\r\ny = 2\r\n", "x = 1\x0cy", "if" * 99999]
)
def test_texts_that_are_hardly_programs(source):
    assert isinstance(sandbox.run(source), Trace)


def test_many_large_values_are_stopped_before_they_fill_the_app():
    program = (
        "def f():\n" + "".join(f"    v{i} = {'x' * 100!r}\n" for i in range(300)) + "    while True: pass"
    )
    trace = run(program)
    assert reason(trace) in ("events", "output", "cpu")


# --- a program that takes hold of its own pipe


def forge(expression: str) -> Trace:
    """The trace of a program that writes the bytes of `expression` into its pipe."""
    return run(
        f"""
        import json, sys
        os, struct = sys.modules['os'], sys.modules['struct']
        def message(**data):
            body = json.dumps(data).encode()
            return struct.pack('!I', len(body)) + body
        frame = dict(event='line', line=1, source='x', function='f', depth=0, activation=0, locals={{}},
                     delta={{}}, assigned=[], deleted=[], value=None, stdout='')
        end = dict(returned='42', raised=None, stdout='', stopped=None)
        os.write(3, {expression})
        """,
        call=None,
    )


@pytest.mark.parametrize(
    "expression",
    [
        "b'nonsense'",
        "b'\\xff' * 8",
        "struct.pack('!I', 4) + b'null'",
        "struct.pack('!I', 200000) + b'[' * 200000",
        "message(frame={**frame, 'line': 10**9})",
        "message(frame={**frame, 'locals': {'x': {}}})",
        "message(frame=[frame])",
        "message(end={**end, 'stopped': 'never'})",
        "message(end=None)",
        "message(death={'signal': 9})",
        "message(frame=frame) * 5000",
    ],
)
def test_forged_messages_end_the_run(expression):
    trace = forge(expression)
    assert reason(trace) == "killed"
    assert "meddled" in trace.stopped.message
    assert all(frame.event in EVENTS for frame in trace.frames)


def test_a_forged_end_spoils_its_own_trace_alone():
    assert forge("message(end=end)").returned == "42"
    assert run("def f():\n    return 1").returned == "1"


def test_half_a_message_is_as_none():
    trace = run(
        "import sys\nos = sys.modules['os']\ndef f():\n    os.write(3, b'\\0\\0\\1')\n    os._exit(0)"
    )
    assert reason(trace) == "exit"


def test_the_report_of_the_worker_can_be_reached_and_that_is_all():
    program = """
        import gc
        def f():
            report = next(x for x in gc.get_objects() if type(x).__name__ == '_Report')
            report._longest = 10**12
            report._limits = None
            report._sink = 1
        """
    assert isinstance(run(program), Trace)


# --- what a program may do


def test_hash_and_random_are_the_same_in_every_run():
    program = "import random\ndef f():\n    return hash('a'), random.random(), list({'x', 'y', 'z'})"
    assert len({run(program).returned for _ in range(3)}) == 1


def test_every_module_offered_can_be_imported():
    statements = "".join(f"    import {name}\n" for name in OFFERED if name != "__future__")
    assert (
        run(f"from __future__ import annotations\ndef f():\n{statements}    return 'all'").returned == "'all'"
    )


def test_what_the_modules_load_later_is_there():
    program = """
        import collections, copy, dataclasses, datetime, decimal, enum, fractions, functools, io, json, math
        import pprint, queue, random, re, statistics, string, sys, textwrap, time, typing, uuid

        @dataclasses.dataclass(order=True, slots=True)
        class Point:
            x: int
            y: float = 0.5

        class Colour(enum.Enum):
            RED = enum.auto()

        @functools.singledispatch
        def show(x):
            return 'any'

        @show.register
        def _(x: int):
            return 'int'

        def f():
            datetime.datetime.strptime('2020-02-29', '%Y-%m-%d').strftime('%A %j')
            datetime.date.fromisoformat('2020-02-29').isocalendar()
            str(10 ** 4000), int('9' * 4000), format(1234567, ',d'), f'{decimal.Decimal(1):.2f}'
            for encoding in ('latin-1', 'utf-16', 'utf-32', 'cp1252', 'ascii', 'idna', 'unicode_escape'):
                'abc'.encode(encoding).decode(encoding)
            typing.get_type_hints(Point), typing.NamedTuple('T', [('a', int)])
            collections.namedtuple('N', 'a b')(1, 2)._asdict(), collections.Counter('abca').most_common(1)
            json.loads(json.dumps({'a': [1, None]}, indent=1)), pprint.pformat({1: [2] * 100})
            statistics.stdev([1, 2, 4]), statistics.NormalDist(0, 1).cdf(1), fractions.Fraction('1/3')
            decimal.Decimal(2).sqrt(), re.sub('(?i)A', 'b', 'a'), string.Template('$a').substitute(a=1)
            uuid.uuid4(), random.choice([1]), random.SystemRandom().random(), queue.Queue().put(1)
            textwrap.fill('a b', 1), time.sleep(0), time.time(), time.strftime('%Y'), io.StringIO('a').read()
            copy.deepcopy(Point(1)), show(1), Colour.RED, eval('1 + 1'), '\\N{BULLET}', '\\d'
            exec('from collections import abc')
            return 'all'
        """
    trace = run(program, limits=Limits(cpu_s=5, wall_s=20))
    assert (trace.raised, trace.returned) == (None, "'all'")
