"""Calls: the shortest programs in which one function calls another and goes on with what it gave back.

    source, calls = write_calls(random.Random(7), calls=2)

A helper, a method, a function in a function, one that is made by another, one that changes a list, one that
calls itself: a frame after a return says what the caller had known all along, and the line that waits for
the value. Around it, lines as in `sums.py`. Not covered: generators, exceptions, inheritance.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from cwm_demo.train.drills.sums import Sums
from cwm_demo.train.drills.writer import VALUES, defined, indented
from cwm_demo.train.generate import names
from cwm_demo.train.generate.slots import fill
from cwm_demo.train.generate.types import INT, parse
from cwm_demo.train.generate.values import literal

CALLED = 0.55  # of the caller's lines
CALLING = {
    "{target} = {call}": 40,
    "{known} += {call}": 14,
    "{known} -= {call}": 5,
    "{target} = {call} + {known}": 8,
    "{target} = {known} - {call}": 6,
    "{target} = {call} + {call}": 4,
    "print({call})": 4,
    "{call}": 3,
}
CLASSES = "Box Account Counter Item Point Player Robot Tank Cart Timer Store Score Node Pile Team".split()
MAKERS = "make make_adder maker build outer create start new".split()


@dataclass
class Caller(Sums):
    """A writer of sums that knows functions of integers, by how many each takes."""

    callable: list[tuple[str, int]] = field(default_factory=list)

    def _statement(self) -> str:
        called = self.callable and self.rng.random() < CALLED
        return self.calling() if called else super()._statement()

    def calling(self) -> str:
        """A line that calls."""
        text = self.rng.choices(list(CALLING), list(CALLING.values()))[0]
        while "{call}" in text:  # what is read is chosen before what is written
            text = text.replace("{call}", self._call(), 1)
        if "{target}" not in text:
            return text.format(known=self._name())
        known, old = self._name(), self.rng.random() < 0.35
        target = self._name() if old else names.fresh(self.rng, INT, self.taken)
        if not old:
            self.scope["i"].append(target)
        return text.format(target=target, known=known)

    def _call(self) -> str:
        name, count = self.rng.choice(self.callable)
        return f"{name}({', '.join(self._given() for _ in range(count))})"

    def _given(self) -> str:
        draw = self.rng.random()
        if draw < 0.15:
            return self._expression("sums")
        return self._name() if draw < 0.75 else self._number()

    def _condition(self) -> str:
        if self.callable and self.rng.random() < 0.25:
            return f"{self._call()} {self.rng.choice(('<', '>', '==', '>='))} {self._number()}"
        return super()._condition()

    def body(self, most: int) -> list[str]:
        """One to `most` lines and what is returned."""
        lines = self.lines(self.rng.randint(1, most), depth=1 if self.rng.random() < 0.4 else 0)
        return [*lines, f"return {self._result()}"]

    def _result(self) -> str:
        draw = self.rng.random()
        if self.callable and draw < 0.25:
            return self._call()
        return self._expression("sums") if draw < 0.6 else self._name()


def write_calls(rng: random.Random, calls: int = 2) -> tuple[str, list[str]]:
    """A program and up to `calls` different calls of it. Like `write_drill` otherwise."""
    if rng.random() < 0.35:
        return _told(rng, calls)
    taken: set[str] = set()
    caller = Caller(rng, taken=taken)
    name, parameters = names.function(rng, taken), _parameters(rng, taken)
    caller.scope["i"] = list(parameters)
    before, first = rng.choices((_helper, _method, _inner, _made), (35, 30, 20, 15))[0](caller)
    body = [*first, *caller.lines(rng.choice((0, 0, 1)), depth=0), caller.calling(), *caller.body(most=3)]
    lines = [*before, *(["", ""] if before else []), *defined(name, parameters, body)]
    texts = [f"{name}({', '.join(caller._number() for _ in parameters)})" for _ in range(calls)]
    return "\n".join(lines), list(dict.fromkeys(texts))


def _helper(caller: Caller) -> tuple[list[str], list[str]]:
    """One or two functions before the caller; the second may call the first."""
    written: list[str] = []
    for _ in range(caller.rng.choice((1, 1, 2))):
        name, parameters = names.function(caller.rng, caller.taken), _parameters(caller.rng, caller.taken)
        writer = Caller(caller.rng, taken=set(caller.taken), callable=list(caller.callable))
        writer.scope["i"] = list(parameters)
        written += [*(["", ""] if written else []), *defined(name, parameters, writer.body(most=2))]
        caller.callable.append((name, len(parameters)))
    return written, []


def _method(caller: Caller) -> tuple[list[str], list[str]]:
    """A class with a method or two, and an object of it or two in the caller."""
    rng, taken = caller.rng, caller.taken
    own = names.from_pool(rng, CLASSES, taken)
    attributes = [names.fresh(rng, INT, taken) for _ in range(rng.choice((1, 1, 2)))]
    given = _parameters(rng, taken, (1,)) if rng.random() < 0.8 else []
    start = [f"self.{attribute} = {(given or ['0'])[0] if n == 0 else rng.randint(0, 9)}"
             for n, attribute in enumerate(attributes)]  # fmt: skip
    written = [f"class {own}:", *indented(defined("__init__", ["self", *given], start))]
    methods = []
    for _ in range(rng.choice((1, 2, 2))):
        name = names.function(rng, taken)
        parameters = _parameters(rng, taken, (0, 1, 1))
        writer = Caller(rng, taken=set(taken))
        writer.scope["i"] = [*parameters, *(f"self.{attribute}" for attribute in attributes)]
        written += ["", *indented(defined(name, ["self", *parameters], writer.body(most=2)))]
        methods.append((name, len(parameters)))
    first = []
    for _ in range(rng.choice((1, 1, 2))):
        thing = names.fresh(rng, None, taken)
        first.append(f"{thing} = {own}({', '.join(caller._given() for _ in given)})")
        caller.callable += [(f"{thing}.{name}", count) for name, count in methods]
        caller.scope["i"].append(f"{thing}.{rng.choice(attributes)}")
    return written, first


def _inner(caller: Caller) -> tuple[list[str], list[str]]:
    """A function in the caller, which reads what the caller knows, and may change it."""
    name, count, lines = _enclosed(caller, list(caller.scope["i"]))
    caller.callable.append((name, count))
    return [], lines


def _made(caller: Caller) -> tuple[list[str], list[str]]:
    """A function that makes the one that is called, once or twice."""
    rng, taken = caller.rng, caller.taken
    maker, kept = names.from_pool(rng, MAKERS, taken), _parameters(rng, taken, (1,))
    name, count, lines = _enclosed(caller, kept)
    first = []
    for _ in range(rng.choice((1, 1, 2))):
        made = names.function(rng, taken)
        first.append(f"{made} = {maker}({caller._given()})")
        caller.callable.append((made, count))
    return defined(maker, kept, [*lines, f"return {name}"]), first


def _enclosed(caller: Caller, around: Sequence[str]) -> tuple[str, int, list[str]]:
    """Name, number of parameters and lines of a function that reads the names `around` it."""
    rng, taken = caller.rng, caller.taken
    name, parameters = names.function(rng, taken), _parameters(rng, taken, (0, 1, 1))
    writer = Caller(rng, taken=taken)
    writer.scope["i"] = [*around, *parameters]
    body = writer.body(most=2)
    changed = [known for known in around if any(re.match(rf"\s*{known} [-+*]?= ", line) for line in body)]
    head = [f"nonlocal {', '.join(changed)}"] if changed else []
    return name, len(parameters), defined(name, parameters, [*head, *body])


def _told(rng: random.Random, calls: int) -> tuple[str, list[str]]:
    """A program of `calls.txt`: functions that call themselves, or change a list that they are given."""
    text, inputs = rng.choice(_programs())
    taken: set[str] = set()
    fresh = {kind: [names.fresh(rng, parse(type_), taken) for _ in range(4)]
             for kind, type_ in {"i": "int", "l": "list[int]", "s": "str"}.items()}  # fmt: skip
    functions = [names.function(rng, taken) for _ in range(2)]
    source = fill(text, rng)
    for kind, known in {**fresh, "f": functions}.items():
        for number, name in enumerate(known):
            source = source.replace(f"${kind}{number}", name)
    texts = []
    for _ in range(calls):
        given = [_input(kind, rng) for kind in inputs]
        texts.append(f"{functions[0]}({', '.join(given)})")
    return source, list(dict.fromkeys(texts))


@lru_cache(maxsize=1)
def _programs() -> list[tuple[str, list[str]]]:
    text = (resources.files("cwm_demo.train.drills") / "calls.txt").read_text(encoding="utf-8")
    found = []
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        head, _, source = part.partition("\n")
        found.append((source.strip("\n"), head.split()))
    return found


def _input(kind: str, rng: random.Random) -> str:
    """A range of integers (`0..5`), or a type's letter of `writer.py`."""
    low, dots, high = kind.partition("..")
    return str(rng.randint(int(low), int(high))) if dots else literal(VALUES[kind](rng))


def _parameters(rng: random.Random, taken: set[str], counts: Sequence[int] = (1, 1, 2)) -> list[str]:
    return [names.fresh(rng, None, taken) for _ in range(rng.choice(counts))]
