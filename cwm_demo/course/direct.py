"""The same questions as a standard model can be asked them: what does a call give, without a trace.

Its corpus has asserts below a program, so it is asked to go on after `assert f(3) ==`. Each question is
turned into one about a returned value: for `x` after line 5 the program returns `x` there. Whether that asks
the same is not assumed: `faithful` runs the changed program and compares.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from cwm_demo.course.questions import Question, Reading
from cwm_demo.course.quiz import read_value
from cwm_demo.programs.program import marked
from cwm_demo.trace.frame import Trace

NEEDS_BODY = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Form:
    kind: str
    code: str  # the program as the model is shown it
    call: str

    def read(self, value: str) -> Reading:
        """The answer to the question, when the call gives `value`."""
        known, content = read_value(value)
        match self.kind:
            case "ends":
                return Reading("yes", "It gives a value, as it does for every call that it is asked about.")
            case "filled":
                return (
                    Reading({True: "yes", False: "no"}[content]) if isinstance(content, bool) else _not(value)
                )
            case "printed":
                if known and isinstance(content, list):
                    return Reading("".join(f"{item}\n" for item in content))
                return _not(value)
        return Reading(value)


def _not(value: str) -> Reading:
    return Reading(None, f"It writes {value}, which is no answer to this question.")


def direct(question: Question) -> Form | None:
    """The question for a model that answers at once; None where there is no such form."""
    try:
        tree = ast.parse(question.code)
        entry = ast.parse(question.call, mode="eval").body.func
    except (SyntaxError, ValueError, AttributeError, RecursionError, MemoryError):
        return None
    if question.kind == "ends":
        return Form("ends", question.code, question.call)
    name = entry.id if isinstance(entry, ast.Name) else getattr(entry, "attr", None)
    function = next((n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name), None)
    if function is None:
        return None
    code = _printed(question, function) if question.kind == "printed" else _returned(question, function)
    return Form(question.kind, code, question.call) if code else None


def faithful(form: Form, truth: Reading, run: Callable[[str], Trace]) -> bool:
    """Whether the changed program asks the same: its own run gives the answer that is true."""
    if truth.value is None:
        return False
    if form.kind == "ends":
        return True
    returned = run(marked(form.code, form.call)).returned
    return returned is not None and form.read(returned).value == truth.value


def _returned(question: Question, function: ast.FunctionDef) -> str | None:
    """The program with a return of what is asked about, at the line asked about."""
    statement = next(
        (node for node in ast.walk(function) if isinstance(node, ast.stmt) and node.lineno == question.line),
        None,
    )
    if statement is None or isinstance(statement, NEEDS_BODY):
        return None
    lines = question.code.split("\n")
    indent = " " * statement.col_offset
    if question.kind == "filled":
        container, key = question.container
        at, what = statement.lineno - 1, f"{key} in {container}"
    elif isinstance(statement, (ast.Return, ast.Raise)) or hasattr(statement, "body"):
        return None
    else:
        at, what = statement.end_lineno, question.name
    return "\n".join([*lines[:at], f"{indent}return {what}", *lines[at:]])


def _printed(question: Question, function: ast.FunctionDef) -> str | None:
    """The program with a list in place of the screen: `print(n)` becomes `printed.append(n)`."""
    if any(isinstance(node, ast.Return) for node in ast.walk(function)):
        return None
    lines = question.code.split("\n")
    for node in ast.walk(function):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"):
            continue
        if len(node.args) != 1 or node.keywords or node.end_lineno != node.lineno:
            return None
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = line[: node.col_offset] + "printed.append" + line[node.col_offset + 5 :]
    first, last = function.body[0], function.body[-1]
    indent = " " * first.col_offset
    lines.insert(last.end_lineno, f"{indent}return printed")
    lines.insert(first.lineno - 1, f"{indent}printed = []")
    return "\n".join(lines)
