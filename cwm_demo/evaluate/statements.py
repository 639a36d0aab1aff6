"""What had just run before a frame: the statement whose effect, and whose successor, the frame tells.

    before(trace, 3)       # "if, while: holds"

By the programs that contain a construct one learns little about it: most of their lines are others.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from cwm_demo.trace.frame import Trace

CONDITION = "if, while"
START, OTHER = "start of the run", "other"
_EVENTS = {"call": "entry of a function", "return": "return to the caller", "exception": OTHER}  # rare


def before(trace: Trace, index: int) -> str:
    """The kind of what ran between the frame before `index` and that one; of a condition, how it came out."""
    if index == 0:
        return START
    last, frame = trace.frames[index - 1], trace.frames[index]
    kind = _EVENTS.get(last.event) or _kind(last.source)
    if kind != CONDITION:
        return kind
    if frame.event in ("call", "exception"):  # no outcome yet, or none
        return {"call": "call", "exception": OTHER}[frame.event]
    held = frame.event == "line" and frame.line in _bodies(trace.source).get(last.line, ())
    return f"{CONDITION}: holds" if held else f"{CONDITION}: does not hold"


@lru_cache(maxsize=64)
def _bodies(source: str) -> dict[int, range]:
    """The lines that each condition guards, by the condition's own line."""
    return {
        node.lineno: range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.If, ast.While))
    }


@lru_cache(maxsize=4096)
def _kind(line: str) -> str:
    text = line.strip().removeprefix("el") if line.strip().startswith("elif ") else line.strip()
    statement, headed = _parsed(text), False
    if statement is None:
        statement, headed = _parsed(f"{text}\n  pass"), True
    match statement:
        case ast.If() | ast.While():
            # With its body on the same line, its frames can't be told from the body's.
            return CONDITION if headed else OTHER
        case ast.For():
            return "for"
        case ast.Return():
            return "return"
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute(), *_]):
            return "assignment to a part"
        case ast.AugAssign(target=ast.Subscript() | ast.Attribute()):
            return "assignment to a part"
        case ast.AugAssign():
            return "arithmetic"
        case ast.Assign(value=value) | ast.AnnAssign(value=value) | ast.Expr(value=value) if value:
            nodes = list(ast.walk(value))
            if any(isinstance(node, ast.Call) for node in nodes):
                return "call"
            if any(isinstance(node, ast.BinOp) for node in nodes):
                return "arithmetic"
            return "plain assignment" if not isinstance(statement, ast.Expr) else OTHER
    return OTHER


def _parsed(text: str) -> ast.stmt | None:
    try:
        return ast.parse(text).body[0]
    except (SyntaxError, ValueError, IndexError):  # `else:`, or a part of several lines
        return None
