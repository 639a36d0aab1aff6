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
import gc
import random
import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

from cwm_demo.execution.activation import Activation
from cwm_demo.execution.entry import ENTRY
from cwm_demo.execution.introspection import arguments
from cwm_demo.execution.limits import Limits
from cwm_demo.execution.program import FILENAME, Program, Unreadable
from cwm_demo.execution.statements import BRAKE
from cwm_demo.execution.streams import Input, Output, Silence
from cwm_demo.execution.values import render, render_exception
from cwm_demo.trace.frame import Frame, Stop, Trace

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
        program = Program(source)
    except Unreadable as problem:
        return Trace(source, stopped=problem.stop)
    return Run(program, limits, on_frame, on_stop).run(stdin)


class Run:
    """One run: its frames, its running activations, and how it is stopped."""

    def __init__(
        self,
        program: Program,
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
        self.stack: list[Activation] = []
        self.begun = 0  # activations so far
        self.active = False
        self.entered = False  # the marked call was reached
        self.returned: str | None = None
        self.raised: str | None = None
        self.stopped: Stop | None = None
        self.builtins_module = types.ModuleType("builtins")  # the program's own: it may change it
        self.builtins = vars(self.builtins_module)
        self.builtins.update(vars(builtins))
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
        former = sys.gettrace(), sys.getrecursionlimit(), dict(sys.modules)
        streams = sys.stdin, sys.stdout, sys.stderr
        collecting = gc.isenabled()
        sys.settrace(None)
        gc.disable()  # what a finaliser does must not depend on how much the tracer allocates
        random.seed(SEED)
        sys.modules |= {"__main__": module, "builtins": self.builtins_module}
        sys.stdin, sys.stdout, sys.stderr = reader, self.output, Silence()
        self.recursion_limit = _depth() + 3 * DEEPEST
        sys.setrecursionlimit(max(self.recursion_limit, former[1]))
        self.recursion_limit = sys.getrecursionlimit()
        try:
            self.execute(vars(module))
        finally:
            self.active = False
            sys.settrace(None)
            vars(module).clear()  # finalisers of the program's globals still print as the program
            sys.stdin, sys.stdout, sys.stderr = streams
            sys.setrecursionlimit(former[1])
            sys.modules.update(former[2])
            random.setstate(state)
            if collecting:
                gc.enable()
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
        except BaseException as error:
            self.end(error)
            self.failed(error)
        if self.program.marked is not None and not (self.entered or self.raised or self.stopped):
            message = "The program ended before it came to the marked call."
            self.stopped = Stop("syntax", message, self.program.marked, 1)

    def failed(self, error: BaseException) -> None:
        """The program did not come to its end."""
        if self.stopped is not None:
            return
        if self.from_outside(error):
            raise error
        if issubclass(type(error), SystemExit):
            shown = ", ".join(map(render, arguments(error)))
            self.stopped = Stop("exit", f"The program ended itself: sys.exit({shown}).")
        elif self.raised is None:
            self.raised = render_exception(error)

    def from_outside(self, error: BaseException | None) -> bool:
        """Whether it is not the program's own: someone pressed Ctrl-C, or `on_frame` raised Halt."""
        if not issubclass(type(error), KeyboardInterrupt):
            return type(error) is Halt
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        statement = self.program.statements.by_key.get(trace.tb_lineno) if trace is not None else None
        own = trace is not None and trace.tb_frame.f_code.co_filename == FILENAME
        return not (own and statement is not None and isinstance(statement.node, ast.Raise))

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
                self.end(error)
                self.failed(error)
                raise

        return call

    def begin(self) -> None:
        self.active = True
        sys.settrace(self.tracer)

    def end(self, error: BaseException | None = None) -> None:
        """No further frames. A program that took the tracer off is not passed off as traced."""
        lost = self.active and sys.gettrace() is not self.tracer
        if lost and self.stopped is None and not self.from_outside(error):
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
            activation = Activation(self, known, self.begun)
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

    def ended(self, activation: Activation) -> None:
        """The entry is over: what its locals' finalisers still do is no part of the trace."""
        if activation.number == 0 and activation.code is self.direct:
            self.active = False


def _no_breakpoint(*_args: Any, **_kwargs: Any) -> None:
    """`breakpoint()` in a traced program does nothing: the stepper is the debugger."""


def _depth() -> int:
    frame: types.FrameType | None = sys._getframe()
    depth = 0
    while frame is not None:
        depth += 1
        frame = frame.f_back
    return depth
