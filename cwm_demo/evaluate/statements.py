"""What had just run before a frame: the statement whose effect, and whose successor, the frame tells.

    before(frames, 3)      # "if, while"

By the programs that contain a construct one learns little about it: most of their lines are others.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from cwm_demo.trace.frame import Frame

START, OTHER = "start of the run", "other"
_EVENTS = {"call": "entry of a function", "return": "return to the caller", "exception": OTHER}  # rare


def before(frames: Sequence[Frame], index: int) -> str:
    """The kind of what ran between the frame before `index` and that one."""
    if index == 0:
        return START
    frame = frames[index - 1]
    return _EVENTS.get(frame.event) or _kind(frame.source)


@lru_cache(maxsize=4096)
def _kind(line: str) -> str:
    text = line.strip().removeprefix("el") if line.strip().startswith("elif ") else line.strip()
    try:
        statement = ast.parse(f"{text} pass" if text.endswith(":") else text).body[0]
    except (SyntaxError, ValueError, IndexError):  # `else:`, or a part of several lines
        return OTHER
    match statement:
        case ast.If() | ast.While():
            return "if, while"
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
