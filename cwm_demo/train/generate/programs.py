"""Whole programs, by shape: a function, two, recursion, a class, a closure, a generator, a module."""

from __future__ import annotations

import random
from collections.abc import Callable

from cwm_demo.train.generate import names
from cwm_demo.train.generate.author import Author, Program
from cwm_demo.train.generate.blocks import Lines
from cwm_demo.train.generate.classes import with_class
from cwm_demo.train.generate.closures import closure, generator
from cwm_demo.train.generate.recursion import recursion
from cwm_demo.train.generate.scope import STRATA, Function
from cwm_demo.train.generate.types import INT, STR, Type, list_of, random_type

Shape = Callable[[Author], Program]
_CONSTANTS = {"VOWELS": STR, "NAMES": list_of(STR), "TABLE": Type("dict", (STR, INT))}


def function(author: Author) -> Program:
    """One function, now and then with a constant above it."""
    scope, lines = author.top(), []
    if author.rng.random() < 0.05:
        name = author.rng.choice("LIMIT SIZE BASE RATE STEP MAX_VALUE VOWELS NAMES TABLE".split())
        type_ = _CONSTANTS.get(name, INT)
        scope.define(name, type_, fixed=True)
        lines = [f"{name} = {author.write.literal(type_)}", "", ""]
    parameters = author.parameters()
    name = names.function(author.rng, author.taken)
    lines += author.function(name, parameters, author.result(parameters), author.budget(), scope, entry=True)
    return lines, [f"{name}({author.arguments(parameters)})" for _ in range(author.calls)]


def with_helper(author: Author) -> Program:
    """Two functions; the second calls the first."""
    rng, scope = author.rng, author.top()
    given = author.parameters(most=2)
    result = author.result(given) or INT
    helper = names.function(rng, author.taken)
    lines = author.function(helper, given, result, max(1, author.stratum.statements[0] - 1), scope)
    scope.functions.append(Function(helper, tuple(given.types), result, given.small_positions))
    parameters = author.parameters(wanted=(rng.choice(given.types),))
    name = names.function(rng, author.taken)
    returned = result if rng.random() < 0.6 else author.result(parameters)
    entry = author.function(
        name, parameters, returned, max(1, author.budget() - 1), scope.block(), entry=True
    )
    if not any(f"{helper}(" in line for line in entry):
        inner = scope.block()
        for parameter, type_ in zip(parameters.names, parameters.types):
            inner.define(parameter, type_)
        target = names.fresh(rng, INT, author.taken)
        entry.insert(1, f"    {target} = {helper}({author.inner_arguments(given, inner)})")
    return [*lines, "", "", *entry], [f"{name}({author.arguments(parameters)})" for _ in range(author.calls)]


def module(author: Author) -> Program:
    """Statements at top level, without a call."""
    rng, scope = author.rng, author.top()
    lines: Lines = []
    for _ in range(rng.choice((1, 2))):
        type_ = random_type(rng, author.stratum.type_nesting)
        lines.append(f"{scope.new(type_)} = {author.write.literal(type_)}")
        scope.settle()
    lines += author.statements.block(scope, author.budget() + 1, author.stratum.nesting)
    if rng.random() < 0.6 and "set" not in str(scope.variables.get(scope.recent[0])):
        lines.append(f"print({scope.recent[0]})")
    return lines, []


# weight in easy, medium and hard
_SHAPES: tuple[tuple[float, float, float, Shape], ...] = (
    (73, 55, 44, function),
    (6, 13, 18, with_helper),
    (5, 5, 4, recursion),
    (5, 11, 15, with_class),
    (3, 5, 7, closure),
    (4, 6, 7, generator),
    (4, 5, 5, module),
)


def random_shape(rng: random.Random, stratum: str) -> Shape:
    column = tuple(STRATA).index(stratum)
    return rng.choices(_SHAPES, [row[column] for row in _SHAPES])[0][3]


def program(author: Author, shape: Shape) -> tuple[str, list[str]]:
    """A program of this shape and different calls of it. Raises NoFit when the author ran into a dead end."""
    lines, calls = shape(author)
    if any(line.lstrip().startswith("with suppress(") for line in lines):
        lines = ["from contextlib import suppress", "", "", *lines]
    if author.rng.random() < 0.05:
        lines = [_halve_indent(line) for line in lines]
    text = "\n".join(lines)
    if author.rng.random() < 0.15:
        text = text.replace("\n\n\n", "\n\n")
    return text, list(dict.fromkeys(calls))


def _halve_indent(line: str) -> str:
    stripped = line.lstrip(" ")
    return " " * ((len(line) - len(stripped)) // 2) + stripped
