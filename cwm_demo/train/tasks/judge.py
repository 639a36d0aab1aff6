"""Whether a filling passes: decided by a run in the sandbox, and by nothing that the model says.

    judge = Judge()
    judge.verdict(task, "total += x")         # Verdict("passes")
    judge.verdicts([(task, text), ...])       # many, as many at once as there are processors

What is run is the program with the one line replaced and, below it, a call line of ours that the model never
writes: all checks at once, shown and hidden. What they returned is read as text that no code of the program's
can forge (`execution/values.py`), and compared here, outside.

Covered, and refused before anything runs: a filling of several lines or statements, one that swallows the
lines below it (an open bracket or string, a backslash), imports, `global`, names with two underscores, and
the built-ins that reach behind a program. Covered by the run: exceptions, exits, endless loops, printed
answers. Not covered: a line that is right for all checks, and wrong elsewhere. That is what hidden checks are
for.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from cwm_demo.evaluate.answers import kind_of
from cwm_demo.execution import sandbox
from cwm_demo.execution.limits import Limits
from cwm_demo.programs.program import marked
from cwm_demo.trace.frame import Trace
from cwm_demo.train.tasks.task import Task

Outcome = Literal["passes", "refused", "stopped", "raises", "wrong"]
LIMITS = Limits(cpu_s=0.3, wall_s=10.0, memory_mb=128, output_bytes=4_096)  # a right line takes milliseconds
LONGEST = 300  # characters of a line
_FORBIDDEN = frozenset(
    "exec eval compile globals locals vars getattr setattr delattr exit quit breakpoint input open "
    "memoryview help license credits copyright".split()
)
_BLOCKS = (ast.If, ast.For, ast.While, ast.With)


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    why: str = ""  # for whoever reads a log

    @property
    def passes(self) -> bool:
        return self.outcome == "passes"


def checks_line(calls: Sequence[str]) -> str:
    """One call line that makes all calls in turn. A display and its method: no name that could be shadowed.

    The calls are evaluated before the trace begins, so that a run costs no frames.
    """
    return f"[{', '.join(calls)}].copy()"


class Judge:
    """Runs fillings, each text of a program once."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.runs = 0  # in the sandbox
        self._known: dict[tuple[str, tuple[str, ...]], Verdict] = {}

    def verdict(self, task: Task, text: str) -> Verdict:
        """Raises SandboxUnavailable where nothing would hold a program that nobody has read."""
        text = text.strip()
        key = task.filled(text), task.calls
        if key not in self._known:
            why = leaves_the_task(task, text)
            self._known[key] = Verdict("refused", why) if why else self._run(task, key[0])
        return self._known[key]

    def verdicts(self, fillings: Sequence[tuple[Task, str]]) -> list[Verdict]:
        """In the order of the fillings. Equal ones are run once."""
        with ThreadPoolExecutor(max(1, os.cpu_count() or 1)) as pool:
            unique = {(task.filled(text.strip()), task.calls): (task, text) for task, text in fillings}
            list(pool.map(lambda pair: self.verdict(*pair), unique.values()))
        return [self.verdict(task, text) for task, text in fillings]

    def _run(self, task: Task, source: str) -> Verdict:
        self.runs += 1
        trace = sandbox.run(marked(source, checks_line(task.calls)), self.limits)
        return compared(task, trace)


def compared(task: Task, trace: Trace) -> Verdict:
    """How a run of all checks came out."""
    if trace.stopped:
        return Verdict("stopped", trace.stopped.reason)
    if trace.raised is not None or trace.returned is None:
        return Verdict("raises", (trace.raised or "").partition("\n")[0])
    expected = f"[{', '.join(task.returns)}]"
    if trace.returned == expected:
        return Verdict("passes")
    try:
        found = ast.literal_eval(trace.returned)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return Verdict("wrong", "a value that is no literal")
    for call, value, real in zip(task.calls, found, task.returns):
        if kind_of(repr(value), real) != "right":
            return Verdict("wrong", call)
    return Verdict("passes")  # equal values, written in another order


def leaves_the_task(task: Task, text: str) -> str:
    """Why a filling is no line in the hole; "" for one that may be run."""
    if not text or "\n" in text or "\r" in text or "\f" in text:
        return "not one line"
    if len(text) > LONGEST:
        return "too long"
    try:
        before, after = ast.parse(task.source), ast.parse(task.filled(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "no program"
    for node in ast.walk(after):
        if getattr(node, "lineno", None) == task.line and (why := _reaches_out(node)):
            return why
    if _around(before, task.line) != _around(after, task.line):
        return "it changes more than its line"
    return ""


def _reaches_out(node: ast.AST) -> str:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal):
        return "an import, or a name from outside"
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if name.startswith("__") or name in _FORBIDDEN:
        return f"it reaches for {name}"
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "__" in node.value:
        return "a text that names what is inside"  # `"{0.__class__}".format(x)`
    return ""


def _around(tree: ast.Module, line: int) -> str:
    """The tree without what stands in the hole: a simple statement, or the header of a block. Changes it."""
    return ast.dump(_Blank(line).visit(tree))


class _Blank(ast.NodeTransformer):
    def __init__(self, line: int) -> None:
        self.line = line

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.stmt) and node.lineno == self.line:
            if not isinstance(node, _BLOCKS):
                return ast.Pass()
            if node.body[0].lineno > self.line:
                block = ast.If(ast.Constant(...), node.body, getattr(node, "orelse", []))
                return self.generic_visit(block)
        return self.generic_visit(node)
