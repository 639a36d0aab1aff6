"""Writes a drill: names with their types in scope, and rules whose holes the scope can fill."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from cwm_demo.train.generate import names
from cwm_demo.train.generate.types import Type, parse
from cwm_demo.train.generate.values import LETTERS, PHRASES, WORDS, literal, random_word

TYPES = {
    "i": "int",
    "l": "list[int]",
    "s": "str",
    "w": "list[str]",
    "d": "dict[str,int]",
    "m": "dict[int,int]",
    "g": "dict[int,list[int]]",
    "t": "set[int]",
    "p": "tuple[int,int]",
}
PARAMETERS = {"i": 34, "l": 34, "s": 14, "w": 7, "d": 5, "t": 3, "p": 3}  # weights of their types
TRIES = 1_000  # to find a rule that the scope can fill
EMPTY = 0.15  # of the containers and texts that a call gives
_HOLE = re.compile(
    r"«(?:#(?P<ref>\w)|(?P<low>\d+)\.\.(?P<high>\d+)|(?P<mark>[+=~]?)(?P<kind>[\w?]!?)(?:#(?P<keep>\w))?)»"
)


class _NoName(Exception):
    """The scope has no name of the type that a hole wants."""


@lru_cache(maxsize=1)
def rules() -> dict[str, tuple[list[str], list[float]]]:
    """Texts and weights of each section of `rules.txt`: openings, statements, loops, and expressions."""
    text = (resources.files("cwm_demo.train.drills") / "rules.txt").read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        name, *lines = part.strip().split("\n")
        pairs = [line.split(" ", 1) for line in lines if line]
        found[name] = ([rule for _, rule in pairs], [float(weight) for weight, _ in pairs])
    return found


@dataclass
class Writer:
    """One function while it is written: what is in scope, and what its author is fond of."""

    rng: random.Random
    scope: dict[str, list[str]] = field(default_factory=dict)  # names by the letter of their type
    taken: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)  # loop variables: hardly ever assigned to
    fresh: list[tuple[str, str]] = field(default_factory=list)  # defined by the rule being filled
    about: dict[str, float] = field(default_factory=dict)  # this program's own taste in rules
    own: list[str] = field(default_factory=list)  # rules that call the program's other functions

    def lines(self, budget: int, depth: int, in_loop: bool = False) -> list[str]:
        """Statements of about `budget` lines, nested at most `depth` deep."""
        written: list[str] = []
        while budget > 0:
            draw = self.rng.random()
            if depth and budget >= 2 and draw < (0.15 if in_loop else 0.45):
                part = self.loop(min(budget - 1, self.rng.randint(1, 4)), depth - 1)
            elif depth and budget >= 2 and draw < (0.5 if in_loop else 0.6) and self._knows("ils"):
                part = self._branch(min(budget - 1, self.rng.randint(1, 3)), depth - 1, in_loop)
            else:
                part = [self._fill("statements")]
                self._settle()
            written += part
            budget -= len(part)
        return written

    def open(self, kinds: Sequence[str]) -> list[str]:
        """New names of these types, in scope from now on."""
        opened = [self._choice("+", kind, set()) for kind in kinds]
        self._settle()
        return opened

    def _rules(self, section: str) -> tuple[list[str], list[float]]:
        return rules()[section]

    def _knows(self, letters: str) -> bool:
        """Whether there is a name that a condition could be about."""
        return any(self.scope.get(letter) for letter in letters)

    def loop(self, budget: int, depth: int) -> list[str]:
        """A loop around about `budget` lines, nested at most `depth` deep."""
        before = self._snapshot()
        head, _, step = self._fill("loops").partition(" ; ")
        bound = [name for _, name in self.fresh]
        self.fixed |= set(bound if head.startswith("for") else re.findall(r"\w+", step)[:1])
        self._settle()
        body = self.lines(budget, depth, in_loop=True)
        if step:
            body.insert(0 if "pop" in step and "=" in step else len(body), step)
        self._forget(before)
        return [head, *indented(body)]

    def _branch(self, budget: int, depth: int, in_loop: bool) -> list[str]:
        rng, before = self.rng, self._snapshot()
        written = [f"if {self._fill('conditions')}:"]
        draw = rng.random()
        if draw < 0.1:
            ends = ["return " + self._value()]
            ends += ["continue", "break"] if in_loop else []
            text = rng.choice(PHRASES[:12]) if rng.random() < 0.5 else random_word(rng)
            ends += [f"raise ValueError({text!r})"] if rng.random() < 0.4 else []
            return [*written, "    " + rng.choice(ends)]
        written += indented(self.lines(rng.randint(1, budget), depth, in_loop))
        self._forget(before)
        for word in rng.choice(([], ["else"], ["else"], ["elif"], ["elif", "else"])):
            written.append("else:" if word == "else" else f"elif {self._fill('conditions')}:")
            written += indented(self.lines(rng.randint(1, max(1, budget - 1)), depth, in_loop))
            self._forget(before)
        return written

    def result(self) -> str:
        """The last line: one to three names that are in scope."""
        return "return " + ", ".join(
            self._value() for _ in range(self.rng.choices((1, 2, 3), (78, 17, 5))[0])
        )

    def _value(self) -> str:
        kinds = [kind for kind, known in self.scope.items() if known]
        return self.rng.choice(self.scope[self.rng.choice(kinds)][-3:])

    def _fill(self, section: str) -> str:
        """A rule of a section with its holes filled; what it defines is in `fresh` until `_settle`."""
        texts, weights = self._rules(section)
        for tries in range(TRIES):
            text = self.rng.choices(texts, weights)[0]
            if section == "statements" and self.own and self.rng.random() < 0.25:
                text = self.rng.choice(self.own)
            elif tries < TRIES / 2 and self.rng.random() > self.about.setdefault(
                text, self.rng.choice((0.2, 0.6, 1.0))
            ):
                continue
            self.fresh.clear()
            try:
                return self._filled(text)
            except _NoName:
                continue
        raise _NoName

    def _simple_condition(self) -> str:
        """A condition within another rule: one that holds none itself."""
        texts, weights = rules()["conditions"]
        for _ in range(20):
            text = self.rng.choices(texts, weights)[0]
            if "?" not in text:
                with contextlib.suppress(_NoName):
                    return self._filled(text)
        raise _NoName

    def _filled(self, text: str) -> str:
        kept: dict[str, str] = {}
        seen: set[str] = set()

        def choose(match: re.Match[str]) -> str:
            if match["ref"]:
                return match[0]
            if match["low"]:
                return str(self.rng.randint(int(match["low"]), int(match["high"])))
            # A name twice in one rule tells little: `x > x`.
            avoid = set(kept.values()) | (seen if self.rng.random() < 0.9 else set())
            chosen = self._choice(match["mark"], match["kind"], avoid)
            if not match["mark"]:
                seen.add(chosen)
            if match["keep"]:
                kept[match["keep"]] = chosen
            return chosen

        text = _HOLE.sub(choose, text)
        return _HOLE.sub(lambda match: kept[match["ref"]], text)

    def _choice(self, mark: str, kind: str, used: set[str]) -> str:
        rng = self.rng
        if kind == "?":
            return self._simple_condition()
        if kind == "c":
            return literal(rng.choice("aeiouabcxyz -,1"), double_quotes=rng.random() < 0.6)
        if kind.startswith("q"):
            text = rng.choice(WORDS) if rng.random() < 0.5 else random_word(rng)
            return text if kind == "q!" else literal(text, double_quotes=rng.random() < 0.6)
        letter = kind.lower()
        known = [name for name in self.scope.get(letter, []) if name not in used]
        if mark in ("+", "~") or (mark == "=" and (not known or rng.random() < 0.45)):
            name = names.fresh(rng, _type(letter), self.taken)
            if mark == "~":
                self.taken.discard(name)
            else:
                self.fresh.append((letter, name))
            return name
        if mark == "=":
            open_ = [name for name in known if name not in self.fixed]
            if not open_:
                raise _NoName
            return rng.choice(open_)
        if kind == "i" and (rng.random() < 0.4 or not known):
            return str(rng.randint(0, 5) if rng.random() < 0.7 else rng.randint(0, 20))
        if kind == "s" and rng.random() < 0.12:
            return literal(rng.choice(WORDS))
        if not known:
            raise _NoName
        return rng.choice(known[-2:] if rng.random() < 0.5 else known)  # what came last is used first

    def _settle(self) -> None:
        """What the last rule defined is in scope from now on."""
        for letter, name in self.fresh:
            self.scope.setdefault(letter, []).append(name)
        self.fresh.clear()

    def _snapshot(self) -> dict[str, int]:
        return {letter: len(known) for letter, known in self.scope.items()}

    def _forget(self, before: dict[str, int]) -> None:
        """A name that only a branch or a loop defined may not be there after it."""
        for letter, known in self.scope.items():
            del known[before.get(letter, 0) :]


def write_drill(rng: random.Random, calls: int = 2) -> tuple[str, list[str]]:
    """A program and up to `calls` different calls of it. The same state of `rng` gives the same one."""
    taken: set[str] = set()
    functions, own = [], []
    if rng.random() < 0.2:
        name, kinds, lines = _function(
            rng, taken, rng.choice((("i",), ("i",), ("i", "i"), ("l",), ("s",))), (1, 2, 3), []
        )
        functions.append(lines)
        call = f"{name}({', '.join('«l»' if kind == 'l' else f'«{kind}»' for kind in kinds)})"
        own = [
            f"«=i» = {call}",
            f"«I» += {call}",
            f"«=i» = max(«I», {call})",
            f"«l».append({call})",
            f"print({call})",
        ]
    size = (2, 3, 4, 5, 6, 7, 8, 10)
    name, kinds, lines = _function(rng, taken, _kinds(rng), size, own)
    functions.insert(rng.randint(0, len(functions)), lines)
    texts = [f"{name}({', '.join(_value(kind, rng) for kind in kinds)})" for _ in range(calls)]
    return "\n\n\n".join("\n".join(lines) for lines in functions), list(dict.fromkeys(texts))


def _kinds(rng: random.Random) -> list[str]:
    count = rng.choices((1, 2, 3), (40, 45, 15))[0]
    return rng.choices(list(PARAMETERS), list(PARAMETERS.values()), k=count)


def _function(
    rng: random.Random, taken: set[str], kinds: Sequence[str], sizes: Sequence[int], own: list[str]
) -> tuple[str, Sequence[str], list[str]]:
    """Name, kinds of the parameters, and lines."""
    writer = Writer(rng, taken=set(taken), own=own)
    name = names.function(rng, taken)
    writer.taken.add(name)
    parameters = writer.open(kinds)
    body: list[str] = []
    if max(sizes) > 3:
        for _ in range(rng.choices((0, 1, 2), (35, 45, 20))[0]):
            body.append(writer._fill("openings"))
            writer._settle()
    body += writer.lines(rng.choice(sizes), depth=2)
    if rng.random() < 0.94:
        body.append(writer.result())
    return name, kinds, defined(name, parameters, body)


def defined(name: str, parameters: Sequence[str], body: Sequence[str]) -> list[str]:
    """The lines of a function."""
    return [f"def {name}({', '.join(parameters)}):", *indented(body)]


def _type(letter: str) -> Type:
    return parse(TYPES[letter])


def indented(lines: Sequence[str]) -> list[str]:
    return ["    " + line if line else line for line in lines]


def _int(rng: random.Random) -> int:
    draw = rng.random()
    if draw < 0.62:
        return rng.randint(0, 9)
    return rng.randint(10, 30) if draw < 0.85 else -rng.randint(1, 9) if draw < 0.95 else rng.randint(31, 200)


def _text(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(WORDS) if rng.random() < 0.7 else random_word(rng)
    letters = rng.choice(LETTERS)
    return "".join(rng.choice(letters) for _ in range(rng.randint(1, 5)))


def _some(rng: random.Random, item: Callable[[random.Random], object], most: int = 5) -> list:
    if rng.random() < EMPTY:
        return []
    return [item(rng) for _ in range(min(most, rng.choices((1, 2, 3, 4, 5), (16, 26, 30, 18, 10))[0]))]


VALUES: dict[str, Callable[[random.Random], object]] = {
    "i": lambda rng: 0 if rng.random() < 0.08 else _int(rng),
    "l": lambda rng: _some(rng, _int if rng.random() < 0.6 else lambda rng: rng.randint(0, 4)),
    "s": lambda rng: "" if rng.random() < EMPTY else _text(rng),
    "w": lambda rng: _some(rng, _text, most=3),
    "d": lambda rng: {key: _int(rng) for key in _some(rng, _text, most=3)},
    "m": lambda rng: {key: _int(rng) for key in _some(rng, _int, most=3)},
    "g": lambda rng: {key: _some(rng, _int, most=2) for key in _some(rng, _int, most=2)},
    "t": lambda rng: set(_some(rng, _int, most=4)),
    "p": lambda rng: (_int(rng), _int(rng)),
}


def _value(kind: str, rng: random.Random) -> str:
    return literal(VALUES[kind](rng))
