"""Plain lines: what an expression comes to, of literals, or of names that were given a value further up.

    text = write_plain(random.Random(7))     # "assert 7 + 5 == 12\\nlow = 3\\nassert (low < 7) is True\\n..."

A frame after `total += x` asks for three things: the latest values, their sum, and where it goes. The sum by
itself takes a model of this size more than a hundred thousand examples, and one that knows `7 + 5` does not
therefore know `a + b` (`docs/training-log.md`). Such a line gives an example in eight tokens, where a frame
takes thirty. So source documents hold some, for both twins.

A frame asks for what an expression came to a few tokens after it, beside the name that it went to, and a
model that answers `assert 7 + 5 ==` may well not know it there. So many are told that way (`total = low + 5`,
and `assert total == 8` below), and now and then a comparison decides which value a name gets.

In a frame values stand in an object, of names that have not changed `..`, and the latest one has to be found
further up. So in some documents they are told in just these words:

    given({"low": "3", "step": "5"})
    total = low + step
    given({"low": "..", "step": "..", "total": "8"})
    assert (total < low) is False
"""

from __future__ import annotations

import ast
import contextlib
import copy
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cwm_demo.train.drills.writer import VALUES, Writer, rules
from cwm_demo.train.generate import names
from cwm_demo.train.generate.values import literal

SECTIONS = {"sums": 50, "comparisons": 22, "conditions": 8, "statements": 20}  # in so many of the lines
LINES = (10, 30)  # of a document, and up to four more
LONGEST = 60  # characters of a value
NARROW = 0.5  # of the integers: one digit
NAMED = 0.8  # of the documents: with names
AGAIN = 0.2  # of their lines give a name a value
READ = 0.7  # of what could be a name is one
TOLD = 0.5  # of the expressions of a document with names go to a name, whose value is told on the next line
CHOSEN = 0.15  # of what is told is the outcome of an `if`
FRAMED = 0.5  # of the documents with names tell values as a frame does
GIVEN = {"i": 75, "l": 17, "s": 8}  # weights of the types of names
MOST = {"i": 5, "l": 2, "s": 1, "b": 1}  # names of a type
FEW = {"i": 3, "l": 1, "s": 1, "b": 1}  # where all of them are told again and again
KINDS = {letter for kind in VALUES for letter in (kind, kind.upper())}


@dataclass
class Literals(Writer):
    """A writer whose scope holds values in place of names, or names that have one."""

    values: dict[str, object] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=lambda: MOST)

    def given(self) -> str:
        """A line that gives a name a value: a new name, or one that has had another value."""
        kind = self.rng.choices(list(GIVEN), list(GIVEN.values()))[0]
        text = self._literal(kind)
        return f"{self.named(kind, ast.literal_eval(text))} = {text}"

    def named(self, kind: str, value: object) -> str:
        """A name that has `value` from now on."""
        known = self.scope.setdefault(kind, [])
        if len(known) < self.most[kind]:
            known.append(names.fresh(self.rng, None, self.taken))
            name = known[-1]
        else:
            name = self.rng.choice(known)
        self.values[name] = value
        return name

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
    """A document of some 10 to 30 lines: asserts, all of which hold, and what the names in them were given.

    The same state of `rng` gives the same one.
    """
    wanted, lines, writer = rng.randint(*LINES), [], Literals(rng)
    named = rng.random() < NAMED
    if named and rng.random() < FRAMED:
        writer.most = FEW
        return "\n".join(_framed(writer, wanted)) + "\n"
    while len(lines) < wanted:
        if named and (len(lines) < 2 or rng.random() < AGAIN):
            lines.append(writer.given())
        elif named and rng.random() < TOLD:
            lines += _chosen(writer) if rng.random() < CHOSEN else _told(writer)
        else:
            lines += _asserted(writer)
    return "\n".join(lines) + "\n"


def _framed(writer: Literals, wanted: int) -> list[str]:
    """Lines about names whose values are told as a frame tells them, each time that one has changed."""
    rng, lines = writer.rng, []
    while len(lines) < wanted:
        before = {name: repr(value) for name, value in writer.values.items()}
        if not before or rng.random() < AGAIN:
            written = []
            for _ in range(rng.choice((1, 1, 2) if before else (2, 3))):
                writer.given()
        elif rng.random() < TOLD:
            told = _chosen(writer) if rng.random() < CHOSEN else _told(writer)
            written = told[:-1]  # all but the assert: the state says it
        else:
            written = _asserted(writer)
        lines += written
        after = {name: repr(value) for name, value in writer.values.items()}
        if after != before or (written and not written[-1].startswith("assert")):
            state = {name: ".." if before.get(name) == text else text for name, text in after.items()}
            lines.append(f"given({json.dumps(state, ensure_ascii=False)})")
    return lines


def _asserted(writer: Literals) -> list[str]:
    """An assert of what an expression comes to; none where that tells nothing."""
    expression, value = _expression(writer)
    if value is None:
        return []
    subject = f"({expression})" if isinstance(value, bool) else _operand(expression)
    return [f"assert {subject} {_is(value)}"]


def _told(writer: Literals) -> list[str]:
    """A name is given what an expression comes to, and its value is told."""
    expression, value = _expression(writer)
    kind = _kind(value)
    if kind is None:
        return []
    name = writer.named(kind, value)
    return [f"{name} = {expression}", f"assert {name} {_is(value)}"]


def _chosen(writer: Literals) -> list[str]:
    """A comparison decides which of two values a name is given, and its value is told."""
    texts, weights = _expressions("comparisons")
    comparison = writer._filled(writer.rng.choices(texts, weights)[0])
    held = eval(comparison, dict(writer.values))  # our own rules and values
    values = [writer._choice("", "i", set()) for _ in range(2)]
    value = eval(values[not held], dict(writer.values))
    name = writer.named("i", value)
    return [
        f"if {comparison}:", f"    {name} = {values[0]}", "else:", f"    {name} = {values[1]}",
        f"assert {name} == {literal(value)}",
    ]  # fmt: skip


def _expression(writer: Literals) -> tuple[str, object]:
    """An expression and its value; None as the value where it has none, or none worth telling."""
    section = writer.rng.choices(list(SECTIONS), list(SECTIONS.values()))[0]
    texts, weights = _expressions(section)
    expression = writer._filled(writer.rng.choices(texts, weights)[0])
    after = copy.deepcopy(writer.values)
    # An index beyond the end, a division by zero: such a line tells nothing.
    with contextlib.suppress(ArithmeticError, LookupError, ValueError):
        value = eval(expression, after)  # our own rules and values
        if isinstance(value, bool) or (_tells(expression, value) and section != "conditions"):
            del after["__builtins__"]
            writer.values = after
            return expression, value
    return expression, None


def _is(value: object) -> str:
    return f"is {value}" if isinstance(value, bool) else f"== {literal(value)}"


def _kind(value: object) -> str | None:
    """The letter of a value's type, where a name of that type may be read further down."""
    if isinstance(value, list):
        return "l" if all(type(item) is int for item in value) else None
    return {bool: "b", int: "i", str: "s"}.get(type(value))


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
