"""Parts: the shortest programs that read and change what is inside a list, a text, a dict, a set or a pair.

    source, calls = write_parts(random.Random(7), calls=2)

A few lines, most of them about a container, now and then a loop over one with a line or two in it. To
`write_drill` this is what `write_sums` is to it too: the same lines with little around them.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache

from cwm_demo.train.drills.writer import PARAMETERS, VALUES, Writer, defined, rules
from cwm_demo.train.generate import names
from cwm_demo.train.generate.values import literal

_CONTAINER = re.compile(r"«[+=]?[lLsSwWdDmMgGtTpP]")
KINDS = {kind: weight for kind, weight in PARAMETERS.items() if kind != "i"} | {"m": 4, "g": 2}
MODULES = 0.25  # of the programs: no function, no call
LOOPED = 0.3  # of the programs have a loop
SMALL = 0.7  # of the integers may well be the index of something


class Parts(Writer):
    """A writer of lines about containers."""

    def _rules(self, section: str) -> tuple[list[str], list[float]]:
        return about_containers() if section == "statements" else super()._rules(section)


@lru_cache(maxsize=1)
def about_containers() -> tuple[list[str], list[float]]:
    """The statements that name one, and their weights."""
    pairs = [pair for pair in zip(*rules()["statements"]) if _CONTAINER.search(pair[0])]
    return [text for text, _ in pairs], [weight for _, weight in pairs]


def write_parts(rng: random.Random, calls: int = 2) -> tuple[str, list[str]]:
    """A program and up to `calls` different calls of it, none of a module. Like `write_drill` otherwise."""
    kinds = rng.choices(list(KINDS), list(KINDS.values()), k=rng.choice((1, 1, 2)))
    kinds += ["i"] * rng.choice((0, 1, 1, 2))
    writer = Parts(rng)
    first = writer.open(kinds)
    body = writer.lines(rng.randint(2, 5), depth=0)
    if rng.random() < LOOPED:
        body += writer.loop(rng.randint(1, 2), depth=0)
    if rng.random() < MODULES:
        return "\n".join([*(f"{name} = {_value(kind, rng)}" for name, kind in zip(first, kinds)), *body]), []
    body.append(writer.result())
    name = names.function(rng, writer.taken)
    texts = [f"{name}({', '.join(_value(kind, rng) for kind in kinds)})" for _ in range(calls)]
    return "\n".join(defined(name, first, body)), list(dict.fromkeys(texts))


def _value(kind: str, rng: random.Random) -> str:
    if kind == "i" and rng.random() < SMALL:
        return str(rng.randint(0, 3))
    return literal(VALUES[kind](rng))
