"""A visitor's guess at a step, read and judged by the rules that the models are judged by.

Asked are the values that change and what comes next. What is not asked is taken from the run: what is
printed, what is deleted, and the arguments that a call gets.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from cwm_demo.predict.prediction import Prediction
from cwm_demo.rollout.step import Step, Verdict
from cwm_demo.rollout.verdict import verdict
from cwm_demo.trace.frame import START_OF_TRACE, Frame

Next = int | Literal["return", "exception"]  # the line that runs next, or how the call ends

MAX_CHARACTERS = 500  # of a value
_STRAIGHT = str.maketrans("“”„‘’‚", "\"\"\"'''")


class GuessProblem(ValueError):
    """A guess that can't be judged; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Guess:
    values: Mapping[str, str]  # the variables that change, with their new values; empty: none changes
    next: Next
    value: str | None = None  # what is returned, or raised


def read_guess(names: list[str] | None, typed: Mapping[str, str], next: Next | None, value: str) -> Guess:
    """The guess in what a visitor chose and typed. Raises GuessProblem.

    `names` are the variables that change, None when nothing was said about them.
    """
    if names is None:
        raise GuessProblem("Say what changes: choose the variables, or “nothing”.")
    values = {name: read_value(typed.get(name, ""), f"the new value of {name}") for name in names}
    if next is None:
        raise GuessProblem("Say what comes next: choose a line, or “returns” or “raises”.")
    if next == "return":
        return Guess(values, next, read_value(value, "what is returned (None for nothing)"))
    if next == "exception":
        return Guess(values, next, _read_error(value))
    return Guess(values, next)


def read_value(typed: str, what: str) -> str:
    """A value as Python writes it. `what` names it in the problem that is raised when it is none."""
    text = _bounded(typed, what)
    if text.startswith("<"):
        return text  # such as <function f>
    for candidate in dict.fromkeys((text, text.translate(_STRAIGHT))):
        tree = _tree(candidate)
        if isinstance(tree, ast.Name):
            raise GuessProblem(f"{candidate} would be a name. Write a text in quotes: '{candidate}'.")
        if tree is not None:
            return candidate
    raise GuessProblem(
        f"“{_short(text)}” is no value as Python writes it. "
        f"Write {what} like 3, 'text', [1, 2] or {{'a': 1}}."
    )


def _read_error(typed: str) -> str:
    text = _bounded(typed, "which error is raised")
    if not text.partition(":")[0].strip().isidentifier():
        raise GuessProblem(f"“{_short(text)}” is no error’s name. Write it like ValueError.")
    return text


def _bounded(typed: str, what: str) -> str:
    text = typed.strip()
    if not text:
        raise GuessProblem(f"Write {what}.")
    if len(text) > MAX_CHARACTERS:
        raise GuessProblem(
            f"That has {len(text):,} characters, and {MAX_CHARACTERS} are the limit. "
            f"Write {what}, and no more."
        )
    return text


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


# --- comparing and judging ---


def same_value(typed: str, real: str) -> bool:
    """Whether two texts are the same value: quotes and spaces don't matter, types do."""
    if typed.strip() == real.strip():
        return True
    one, other = _tree(typed), _tree(real)
    if one is None or other is None:
        return "".join(typed.split()) == "".join(real.split())
    try:
        return _same(ast.literal_eval(one), ast.literal_eval(other))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ast.dump(one) == ast.dump(other)  # such as Memo(cache={})


def _same(one: object, other: object) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        keys = {(type(key), key): value for key, value in one.items()}
        return len(one) == len(other) and all(
            (type(key), key) in keys and _same(keys[type(key), key], value) for key, value in other.items()
        )
    if isinstance(one, (set, frozenset)):
        return {(type(item), item) for item in one} == {(type(item), item) for item in other}
    return one == other


def _tree(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def can_be_guessed(step: Step) -> bool:
    """Nothing is to be guessed before the first line, and after the run's end."""
    return step.current is not None and step.actual is not None


def as_prediction(guess: Guess, step: Step, source: str) -> Prediction:
    """The guess as a predicted frame, in the words of the run where it means the same."""
    actual = step.actual
    if actual is None:
        raise ValueError("the run has ended before this step")
    if isinstance(guess.next, int):
        called = actual.event == "call" and actual.line == guess.next
        event, line, text = "call" if called else "line", guess.next, _line(source, guess.next)
    else:
        event = guess.next
        line, text = (actual.line, actual.source) if event == actual.event else (None, "")
    frame = replace(
        actual,
        event=event,
        line=line,
        source=text,
        locals=_locals(guess, step, actual),
        value=_as_real(guess.value, actual.value, event),
    )
    return Prediction(text, 1.0, frame=frame)


def judge(guess: Guess, step: Step, source: str) -> Verdict:
    """The verdict on a guess, by the code that judges the models."""
    return verdict(as_prediction(guess, step, source), step.actual)


def _locals(guess: Guess, step: Step, actual: Frame) -> dict[str, str]:
    if actual.event == "call":
        values = dict(actual.locals)
    else:
        before = step.credited or step.current
        values = {name: text for name, text in before.locals.items() if name not in actual.deleted}
    for name, typed in guess.values.items():
        real = actual.locals.get(name)
        values[name] = real if real is not None and same_value(typed, real) else typed
    return values


def _as_real(typed: str | None, real: str | None, event: str) -> str | None:
    if typed is None or real is None:
        return typed
    if event == "exception":  # the message is not asked
        return real if typed.partition(":")[0].strip() == real.partition(":")[0].strip() else typed
    return real if same_value(typed, real) else typed


# --- what can be chosen ---


def _line(source: str, number: int) -> str:
    return source.split("\n")[number - 1] + "\n"


@lru_cache(maxsize=128)
def lines_to_choose(source: str) -> tuple[int, ...]:
    """The lines at which a run can stand, but that of the marked call."""
    tree = _module(source)
    if tree is None:
        return ()
    lines = source.split("\n")
    found = {node.lineno for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.ExceptHandler))}
    found |= {node.pattern.lineno for node in ast.walk(tree) if isinstance(node, ast.match_case)}
    return tuple(n for n in sorted(found) if not lines[n - 1].rstrip().endswith(START_OF_TRACE))


@lru_cache(maxsize=512)
def names_in_scope(source: str, line: int) -> tuple[str, ...]:
    """The variables of the function that `line` belongs to (or of the module), in order of appearance."""
    tree = _module(source)
    if tree is None:
        return ()
    scope = _innermost(tree, line)
    arguments = scope.args if not isinstance(scope, ast.Module) else None
    names = [node.arg for node in ast.walk(arguments) if isinstance(node, ast.arg)] if arguments else []
    names += [
        node.id for node in _own(scope) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return tuple(dict.fromkeys(names))


def _innermost(tree: ast.Module, line: int) -> ast.Module | ast.FunctionDef | ast.AsyncFunctionDef:
    found: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef = tree
    for node in ast.walk(tree):  # outer ones come first
        function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if function and node.lineno <= line <= (node.end_lineno or node.lineno):
            found = node
    return found


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope in the order of its text, without those of scopes inside it."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, (*inner, *comprehensions)):
            yield node
            yield from _own(node)


def _module(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
