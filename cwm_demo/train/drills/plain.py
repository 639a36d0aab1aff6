"""Plain lines: expressions of literals, with what they come to. Nothing is run through, nothing is looked up.

    text = write_plain(random.Random(7))     # "assert 7 + 5 == 12\\nassert (3 < 7) is True\\n..."

A frame after `total += x` asks for three things: the latest values, their sum, and where it goes. The sum by
itself takes a model of this size more than a hundred thousand examples (`docs/training-log.md`), and such a
line gives one in eight tokens, where a frame takes forty. So source documents hold some, for both twins.
"""

from __future__ import annotations

import contextlib
import random
from functools import lru_cache

from cwm_demo.train.drills.writer import VALUES, Writer, rules
from cwm_demo.train.generate.values import literal

SECTIONS = {"sums": 50, "comparisons": 22, "conditions": 8, "statements": 20}  # in so many of the lines
LINES = (10, 30)  # of a document
LONGEST = 60  # characters of a value
NARROW = 0.5  # of the integers: one digit
KINDS = {letter for kind in VALUES for letter in (kind, kind.upper())}


class Literals(Writer):
    """A writer whose scope holds values in place of names."""

    def _choice(self, mark: str, kind: str, used: set[str]) -> str:
        if mark or kind not in KINDS:
            return super()._choice(mark, kind, used)
        if kind.lower() == "i":
            narrow = kind == "i" or self.rng.random() < NARROW
            return literal(self.rng.randint(0, 9) if narrow else VALUES["i"](self.rng))
        return literal(VALUES[kind.lower()](self.rng))


def write_plain(rng: random.Random) -> str:
    """A document of 10 to 30 asserts, all of which hold. The same state of `rng` gives the same one."""
    wanted, lines = rng.randint(*LINES), []
    while len(lines) < wanted:
        section = rng.choices(list(SECTIONS), list(SECTIONS.values()))[0]
        texts, weights = _expressions(section)
        expression = Literals(rng)._filled(rng.choices(texts, weights)[0])
        # An index beyond the end, a division by zero: such a line tells nothing.
        with contextlib.suppress(ArithmeticError, LookupError, ValueError):
            value = eval(expression, {})  # our own rules, filled with literals
            if isinstance(value, bool):
                lines.append(f"assert ({expression}) is {value}")
            elif _tells(expression, value) and section != "conditions":
                lines.append(f"assert {expression} == {literal(value)}")
    return "\n".join(lines) + "\n"


def _tells(expression: str, value: object) -> bool:
    """Whether the value is short, written in one way, and not what stands there already."""
    return not isinstance(value, set) and len(repr(value)) <= LONGEST and literal(value) != expression


@lru_cache(maxsize=8)
def _expressions(section: str) -> tuple[list[str], list[float]]:
    """The rules of a section that are expressions without names of their own, and their weights."""
    texts, weights = rules()[section]
    found = {}
    for text, weight in zip(texts, weights):
        target, assigned, expression = text.partition(" = ")
        if section != "statements":
            found[text] = weight
        elif assigned and target.startswith("«=") and "," not in target:
            if " if " in expression and not expression.startswith("["):
                expression = f"({expression})"  # it binds less than the `==` that follows
            found[expression] = found.get(expression, 0) + weight
    return list(found), list(found.values())
