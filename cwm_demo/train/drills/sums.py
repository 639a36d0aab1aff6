"""Sums: the shortest programs that compute and decide, names and numbers mixed, hardly anything else.

    source, calls = write_sums(random.Random(7), calls=2)

Between a plain sum (`plain.py`) and what a frame asks for, this is the link: each line is one sum or one
comparison, of names whose values stand a few lines above, and most frames change something.
"""

from __future__ import annotations

import random

from cwm_demo.train.drills.writer import VALUES, Writer, rules
from cwm_demo.train.generate import names
from cwm_demo.train.generate.types import parse
from cwm_demo.train.generate.values import literal

NUMBERS = 0.3  # of the names that a sum reads, how many are written as numbers
MODULES = 0.25  # of the programs: no function, no call
STATEMENTS = {
    "{target} = {sum}": 50,
    "{known} += {small}": 14,
    "{known} -= {small}": 8,
    "{known} *= {digit}": 3,
    "{target} = {known}": 6,
    "{target} = {number}": 4,
    "{target} = {sum} if {comparison} else {sum}": 5,
    "print({sum})": 3,
    "{flag} = {comparison}": 14,
    "print({comparison})": 7,
}
BOOL = parse("bool")
FLAGGED = 0.25  # of the conditions are a name that was given the outcome of a comparison


class Sums(Writer):
    """A writer that knows integers, and what comparing them gives."""

    def lines(self, budget: int, depth: int, in_loop: bool = False) -> list[str]:
        written: list[str] = []
        while budget > 0:
            draw = self.rng.random()
            if depth and draw < 0.35:
                part = self._choose(depth - 1)
            elif depth and draw < 0.42:
                part = [f"while {self._name()} < {self.rng.randint(2, 20)}:"]
                part += ["    " + part[0].split()[1] + f" += {self.rng.randint(1, 6)}"]
            else:
                part = [self._statement()]
            written += part
            budget -= len(part)
        return written

    def _choose(self, depth: int) -> list[str]:
        """A condition with one or two short branches."""
        before = self._snapshot()
        written = [f"if {self._condition()}:"]
        written += ["    " + line for line in self.lines(1, depth if self.rng.random() < 0.3 else 0)]
        self._forget(before)
        for head in self.rng.choice(([], ["else:"], ["else:"], ["elif {}:", "else:"])):
            written.append(head.format(self._condition()))
            written += ["    " + line for line in self.lines(1, 0)]
            self._forget(before)
        return written

    def _statement(self) -> str:
        rng = self.rng
        text = rng.choices(list(STATEMENTS), list(STATEMENTS.values()))[0]
        # What is read is chosen before what is written: a new name has no value yet.
        while "{sum}" in text:
            text = text.replace("{sum}", self._expression("sums"), 1)
        text = text.format(
            comparison=self._expression("comparisons"),
            known=self._name(),
            small=self._name() if rng.random() < 0.4 else rng.randint(1, 9),
            digit=rng.randint(2, 5),
            number=self._number(),
            target="{target}",
            flag="{flag}",
        )
        if "{flag}" in text:
            flag = names.fresh(rng, BOOL, self.taken)
            self.scope.setdefault("b", []).append(flag)
            return text.format(flag=flag)
        if "{target}" not in text:
            return text
        old = rng.random() < 0.4
        target = self._name() if old else names.fresh(rng, None, self.taken)
        if not old:
            self.scope["i"].append(target)
        return text.format(target=target)

    def _condition(self) -> str:
        flags = self.scope.get("b", [])
        if flags and self.rng.random() < FLAGGED:
            return self.rng.choice(("", "", "not ")) + self.rng.choice(flags)
        return self._expression("comparisons")

    def _expression(self, section: str) -> str:
        texts, weights = rules()[section]
        return self._filled(self.rng.choices(texts, weights)[0])

    def _choice(self, mark: str, kind: str, used: set[str]) -> str:
        if kind == "i" or self.rng.random() < NUMBERS:
            return self._number()
        known = [name for name in self.scope["i"] if name not in used]
        return self.rng.choice(known[-3:]) if known else self._number()

    def _name(self) -> str:
        return self.rng.choice(self.scope["i"][-3:])

    def _number(self) -> str:
        return literal(self.rng.randint(0, 9) if self.rng.random() < 0.5 else VALUES["i"](self.rng))


def write_sums(rng: random.Random, calls: int = 2) -> tuple[str, list[str]]:
    """A program and up to `calls` different calls of it, none of a module. Like `write_drill` otherwise."""
    taken: set[str] = set()
    module = rng.random() < MODULES
    name = "" if module else names.function(rng, taken)
    writer = Sums(rng, taken=taken | {name})
    first = [names.fresh(rng, None, writer.taken) for _ in range(rng.choices((1, 2, 3), (20, 50, 30))[0])]
    writer.scope["i"] = list(first)
    body = writer.lines(rng.randint(2, 6), depth=2)
    if module:
        return "\n".join([*(f"{known} = {writer._number()}" for known in first), *body]), []
    section = rng.choices(("", "sums", "comparisons"), (50, 35, 15))[0]
    body.append("return " + (writer._expression(section) if section else writer._name()))
    texts = [f"{name}({', '.join(writer._number() for _ in first)})" for _ in range(calls)]
    head = f"def {name}({', '.join(first)}):"
    return "\n".join([head, *("    " + line for line in body)]), list(dict.fromkeys(texts))
