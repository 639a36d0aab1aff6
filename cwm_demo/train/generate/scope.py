"""What a place in a program may name: variables with their types, functions, classes."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace

from cwm_demo.train.generate import names
from cwm_demo.train.generate.types import Bindings, Type, unify

_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Stratum:
    """How large programs get. `rare` scales the weights of rules by the stratum that they belong to."""

    name: str
    statements: tuple[int, int]  # of the entry's body, at its top level and below
    depth: int  # of nested expressions
    nesting: int  # of blocks
    type_nesting: int
    largest: int  # items of an input
    wide: float  # how often integers are large or negative
    lines: int  # of a program at most, blank ones not counted
    rare: dict[str, float]


STRATA = {
    "easy": Stratum("easy", (1, 4), 1, 2, 1, 4, 0.75, 16, {"": 1.0, "m": 0.15, "h": 0.05}),
    "medium": Stratum("medium", (3, 8), 2, 2, 2, 5, 1.0, 22, {"": 1.0, "m": 0.6, "h": 0.2}),
    "hard": Stratum("hard", (6, 14), 3, 3, 2, 6, 1.2, 25, {"": 1.0, "m": 1.0, "h": 1.0}),
}


@dataclass(frozen=True, slots=True)
class Function:
    name: str  # as it is called: "total_of", "self.grow"
    parameters: tuple[Type, ...]
    result: Type
    small: frozenset[int] = frozenset()  # parameters that set how long it runs


@dataclass
class Scope:
    rng: random.Random
    variables: dict[str, Type] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)  # not to be changed: loop variables, what is iterated over
    functions: list[Function] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)  # names in use anywhere in the program
    recent: list[str] = field(default_factory=list)  # set lately; they are read more often
    pending: dict[str, Type] = field(default_factory=dict)  # exist from the next statement on
    result: Type | None = None  # what the function around returns
    in_loop: bool = False
    small: set[str] = field(default_factory=set)  # parameters that set how long a loop runs

    def block(self, **changes: object) -> Scope:
        """A scope for an inner block: what it defines is not seen outside."""
        copies = {"variables": dict(self.variables), "fixed": set(self.fixed), "recent": list(self.recent)}
        return replace(self, **(copies | {"pending": {}} | changes))

    def define(self, name: str, type_: Type, fixed: bool = False) -> None:
        self.variables.pop(name, None)
        self.variables[name] = type_
        self.touch(name)
        if fixed:
            self.fixed.add(name)

    def touch(self, name: str) -> None:
        self.recent = [name, *(other for other in self.recent if other != name)][:4]

    def new(self, type_: Type) -> str:
        """A fresh name, which exists once the statement is done (`settle`)."""
        name = names.fresh(self.rng, type_, self.taken)
        self.pending[name] = type_
        return name

    def settle(self) -> None:
        for name, type_ in self.pending.items():
            self.define(name, type_)
        self.pending.clear()

    def fitting(self, pattern: Type, bindings: Bindings, changeable: bool = False) -> list[str]:
        return [
            name
            for name, type_ in self.variables.items()
            if not (changeable and name in self.fixed) and unify(pattern, type_, dict(bindings))
        ]

    def knows(self, name: str) -> bool:
        """Whether `name` is a variable, about to be one, or a function here."""
        functions = (function.name for function in self.functions)
        return name in self.variables or name in self.pending or name in functions

    def reads(self, text: str) -> set[str]:
        """The variables that `text` names, `self` for its attributes."""
        return set(_WORD.findall(text)) & {name.partition(".")[0] for name in self.variables}

    def pick(self, candidates: list[str]) -> str:
        """One of the candidates, those set lately more often."""
        if len(candidates) == 1:
            return candidates[0]
        weights = [4 - self.recent.index(name) + 1 if name in self.recent else 1 for name in candidates]
        return self.rng.choices(candidates, weights)[0]
