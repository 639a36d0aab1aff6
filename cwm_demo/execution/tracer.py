"""Runs a program under `sys.settrace` and writes down what it does, by the rules of docs/trace-format.md.

    from cwm_demo.execution.tracer import trace
    trace("def f(n):\n    return n + 1\n\nf(1)  # << START_OF_TRACE\n").returned  # "2"

The program runs in this very process, with all its rights: a visitor's code belongs into the sandbox, which
also holds the limits of time and memory. Here end a run: too many events, too much output, `sys.exit`,
and `input()` with nothing left to read. One run at a time in a process: standard streams, the recursion
limit and `sys.modules["__main__"]` are the program's meanwhile, and are put back.

Not covered: threads that the program starts (they run, untraced), and finalisers (`__del__` gives no frames:
when it runs is the collector's business).
"""

from __future__ import annotations

import ast
import builtins
import random
import sys
import types
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from cwm_demo.execution.entry import ENTRY, EntryError, mark_entry, marked_line
from cwm_demo.execution.limits import Limits
from cwm_demo.execution.statements import BRAKE, Statement, Statements
from cwm_demo.execution.streams import Input, Output, Silence
from cwm_demo.execution.values import render, render_exception
from cwm_demo.execution.visits import Visits
from cwm_demo.trace.delta import deleted, delta
from cwm_demo.trace.frame import Event, Frame, Stop, Trace

FILENAME = "<program>"
SEED = 0  # of the module `random`
DEEPEST = 990  # activations within one another, as in a plain run with Python's default limit of 1,000


class Halt(BaseException):
    """Ends a program from outside; its own handlers pass it on (see statements.py)."""


def trace(
    source: str,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    stdin: str | None = None,
    on_frame: Callable[[Frame], None] | None = None,
    on_stop: Callable[[Trace], None] | None = None,
) -> Trace:
    """Run SOURCE (the program and its marked call, or a module program) and return its trace.

    `stdin` is what `input()` reads. `on_frame` gets every frame as it happens. `on_stop` gets the trace
    so far at the moment a limit is hit, before the program is unwound: a process of its own may end there.
    """
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        program = _Program(source)
    except _Unreadable as problem:
        return Trace(source, stopped=problem.stop)
    run = _Run(program, limits, on_frame, on_stop)
    return run.run(stdin)


class _Unreadable(Exception):
    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.stop = Stop("syntax", message, line, column)


class _Program:
    """SOURCE, compiled so that events name statements."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = [f"{line}\n" for line in source.split("\n")]
        tree = _parse(source)
        if not tree.body:
            raise _Unreadable("There is no program: write some Python first.", 1, 1)
        try:
            self.marked = marked_line(source)
            if self.marked is not None:
                mark_entry(tree, self.marked)
        except EntryError as problem:
            raise _Unreadable(str(problem), problem.line, 1) from None
        self.statements = Statements(tree, len(self.lines))
        self.code = _guarded(lambda: compile(tree, FILENAME, "exec", dont_inherit=True, optimize=0))
        self._code_of: dict[int, types.CodeType] = {}
        self._visits: dict[int, Visits] = {}
        self._collect(self.code)

    def _collect(self, code: types.CodeType) -> None:
        """Note the code whose calls are activations: functions, not lambdas, comprehensions or classes."""
        for part in code.co_consts:
            if isinstance(part, types.CodeType):
                statement = self.statements.by_key.get(part.co_firstlineno)
                function = statement is not None and isinstance(
                    statement.node, (ast.FunctionDef, ast.AsyncFunctionDef)
                )
                if function and not part.co_name.startswith("<") and part.co_name != "__del__":
                    self._code_of[id(part)] = part
                self._collect(part)

    def visits(self, code: types.CodeType) -> Visits | None:
        """What is known about `code`, None unless a call of it is an activation."""
        key = id(code)
        known = self._visits.get(key)
        if known is None and (key in self._code_of or code is self.code):
            known = self._visits[key] = Visits(code, self.statements)
        return known


def _parse(source: str) -> ast.Module:
    if "\0" in source:
        line = source[: source.index("\0")].count("\n") + 1
        raise _Unreadable("The program holds a null byte, which Python can't read.", line, 1)

    def parse() -> ast.Module:
        tree = ast.parse(source, FILENAME)
        compile(
            source, FILENAME, "exec", dont_inherit=True
        )  # what only the compiler finds, with its own place
        return tree

    return _guarded(parse)


def _guarded(step: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return step()
        except SyntaxError as error:
            raise _Unreadable(error.msg or "invalid syntax", error.lineno or 1, error.offset or 1) from None
        except (RecursionError, MemoryError):
            raise _Unreadable("The program is nested too deeply for Python to read.", 1, 1) from None
        except (ValueError, OverflowError) as error:
            raise _Unreadable(f"Python can't read this as a program: {error}", 1, 1) from None


class _Run:
    """One run: its frames, its running activations, and how it is stopped."""

    def __init__(
        self,
        program: _Program,
        limits: Limits,
        on_frame: Callable[[Frame], None] | None,
        on_stop: Callable[[Trace], None] | None,
    ) -> None:
        self.program = program
        self.lines = program.lines
        self.events = limits.events
        self.on_frame = on_frame
        self.on_stop = on_stop
        self.frames: list[Frame] = []
        self.stack: list[_Activation] = []
        self.begun = 0  # activations so far
        self.active = False
        self.entered = False  # the marked call was reached
        self.returned: str | None = None
        self.raised: str | None = None
        self.stopped: Stop | None = None
        self.builtins = dict(vars(builtins))
        self.tracer = self.on_call
        self.output = Output(limits.output_bytes, self.printed, self.too_much_output)
        self.direct: types.CodeType | None = None
        self.deepest = DEEPEST
        self.recursion_limit = 0

    def run(self, stdin: str | None) -> Trace:
        """Run the program; whatever it does, this process is afterwards as it was."""
        module = types.ModuleType("__main__")
        vars(module)["__builtins__"] = self.builtins
        self.builtins[BRAKE] = None
        self.builtins[ENTRY] = self.entry
        reader = Input(stdin, self.no_input)
        self.builtins["input"] = reader.input
        self.builtins["breakpoint"] = _no_breakpoint
        state = random.getstate()
        former = sys.gettrace(), sys.getrecursionlimit(), sys.modules.get("__main__")
        streams = sys.stdin, sys.stdout, sys.stderr
        sys.settrace(None)
        random.seed(SEED)
        sys.modules["__main__"] = module
        sys.stdin, sys.stdout, sys.stderr = reader, self.output, Silence()
        self.recursion_limit = _depth() + 3 * DEEPEST
        sys.setrecursionlimit(max(self.recursion_limit, former[1]))
        self.recursion_limit = sys.getrecursionlimit()
        try:
            self.execute(vars(module))
        finally:
            self.active = False
            sys.settrace(None)
            sys.stdin, sys.stdout, sys.stderr = streams
            sys.setrecursionlimit(former[1])
            if former[2] is not None:
                sys.modules["__main__"] = former[2]
            random.setstate(state)
            sys.settrace(former[0])
        return self.trace()

    def trace(self) -> Trace:
        return Trace(
            self.program.source,
            tuple(self.frames),
            self.returned,
            self.raised,
            self.output.text(),
            self.stopped,
        )

    def execute(self, names: dict[str, Any]) -> None:
        try:
            if self.program.marked is None:
                self.begin()
            exec(self.program.code, names)
            self.end()
        except KeyboardInterrupt as error:
            self.end()
            if not self.frames or self.frames[-1].event != "exception":
                raise  # it came from the keyboard, not from the program
            self.raised = render_exception(error)
        except SystemExit as error:
            self.end()
            if self.stopped is None:
                code = BaseException.__dict__["args"].__get__(error)
                shown = render(code[0]) if code else ""
                self.stopped = Stop("exit", f"The program ended itself: sys.exit({shown}).")
        except BaseException as error:
            self.end()
            if self.stopped is None and self.raised is None:
                self.raised = render_exception(error)
        if self.program.marked is not None and not self.entered and not self.raised and self.stopped is None:
            self.stopped = Stop(
                "syntax", "The program ended before it came to the marked call.", self.program.marked, 1
            )

    # The marked call

    def entry(self, callee: Any) -> Any:
        """What the marked call calls instead of `callee`: the same, traced the first time."""
        if self.entered or self.stopped is not None:
            return callee

        def call(*args: Any, **kwargs: Any) -> Any:
            if self.entered:
                return callee(*args, **kwargs)
            self.entered = True
            function = callee.__func__ if type(callee) is types.MethodType else callee
            if type(function) is types.FunctionType:
                self.direct = function.__code__
            try:
                self.begin()
                value = callee(*args, **kwargs)
                self.end()
                self.returned = render(value)
                return value
            except BaseException as error:
                self.end()
                if self.stopped is None and not isinstance(error, SystemExit):
                    self.raised = render_exception(error)
                raise

        return call

    def begin(self) -> None:
        self.active = True
        sys.settrace(self.tracer)

    def end(self) -> None:
        """No further frames. A program that took the tracer off is not passed off as traced."""
        if self.active and sys.gettrace() is not self.tracer and self.stopped is None:
            self.stopped = Stop(
                "killed",
                "The program switched its tracing off (sys.settrace), or called itself too deeply where it "
                "can't be traced; the frames up to there are kept.",
            )
        self.active = False
        sys.settrace(None)

    # Stopping

    def stop(self, stop: Stop) -> NoReturn:
        """End the program here, and wherever it may go on in a handler of its own."""
        sys.settrace(None)
        self.active = False
        self.stopped = stop
        self.builtins[BRAKE] = Halt
        if self.on_stop is not None:
            self.on_stop(self.trace())
        raise Halt

    def too_much_output(self, limit: int) -> NoReturn:
        self.stop(Stop("output", f"The program printed more than {limit:,} bytes, and was stopped there."))

    def no_input(self, given: bool) -> NoReturn:
        self.stop(
            Stop(
                "input",
                "The program asked for more input() than was given: add a line for each."
                if given
                else "The program asked for input(), and none was given: give its lines beforehand.",
            )
        )

    def out_of_memory(self) -> NoReturn:
        """Memory ran out while an event was written down, not in the program: nothing it could handle."""
        self.stop(Stop("memory", "The program used up its memory. Try it with smaller data."))

    def too_deep(self) -> RecursionError:
        self.builtins[BRAKE] = None
        return RecursionError("maximum recursion depth exceeded")

    # Events

    def printed(self, text: str) -> None:
        if self.active and self.stack:
            self.stack[-1].printed.append(text)

    def on_call(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        """The global trace function: something is called, or a generator resumed."""
        if not self.active:
            return None
        known = self.program.visits(frame.f_code)
        if known is None:
            return None
        local = frame.f_trace
        try:
            if local is not None:
                return local.__self__.resume(frame)
            if frame.f_lasti < known.begins:
                return None  # a generator that is closed, or thrown into, before it began
            if len(self.stack) >= self.deepest and self.exhausted():
                self.builtins[BRAKE] = self.too_deep
                return None
            activation = _Activation(self, known, self.begun)
            self.begun += 1
            return activation.begin(frame)
        except MemoryError:
            self.out_of_memory()

    def exhausted(self) -> bool:
        """Whether the program's stack is full, by the limit that it may have set itself."""
        limit = sys.getrecursionlimit()
        if limit != self.recursion_limit:
            self.recursion_limit = limit
            self.deepest = limit - 10
        return len(self.stack) >= self.deepest

    def write(self, frame: Frame) -> None:
        if len(self.frames) >= self.events:
            self.stop(
                Stop(
                    "events",
                    f"The program was stopped after {self.events:,} events: it may never end, or is too long "
                    "to step through.",
                )
            )
        self.frames.append(frame)
        if self.on_frame is not None:
            self.on_frame(frame)

    def ended(self, activation: _Activation) -> None:
        """The entry is over: what its locals' finalisers still do is no part of the trace."""
        if activation.number == 0 and activation.code is self.direct:
            self.active = False


class _Activation:
    """One running call: its local trace function, and what its last frame showed."""

    __slots__ = (
        "code",
        "depth",
        "last",
        "locals",
        "number",
        "printed",
        "raised_at",
        "raises",
        "ran",
        "returning",
        "run",
        "statement",
        "thrown",
        "visits",
    )

    def __init__(self, run: _Run, visits: Visits, number: int) -> None:
        self.run = run
        self.visits = visits
        self.number = number
        self.depth = 0
        self.locals: Mapping[str, str] = {}
        self.printed: list[str] = []
        self.ran: list[Statement] = []  # visited since the last frame that told what they did
        self.statement: Statement | None = None  # the one visited last
        self.returning: Statement | None = None  # a `return` that a `finally` holds up
        self.raises: dict[Statement, str] = {}  # what was raised where, the latest last
        self.raised_at = -1  # offset of the exception that is on its way
        self.last: Event | None = None
        self.thrown = False  # resumed, but not yet known by which exception
        self.code: types.CodeType | None = None

    def begin(self, frame: types.FrameType) -> Any:
        self.code = frame.f_code
        self.enter()
        if self.visits.line:  # a module has no call frame
            self.write(frame, "call", self.visits.line)
        return self.event

    def enter(self) -> None:
        self.depth = len(self.run.stack)
        self.run.stack.append(self)

    def resume(self, frame: types.FrameType) -> Any:
        """A generator goes on; the values that a `yield from` passes on are no business of its own."""
        self.enter()
        if frame.f_lasti in self.visits.thrown:
            self.thrown = True
        elif frame.f_lasti not in self.visits.delegations:
            self.write(frame, "call", self.visits.line)
        return self.event

    def event(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        """The local trace function."""
        if not self.run.active:
            return None
        try:
            if event == "line":
                statement = self.visits.starts.get(frame.f_lasti)
                if statement is not None:
                    self.visit(frame, statement)
            elif event == "return":
                self.leave(frame, arg)
            elif event == "exception":
                self.exception(frame, arg[1])
        except MemoryError:
            self.run.out_of_memory()
        return self.event

    def visit(self, frame: types.FrameType, statement: Statement) -> None:
        former = self.statement
        self.statement = statement
        self.raised_at = -1
        self.returning = self.held_up(former)
        if former is not None and former.line == statement.line and former.order < statement.order:
            self.ran.append(statement)  # a further statement of the same line
            return
        self.write(frame, "line", statement.line, assigned=self.assigned(statement))
        self.ran = [statement]
        if statement.bare_raise:
            error = sys.exc_info()[1]
            if error is not None:
                self.raises.pop(statement, None)
                self.raises[statement] = value = render_exception(error)
                self.write(frame, "exception", statement.line, value)

    def leave(self, frame: types.FrameType, value: Any) -> None:
        offset = frame.f_lasti
        visits = self.visits
        statement = self.statement
        over = True
        if offset == self.raised_at:
            self.unwind(frame)
        elif offset in visits.delegations:
            over = False
        elif offset in visits.yields:
            over = False
            self.write(frame, "return", statement.line if statement else visits.line, render(value))
        elif offset in visits.exits:
            if self.last == "exception":  # swallowed by a `with`, at whose end the function ends
                statement = visits.keys.get(offset, statement)
            statement = self.held_up(statement) or statement
            line = statement.line if statement else visits.line
            self.write(frame, "return", line or 1, render(value), self.assigned(None))
        else:
            self.unwind(frame)
        self.run.stack.pop()
        if over:
            self.run.ended(self)

    def unwind(self, frame: types.FrameType) -> None:
        """The activation is left by an exception: Python's `return None` here is a phantom."""
        if self.last != "exception" and self.raises:
            statement = self.origin()
            self.write(frame, "exception", statement.line, self.raises[statement])

    def exception(self, frame: types.FrameType, error: BaseException) -> None:
        kind = type(error)
        offset = frame.f_lasti
        if offset in self.visits.iterating and issubclass(kind, (StopIteration, StopAsyncIteration)):
            return  # the end of a loop
        self.raised_at = offset
        thrown, self.thrown = self.thrown, False
        suspended = thrown or offset in self.visits.delegations
        if kind is GeneratorExit and suspended and offset in self.visits.unprotected:
            self.last = "exception"  # closed where it stood: from 3.13 on Python runs nothing there either
            return
        if thrown:
            self.write(frame, "call", self.visits.line)
        statement = self.visits.keys.get(offset) or self.statement
        value = render_exception(error)
        if statement is not None:
            self.raises.pop(statement, None)
            self.raises[statement] = value
        self.returning = None
        inner = statement.inner if statement else frozenset()
        self.write(frame, "exception", statement.line if statement else self.visits.line, value, hidden=inner)
        self.ran = []

    def held_up(self, current: Statement | None) -> Statement | None:
        """The `return` that still waits while `current`, inside its `finally`, runs."""
        if current is None:
            return None
        if isinstance(current.node, ast.Return):
            return current
        if self.returning is None or isinstance(current.node, (ast.Break, ast.Continue)):
            return None
        around = self.run.program.statements.around(self.returning)
        return self.returning if any(current.order in outer.final for outer in around) else None

    def origin(self) -> Statement:
        """The statement whose exception goes on after a `finally`, or past unfit `except`s."""
        latest = list(reversed(self.raises))
        current = self.statement
        if current is None:
            return latest[0]
        around = list(self.run.program.statements.around(current))
        for at, outer in enumerate([current, *around]):
            if isinstance(outer.node, ast.ExceptHandler):
                part = around[at].body
            elif current.order in outer.final:
                part = range(outer.order + 1, outer.final.start)
            else:
                continue
            for statement in latest:
                if statement.order in part:
                    return statement
        return latest[0]

    def assigned(self, following: Statement | None) -> list[str]:
        """The targets of what ran since the last frame."""
        names: list[str] = []
        for at, statement in enumerate(self.ran):
            if not statement.targets:
                continue
            after = self.ran[at + 1] if at + 1 < len(self.ran) else following
            enters = isinstance(statement.node, (ast.For, ast.AsyncFor, ast.match_case))
            if not enters or (after is not None and after.order in statement.body):
                names += statement.targets
        return names

    def write(
        self,
        frame: types.FrameType,
        event: Event,
        line: int,
        value: str | None = None,
        assigned: list[str] | tuple[str, ...] = (),
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        before = self.locals
        now = {name: render(item) for name, item in frame.f_locals.items() if not _internal(name)}
        for name in hidden:
            if name in before:
                now[name] = before[name]
            else:
                now.pop(name, None)
        after = {name: now[name] for name in before if name in now}
        after.update(now)  # names in the order in which they came
        change = delta(before, after)
        gone = deleted(before, after) if len(after) - len(change) < len(before) else ()
        self.locals = after
        self.last = event
        printed = self.printed
        text = ""
        if printed:
            text = "".join(printed)
            printed.clear()
        same = ()
        if assigned:
            same = tuple(dict.fromkeys(name for name in assigned if name in after and name not in change))
        run = self.run
        run.write(
            Frame(
                event,
                line,
                run.lines[line - 1],
                self.visits.name,
                self.depth,
                self.number,
                after,
                change,
                same,
                gone,
                value,
                text,
            )
        )


def _internal(name: str) -> bool:
    return name[:1] == "." or (name[:2] == "__" and name[-2:] == "__")


def _no_breakpoint(*_args: Any, **_kwargs: Any) -> None:
    """`breakpoint()` in a traced program does nothing: the stepper is the debugger."""


def _depth() -> int:
    frame: types.FrameType | None = sys._getframe()
    depth = 0
    while frame is not None:
        depth += 1
        frame = frame.f_back
    return depth
