"""What ends a run, where a trace starts, and that the process is afterwards as it was."""

from __future__ import annotations

import builtins
import random
import sys
import textwrap

import pytest

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace
from cwm_demo.trace.delta import changed
from cwm_demo.trace.frame import START_OF_TRACE, Frame, Trace

MANY = Limits(events=50_000)


def run(program: str, call: str | None = "f()", **options) -> Trace:
    text = textwrap.dedent(program).strip("\n")
    return trace(f"{text}\n\n{call}  {START_OF_TRACE}\n" if call else text, **options)


def lines(result: Trace) -> list[int | None]:
    return [frame.line for frame in result.frames if frame.event == "line"]


# Limits

ENDLESS = {
    "plain": """
        def f():
            while True:
                pass
        """,
    "catches everything": """
        def f():
            caught = []
            while True:
                try:
                    while True:
                        try:
                            n = 1
                        except BaseException as error:
                            caught.append(error)
                except:
                    pass
        """,
    "finally goes on": """
        def f():
            while True:
                try:
                    n = 1
                finally:
                    continue
        """,
    "finally loops": """
        def f():
            try:
                while True:
                    n = 1
            finally:
                while True:
                    n = 2
        """,
    "suppressed": """
        from contextlib import suppress
        def f():
            while True:
                with suppress(BaseException):
                    n = 1
        """,
    "own context manager": """
        class Swallow:
            def __enter__(self):
                return self
            def __exit__(self, *args):
                return True
        def f():
            while True:
                with Swallow():
                    n = 1
        """,
    "recursion": """
        def f():
            try:
                return f()
            except BaseException:
                return f()
        """,
    "generators": """
        def numbers():
            while True:
                try:
                    yield 1
                except BaseException:
                    pass
        def f():
            for n in numbers():
                pass
        """,
}


@pytest.mark.parametrize("program", ENDLESS.values(), ids=ENDLESS)
def test_no_program_runs_on_past_its_events(program: str):
    result = run(program)
    assert len(result.frames) == 1_000
    assert result.stopped.reason == "events"
    assert "1,000" in result.stopped.message
    assert result.returned is None and result.raised is None


def test_a_program_of_just_so_many_events_is_not_stopped():
    program = "def f():\n    return 1\n"
    assert run(program, limits=Limits(events=3)).complete
    assert run(program, limits=Limits(events=2)).stopped.reason == "events"


def test_output_is_cut_at_its_limit_and_cannot_be_caught():
    result = run(
        """
        def f():
            while True:
                try:
                    print("äx" * 5)
                except BaseException:
                    pass
        """,
        limits=Limits(output_bytes=40),
    )
    assert result.stopped.reason == "output"
    assert result.stdout == ("äx" * 5 + "\n") * 2 + "äxäxäx"[:5]


def test_sys_exit():
    result = run("import sys\ndef f():\n    sys.exit('bye')\n")
    assert result.stopped.reason == "exit" and "'bye'" in result.stopped.message
    assert [frame.event for frame in result.frames] == ["call", "line", "exception"]
    assert result.raised is None
    caught = run("def f():\n    try:\n        raise SystemExit\n    except SystemExit:\n        return 1\n")
    assert caught.complete and caught.returned == "1"


def test_input_reads_what_was_given():
    program = "def f():\n    name = input('name? ')\n    return name + input()\n"
    result = run(program, stdin="Ada\nLovelace")
    assert result.returned == "'AdaLovelace'" and result.stdout == "name? "
    assert result.frames[2].stdout == "name? "
    assert "none was given" in run(program).stopped.message
    short = run(program, stdin="Ada\n")
    assert short.stopped.reason == "input" and "more input()" in short.stopped.message
    assert short.frames[-1].locals == {"name": "'Ada'"}


def test_missing_input_cannot_be_caught():
    result = run(
        """
        def f():
            while True:
                try:
                    return input()
                except BaseException:
                    pass
        """
    )
    assert result.stopped.reason == "input" and len(result.frames) == 4


def test_standard_input_is_the_given_text():
    result = run("import sys\ndef f():\n    return [int(n) for n in sys.stdin]\n", stdin="1\n2\n")
    assert result.returned == "[1, 2]"


def test_memory_error_is_the_programs_own():
    result = run("def f():\n    raise MemoryError('full')\n")
    assert result.complete and result.raised == "MemoryError: full"


def test_keyboard_interrupt_of_the_program_and_from_outside():
    assert run("def f():\n    raise KeyboardInterrupt\n").raised == "KeyboardInterrupt"

    def interrupt(frame: Frame) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run("def f():\n    return 1\n", on_frame=interrupt)
    assert sys.gettrace() is None or sys.gettrace().__module__ != "cwm_demo.execution.tracer"


def test_recursion_error_is_the_programs_own():
    result = run(
        """
        def deep(n):
            return deep(n + 1)

        def f():
            try:
                deep(0)
            except RecursionError as error:
                message = str(error)
            return message
        """,
        limits=MANY,
    )
    assert result.complete and result.returned == "'maximum recursion depth exceeded'"
    deepest = max(frame.depth for frame in result.frames)
    assert 900 < deepest < 1_000
    unwinding = [frame for frame in result.frames if frame.event == "exception"]
    assert [frame.depth for frame in unwinding] == list(range(deepest, -1, -1))
    assert result.frames[-1].depth == 0


def test_a_program_may_raise_its_recursion_limit():
    result = run(
        """
        import sys
        sys.setrecursionlimit(5_000)
        def f(n):
            return 0 if n == 0 else 1 + f(n - 1)
        """,
        "f(1_500)",
        limits=MANY,
    )
    assert result.returned == "1500"


def test_a_program_that_takes_the_tracer_off_is_not_passed_off_as_traced():
    result = run("import sys\ndef f():\n    sys.settrace(None)\n    x = 1\n    return x\n")
    assert result.stopped.reason == "killed" and "sys.settrace" in result.stopped.message
    assert len(result.frames) == 2


# The process

VANDAL = """
    import builtins, random, sys
    def f():
        builtins.len = builtins.repr = builtins.type = None
        sys.stdout = sys.stdin = None
        random.seed(7)
        sys.setrecursionlimit(3000)
        sys.modules.clear()
        x = 1
        return x
    """


def test_the_process_is_afterwards_as_it_was():
    def former(frame, event, arg):
        return None

    state = random.getstate()
    before = (sys.stdout, sys.stdin, sys.stderr, sys.getrecursionlimit(), len, repr, type)
    modules = dict(sys.modules)
    earlier = sys.gettrace()
    sys.settrace(former)
    try:
        result = run(VANDAL)
        assert sys.gettrace() is former
    finally:
        sys.settrace(earlier)
    assert result.complete and result.returned == "1"
    after = (sys.stdout, sys.stdin, sys.stderr, sys.getrecursionlimit())
    assert (*after, builtins.len, builtins.repr, builtins.type) == before
    assert random.getstate() == state
    assert all(sys.modules[name] is module for name, module in modules.items())


def test_random_is_fixed():
    program = "import random\ndef f():\n    return random.random()\n"
    assert run(program).returned == run(program).returned


def test_a_program_may_lose_its_builtins():
    result = run("def f():\n    globals().pop('__builtins__')\n    x = 1\n    return x\n")
    assert result.returned == "1" and len(result.frames) == 5


def test_frames_are_told_as_they_happen():
    seen: list[Frame] = []
    result = run("def f():\n    return 1\n", on_frame=seen.append)
    assert tuple(seen) == result.frames


def test_the_stop_is_told_before_the_program_is_unwound():
    stops: list[Trace] = []
    result = run(ENDLESS["plain"], on_stop=stops.append)
    assert stops[0].stopped == result.stopped and stops[0].frames == result.frames


# What can't be run

UNREADABLE = {
    "": ("no program", 1, 1),
    "# a comment\n": ("no program", 1, 1),
    "x = 1\ndef f(:\n": ("invalid syntax", 2, 7),
    "def f():\n\tx = 1\n        y = 2\n": ("inconsistent use of tabs", 3, None),
    "x = 1\nreturn x\n": ("'return' outside function", 2, 1),
    "Good morning, how are you?": ("invalid syntax", 1, 6),
    "x = 1\ny\0 = 2": ("null byte", 2, 1),
    "x = " + "-" * 50_000 + "1": ("nested too deeply", 1, 1),
    "x = '\ud800'": ("surrogates", 1, 1),
    f"x = 1  {START_OF_TRACE}\n": ("has no call", 1, 1),
    f"f()  {START_OF_TRACE}\ng()  {START_OF_TRACE}\n": ("Only one line", 2, 1),
    f"if False:\n    f()  {START_OF_TRACE}\n": ("before it came to the marked call", 2, 1),
}


@pytest.mark.parametrize("source", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_program_gets_a_place_and_a_reason(source: str):
    message, line, column = UNREADABLE[source]
    stopped = trace(source).stopped
    assert stopped.reason == "syntax"
    assert message in stopped.message
    assert stopped.line == line
    assert column is None or stopped.column == column


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_endings_and_byte_order_mark(ending: str):
    source = f"\ufeffdef f():\n\tx = 1\n\treturn x\nf()  {START_OF_TRACE}".replace("\n", ending)
    result = trace(source)
    assert lines(result) == [2, 3] and result.frames[1].source == "\tx = 1\n"
    assert result.source == f"def f():\n\tx = 1\n\treturn x\nf()  {START_OF_TRACE}"


def test_the_marker_is_a_comment_not_a_text():
    result = trace(f"x = '{START_OF_TRACE}'\n")
    assert result.complete and [frame.function for frame in result.frames] == ["<module>"] * 2


def test_unusual_line_separators_do_not_move_lines():
    result = trace("x = '\x0c\u2028\x85'\n\x0cy = 2\n")
    assert lines(result) == [1, 2] and result.frames[1].source == "\x0cy = 2\n"


# Where a trace starts


def test_receiver_and_arguments_are_untraced():
    program = """
        class Cache:
            def __init__(self):
                self.made = True
            def get(self, n):
                return n
        def g(n):
            print("g", n)
            return n
        """
    result = run(program, "Cache().get(*[g(n) for n in (1,)])")
    assert [frame.function for frame in result.frames] == ["get"] * 3
    assert result.stdout == "g 1\n" and result.frames[0].stdout == ""
    assert result.frames[0].locals == {"self": "Cache(made=True)", "n": "1"}


def test_only_the_first_pass_of_the_marked_line_is_traced():
    result = trace(f"def f(n):\n    return n\nfor i in range(3):\n    f(i)  {START_OF_TRACE}\n")
    assert [frame.value for frame in result.frames if frame.value] == ["0"] and result.returned == "0"


def test_a_marked_call_over_several_lines():
    result = trace(f"def f(n):\n    return n\n\nf(\n    3\n)  {START_OF_TRACE}\n")
    assert result.returned == "3" and len(result.frames) == 3


def test_a_marked_call_of_a_builtin_without_own_code():
    result = trace(f"sorted([2, 1])  {START_OF_TRACE}\n")
    assert result.frames == () and result.returned == "[1, 2]"


def test_errors_before_and_after_the_marked_call():
    before = run("def f():\n    return 1\n1 / 0\n")
    assert before.frames == () and before.raised == "ZeroDivisionError: division by zero"
    after = trace(f"def f():\n    return 1\nf()  {START_OF_TRACE}\n1 / 0\n")
    assert after.returned == "1" and after.raised == "ZeroDivisionError: division by zero"


def test_library_code_gives_no_frames():
    result = run(
        """
        import json
        from functools import lru_cache
        from dataclasses import dataclass
        @dataclass
        class P:
            x: int
        class E(json.JSONEncoder):
            def default(self, o):
                return o.x
        @lru_cache
        def f():
            return json.dumps([P(1)], cls=E)
        """
    )
    assert {frame.function for frame in result.frames} == {"f", "default"} and result.returned == "'[1]'"


def test_finalisers_give_no_frames():
    result = run(
        """
        class A:
            def __del__(self):
                print("gone")
        def f():
            a = A()
            del a
            x = 1
            return x
        """
    )
    assert {frame.function for frame in result.frames} == {"f"} and result.stdout == "gone\n"


def test_finalisers_at_the_end_print_as_the_program(capsys):
    result = trace("class A:\n    def __del__(self):\n        print('gone')\na = A()\n")
    assert result.complete and result.stdout == "gone\n"
    assert capsys.readouterr().out == ""


def test_the_module_is_main():
    result = trace("class A:\n    pass\nx = __name__, A.__module__\nimport __main__\ny = __main__.x is x\n")
    assert result.frames[-1].locals["x"] == "('__main__', '__main__')"
    assert result.frames[-1].locals["y"] == "True"


def test_changed_is_what_locals_would_show():
    result = run(
        """
        def f():
            x = 1
            x = 1
            print(x)
            del x
        """
    )
    assert [changed(frame) for frame in result.frames] == [False, False, True, False, True, True]
    assert result.frames[3].assigned == ("x",)


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("[1, 'a']", "(x[0], x[1])", "(1, 'a')"),  # the same objects in another kind of collection
        ("1", "True", "True"),  # equal, and another text
        ("[1]", "[True]", "[True]"),
        ("[1]", "[1.0]", "[1.0]"),
        ("0.0", "-0.0", "-0.0"),
        ("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}", "{'b': 2, 'a': 1}"),
        ("{'a': 1}", "['a']", "['a']"),
        ("['a']", "{'a': 1}", "{'a': 1}"),
        ("[[1]]", "x[0].append(2) or x", "[[1, 2]]"),
        ("[1, 2]", "x.reverse() or x", "[2, 1]"),
        ("{'a': 1}", "x.update(a=3) or x", "{'a': 3}"),
        ("'a' * 400", "'a' * 399 + 'b'", None),
    ],
)
def test_a_changed_value_is_seen_however_much_it_is_like_the_last(first, second, shown):
    run = trace(
        f"def f():\n    x = {first}\n    y = 0\n    x = {second}\n    y = 1\n\nf()  # << START_OF_TRACE\n"
    )
    assert "x" not in run.frames[3].delta
    assert run.frames[4].delta["x"] == (shown or run.frames[4].locals["x"])
    assert run.frames[5].delta == {"y": "1"}


def test_a_value_that_comes_back_is_new_again():
    body = ["a = [1]", "x = a", "x = 5", "x = a", "del x", "x = a", "del x", "x = 5", "pass"]
    lines = "".join(f"    {line}\n" for line in body)
    run = trace(f"def f():\n{lines}\nf()  # << START_OF_TRACE\n")
    changes = [(dict(frame.delta).get("x"), frame.deleted) for frame in run.frames[3:]]
    assert changes[:7] == [
        ("[1]", ()),
        ("5", ()),
        ("[1]", ()),
        (None, ("x",)),
        ("[1]", ()),
        (None, ("x",)),
        ("5", ()),
    ]


def test_what_an_object_holds_is_looked_at_again_every_time():
    source = (
        "class A:\n    def __eq__(self, other):\n        raise SystemExit\n    __hash__ = None\n\n"
        "def f():\n    a = A()\n    a.n = 1\n    b = [a, 2]\n    a.n = 3\n    return b\n\n"
        "f()  # << START_OF_TRACE\n"
    )
    run = trace(source)
    assert run.stopped is None
    assert run.frames[-2].delta == {"a": "A(n=3)", "b": "[A(n=3), 2]"}
