"""Choices: the shortest programs in which most lines are a condition, or what it decides about.

    source, calls = write_choices(random.Random(7), calls=2)

Conditions one after the other, early returns, and one or two in a loop, over a few small integers, so that
they hold about as often as not: an `if` in every third or fourth frame, where `sums.py` has one in ten.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial

from cwm_demo.train.drills.sums import Sums
from cwm_demo.train.drills.writer import defined, indented
from cwm_demo.train.generate import names
from cwm_demo.train.generate.types import INT, parse
from cwm_demo.train.generate.values import literal

MODULES = 0.3  # of the programs: no function, no call
WRITTEN = 0.5  # of what a condition compares with is a number
COMPARED = {"<": 10, ">": 10, "==": 7, "!=": 4, "<=": 5, ">=": 5}
LISTS = parse("list[int]")


@dataclass
class Choices(Sums):
    """A writer of conditions about integers, and of short lines that they guard."""

    def condition(self, about: str | None = None) -> str:
        """About a name, if one is given, or about one that is known."""
        rng, name = self.rng, about or self._name()
        draw = rng.random()
        if draw < 0.14:
            return (
                f"{name} % {rng.choice((2, 2, 2, 3, 4))} {rng.choice(('==', '==', '!='))} {rng.randint(0, 1)}"
            )
        if draw < 0.18:
            return f"{rng.choice(('', 'not '))}{name}"
        signs, weights = zip(*COMPARED.items())
        text = f"{name} {rng.choices(signs, weights)[0]} {self._other(name)}"
        if draw < 0.26:
            return (
                f"{text} {rng.choice(('and', 'or'))} {self._name()} {rng.choice(signs)} {rng.randint(0, 9)}"
            )
        if draw < 0.30:
            return f"{rng.randint(0, 4)} < {name} < {rng.randint(5, 9)}"
        return f"not {text}" if draw < 0.32 else text

    def _condition(self) -> str:
        return self.condition()

    def _other(self, name: str) -> str:
        known = [each for each in self.scope["i"] if each != name]
        return self._number() if not known or self.rng.random() < WRITTEN else self.rng.choice(known)

    def _number(self) -> str:
        return str(self.rng.randint(0, 9) if self.rng.random() < 0.8 else self.rng.randint(-9, 20))

    def chosen(self, *guarded: str) -> list[str]:
        """A condition, in one case of three with others after it, each before one of the lines `guarded`."""
        rng = self.rng
        lines = [f"if {self.condition()}:", f"    {rng.choice(guarded)}"]
        for head in rng.choices(
            ([], ["else:"], ["elif {}:"], ["elif {}:", "else:"]), (45, 30, 12, 13)
        )[0]:  # fmt: skip
            lines += [head.format(self.condition()), f"    {rng.choice(guarded)}"]
        return lines

    def short(self) -> str:
        """A line that gives a known name another value."""
        name, other, rng = self._name(), self._name(), self.rng
        draw = rng.random()
        if draw < 0.45:
            return f"{name} {rng.choice(('+=', '+=', '-='))} {rng.randint(1, 4)}"
        if draw < 0.6:
            return f"{name} = {rng.randint(0, 9)}"
        if draw < 0.75 and name != other:
            return f"{name} = {other}"
        return f"print({name})" if draw < 0.8 else f"{name} += {other}"


def write_choices(rng: random.Random, calls: int = 2) -> tuple[str, list[str]]:
    """A program and up to `calls` different calls of it, none of a module. Like `write_drill` otherwise."""
    taken: set[str] = set()
    name = names.function(rng, taken)
    writer = Choices(rng, taken=taken)
    first = [names.fresh(rng, None, taken) for _ in range(rng.choice((1, 2, 2, 3)))]
    writer.scope["i"] = list(first)
    listed = names.fresh(rng, LISTS, taken) if rng.random() < 0.4 else None
    module = rng.random() < MODULES
    write = rng.choices((_straight, _early, partial(_looped, listed=listed)), (30, 0 if module else 15, 55))[
        0
    ]
    body, result = write(writer)
    inputs = [*first, *([listed] if listed else [])]
    values = partial(_values, writer, len(first), bool(listed))
    if module:
        given = [f"{each} = {value}" for each, value in zip(inputs, values())]
        return "\n".join([*given, *body, f"print({result})"]), []
    lines = defined(name, inputs, [*body, f"return {result}"])
    texts = [f"{name}({', '.join(values())})" for _ in range(calls)]
    return "\n".join(lines), list(dict.fromkeys(texts))


def _straight(writer: Choices) -> tuple[list[str], str]:
    """Conditions one after the other, each of which may change what the next one is about."""
    body: list[str] = []
    for _ in range(writer.rng.randint(2, 4)):
        if writer.rng.random() < 0.25:
            body.append(writer.short())
        body += writer.chosen(writer.short(), writer.short())
    return body, writer._name()


def _early(writer: Choices) -> tuple[list[str], str]:
    """Conditions that return."""
    body: list[str] = []
    for _ in range(writer.rng.randint(2, 4)):
        result = writer._name() if writer.rng.random() < 0.4 else str(writer.rng.randint(-1, 9))
        body += [f"if {writer.condition()}:", f"    return {result}"]
        if writer.rng.random() < 0.2:
            body.append(writer.short())
    return body, writer._name()


def _looped(writer: Choices, listed: str | None) -> tuple[list[str], str]:
    """A loop with a condition or two in it, about the item and what has been counted."""
    rng, taken = writer.rng, writer.taken
    count, item = names.fresh(rng, INT, taken), names.fresh(rng, INT, taken)
    start, head = f"{count} = {rng.choice((0, 0, 0, 1, rng.randint(2, 9)))}", ""
    step: list[str] = []
    if listed:
        head = f"for {item} in {listed}:"
    elif rng.random() < 0.6:
        stop = rng.choice((str(rng.randint(3, 6)), writer._name() + " % 6"))
        head = f"for {item} in range({rng.choice(('', '', '1, '))}{stop}):"
    else:
        item = writer._name()
        head, step = f"while {item} < {rng.randint(6, 14)}:", [f"{item} += {rng.randint(1, 4)}"]
    # The item and the count are what conditions are about more often than not.
    writer.scope["i"] += [count] if step else [count, item]
    guarded = [f"{count} += 1", f"{count} += {item}", f"{count} = {item}", f"{count} -= 1", f"print({item})"]
    if not step:
        guarded += ["continue", "break"] if rng.random() < 0.3 else []
    inside = writer.chosen(*guarded)
    if rng.random() < 0.35:
        inside += writer.chosen(*guarded)
    return [start, head, *indented([*inside, *step])], count


def _values(writer: Choices, integers: int, listed: bool) -> list[str]:
    """What a program is given."""
    rng = writer.rng
    values = [writer._number() for _ in range(integers)]
    if listed:
        values.append(literal([rng.randint(0, 9) for _ in range(rng.choice((0, 2, 3, 4, 4, 5, 6)))]))
    return values
