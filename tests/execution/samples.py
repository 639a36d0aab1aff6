"""The golden samples: small programs under tests/golden, each beside the trace that it must give.

    python -m tests.execution.samples        writes {name: {"trace": …, "plain": …}} as JSON

A module of its own, so that other Python versions can run it without pytest.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys
import types
from pathlib import Path
from typing import Any

from cwm_demo.execution.tracer import trace
from cwm_demo.execution.values import render, render_exception
from cwm_demo.trace.frame import START_OF_TRACE

FOLDER = Path(__file__).parent.parent / "golden"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))


def source(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8")


def golden(name: str) -> Path:
    return FOLDER / f"{name}.json"


def traced(name: str) -> dict[str, Any]:
    return trace(source(name)).to_json()


def plain(name: str) -> dict[str, Any]:
    """What the program prints, raises and (where the marked line is but the call) returns, untraced."""
    text = source(name)
    tree = ast.parse(text)
    last = tree.body[-1]
    lone = isinstance(last, ast.Expr) and text.rstrip().endswith(START_OF_TRACE)
    if lone:
        target = ast.copy_location(ast.Name("__result__", ast.Store()), last)
        tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
    module = types.ModuleType("__main__")
    printed = io.StringIO()
    former = sys.modules["__main__"]
    sys.modules["__main__"] = module
    outcome: dict[str, Any] = {"returned": None, "raised": None}
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(tree, "<plain>", "exec", dont_inherit=True), vars(module))
        if lone:
            outcome["returned"] = render(vars(module)["__result__"])
    except Exception as error:
        outcome["raised"] = render_exception(error)
    finally:
        sys.modules["__main__"] = former
    return {**outcome, "stdout": printed.getvalue(), "compares_returned": lone}


def written(record: dict[str, Any]) -> str:
    """A trace as JSON with one frame a line, so that a changed frame is a changed line."""
    record = {key: value for key, value in record.items() if key != "source"}
    frames = ",\n  ".join(json.dumps(frame, ensure_ascii=False) for frame in record.pop("frames"))
    rest = json.dumps(record, ensure_ascii=False)
    return f'{{"frames": [\n  {frames}\n],\n{rest[1:-1]}}}\n'


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    json.dump({name: {"trace": traced(name), "plain": plain(name)} for name in NAMES}, sys.stdout)
