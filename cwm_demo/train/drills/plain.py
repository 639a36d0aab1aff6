"""Plain lines: what an expression comes to, of literals, or of names that were given a value further up.

    text = write_plain(random.Random(7))     # "assert 7 + 5 == 12\\nlow = 3\\nassert (low < 7) is True\\n..."

A frame after `total += x` asks for three things: the latest values, their sum, and where it goes. The sum by
itself takes a model of this size more than a hundred thousand examples, and one that knows `7 + 5` does not
therefore know `a + b` (`docs/training-log.md`). Such a line gives an example in eight tokens, where a frame
takes forty. So source documents hold some, for both twins.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import random
from dataclasses import dataclass, field
from functools import lru_cache

from cwm_demo.train.drills.writer import VALUES, Writer, rules
from cwm_demo.train.generate import names
from cwm_demo.train.generate.values import literal

SECTIONS = {"sums": 50, "comparisons": 22, "conditions": 8, "statements": 20}  # in so many of the lines
LINES = (10, 30)  # of a document
LONGEST = 60  # characters of a value
NARROW = 0.5  # of the integers: one digit
NAMED = 0.8  # of the documents: with names
AGAIN = 0.2  # of their lines give a name a value
READ = 0.7  # of what could be a name is one
GIVEN = {"i": 75, "l": 17, "s": 8}  # weights of the types of names
MOST = {"i": 5, "l": 2, "s": 1}  # names of a type
KINDS = {letter for kind in VALUES for letter in (kind, kind.upper())}


@dataclass
class Literals(Writer):
    """A writer whose scope holds values in place of names, or names that have one."""

    values: dict[str, object] = field(default_factory=dict)

    def given(self) -> str:
        """A line that gives a name a value: a new name, or one that has had another value."""
        kind = self.rng.choices(list(GIVEN), list(GIVEN.values()))[0]
        known = self.scope.setdefault(kind, [])
        if len(known) < MOST[kind]:
            known.append(names.fresh(self.rng, None, self.taken))
            name = known[-1]
        else:
            name = self.rng.choice(known)
        text = self._literal(kind)
        self.values[name] = ast.literal_eval(text)
        return f"{name} = {text}"

    def _choice(self, mark: str, kind: str, used: set[str]) -> str:
        if mark or kind not in KINDS:
            return super()._choice(mark, kind, used)
        known = [name for name in self.scope.get(kind.lower(), ()) if name not in used]
        if known and self.rng.random() < (READ if kind != "i" else READ / 2):
            return self.rng.choice(known)
        return self._literal(kind.lower())

    def _literal(self, kind: str) -> str:
        if kind == "i" and self.rng.random() < NARROW:
            return literal(self.rng.randint(0, 9))
        return literal(VALUES[kind](self.rng))


def write_plain(rng: random.Random) -> str:
    """A document of 10 to 30 lines: asserts, all of which hold, and the values of names that some are about.

    The same state of `rng` gives the same one.
    """
    wanted, lines, writer = rng.randint(*LINES), [], Literals(rng)
    named = rng.random() < NAMED
    while len(lines) < wanted:
        if named and (len(lines) < 2 or rng.random() < AGAIN):
            lines.append(writer.given())
            continue
        section = rng.choices(list(SECTIONS), list(SECTIONS.values()))[0]
        texts, weights = _expressions(section)
        expression = writer._filled(rng.choices(texts, weights)[0])
        # An index beyond the end, a division by zero: such a line tells nothing.
        with contextlib.suppress(ArithmeticError, LookupError, ValueError):
            after = copy.deepcopy(writer.values)
            value = eval(expression, after)  # our own rules and values
            if isinstance(value, bool):
                lines.append(f"assert ({expression}) is {value}")
            elif _tells(expression, value) and section != "conditions":
                lines.append(f"assert {_operand(expression)} == {literal(value)}")
            else:
                continue
            del after["__builtins__"]
            writer.values = after
    return "\n".join(lines) + "\n"


def _operand(expression: str) -> str:
    """In brackets what binds less than the `==` that follows."""
    loose = isinstance(ast.parse(expression, mode="eval").body, (ast.IfExp, ast.Tuple))
    return f"({expression})" if loose and not expression.startswith("(") else expression


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
            found[expression] = found.get(expression, 0) + weight
    return list(found), list(found.values())
