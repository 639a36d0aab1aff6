"""One program's author: tastes, and the pieces that every kind of program is made of."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from cwm_demo.train.generate import names, values
from cwm_demo.train.generate.blocks import Lines, indent
from cwm_demo.train.generate.expressions import Expressions
from cwm_demo.train.generate.scope import STRATA, Scope
from cwm_demo.train.generate.statements import Statements
from cwm_demo.train.generate.style import Style
from cwm_demo.train.generate.types import BOOL, INT, STR, Type, random_type

Program = tuple[Lines, list[str]]  # lines of source, and call expressions


@dataclass
class Parameters:
    """Of one function: what they are called, their types, and which of them set how long it runs."""

    names: list[str]
    types: list[Type]
    small: list[bool]
    defaults: list[str | None]

    @classmethod
    def none(cls) -> Parameters:
        return cls([], [], [], [])

    @property
    def small_positions(self) -> frozenset[int]:
        return frozenset(index for index, small in enumerate(self.small) if small)

    def written(self, annotated: bool) -> str:
        parts = []
        for name, type_, default in zip(self.names, self.types, self.defaults):
            text = f"{name}: {type_}" if annotated else name
            if default is not None:
                text += f" = {default}" if annotated else f"={default}"
            parts.append(text)
        return ", ".join(parts)


@dataclass
class Author:
    rng: random.Random
    stratum_name: str
    calls: int  # calls wanted for each program
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.stratum = STRATA[self.stratum_name]
        self.style = Style.random(self.rng)
        self.write = Expressions(self.rng, self.stratum, self.style)
        self.statements = Statements(self.rng, self.write)
        self.annotated = self.rng.random() < 0.07
        self.double_calls = self.rng.random() < 0.2

    def parameters(self, least: int = 1, most: int = 3, wanted: tuple[Type, ...] = ()) -> Parameters:
        rng = self.rng
        count = rng.choices((1, 2, 3), (50, 38, 12))[0]
        types = list(wanted)
        while len(types) < max(least, min(count, most)):
            types.append(random_type(rng, self.stratum.type_nesting))
        found = [names.fresh(rng, type_, self.taken) for type_ in types]
        small = [type_ == INT and rng.random() < 0.4 for type_ in types]
        defaults: list[str | None] = [None] * len(types)
        if len(types) > 1 and types[-1].name in ("int", "str", "bool") and rng.random() < 0.08:
            defaults[-1] = values.literal(values.random_value(rng, types[-1]), self.style.double_quotes)
        return Parameters(found, types, small, defaults)

    def argument(self, type_: Type, small: bool) -> str:
        if small:
            value: object = self.rng.choices((0, 1, 2, 3, 4, 5, -1, 6), (5, 10, 20, 28, 18, 9, 4, 6))[0]
        else:
            value = self.write.value(type_)
        return values.literal(value, self.double_calls)

    def arguments(self, parameters: Parameters) -> str:
        texts = []
        keyword = self.rng.random() < 0.04
        for name, type_, small, default in zip(
            parameters.names, parameters.types, parameters.small, parameters.defaults
        ):
            if default is not None and self.rng.random() < 0.5:
                continue
            text = self.argument(type_, small)
            texts.append(f"{name}={text}" if keyword else text)
        return ", ".join(texts)

    def inner_arguments(self, parameters: Parameters, scope: Scope) -> str:
        """Arguments of a call within the program."""
        return ", ".join(
            str(self.rng.randint(0, 4)) if small else self.write.expression(type_, scope, 1).text
            for type_, small in zip(parameters.types, parameters.small)
        )

    def driver(self, name: str, parameters: Parameters, body: Lines) -> Program:
        """A function of this body, and calls of it."""
        calls = [f"{name}({self.arguments(parameters)})" for _ in range(self.calls)]
        return [f"def {name}({parameters.written(self.annotated)}):", *indent(body)], calls

    def budget(self) -> int:
        return self.rng.randint(*self.stratum.statements)

    def result(self, parameters: Parameters) -> Type | None:
        rng = self.rng
        if rng.random() < 0.06:
            return None
        if rng.random() < 0.55:
            return rng.choice(parameters.types) if rng.random() < 0.6 else rng.choice((INT, INT, STR, BOOL))
        return random_type(rng, self.stratum.type_nesting)

    def function(
        self,
        name: str,
        parameters: Parameters,
        result: Type | None,
        budget: int,
        scope: Scope,
        first: str = "",
        entry: bool = False,
    ) -> Lines:
        """`def`, body and return. `scope` is what is around it, `first` a parameter before all others.

        An entry may return something else than `result`: nothing in the program asks for it.
        """
        rng = self.rng
        inner = scope.block(result=result, small=set(), in_loop=False)
        for parameter, type_, small in zip(parameters.names, parameters.types, parameters.small):
            inner.define(parameter, type_)
            if small:
                inner.small.add(parameter)
        body = self.statements.block(inner, budget, self.stratum.nesting)
        ends = body and body[-1].split(" ")[0] in ("return", "raise")
        if result is not None and not ends:
            final = self.statements.final if entry and not self.annotated else self.statements.returned
            body.append(f"return {final(inner)}")
        arrow = f" -> {result or 'None'}" if self.annotated else ""
        written = parameters.written(self.annotated)
        if first:
            written = f"{first}, {written}" if written else first
        if rng.random() < 0.03:
            body.insert(0, f'"""{name.replace("_", " ").capitalize()}."""')
        if rng.random() < 0.03:
            body.insert(
                rng.randrange(len(body)),
                "# " + rng.choice(("done", "start", "next", "TODO", "check", "loop")),
            )
        return [f"def {name}({written}){arrow}:", *indent(_comments_in_place(body))]

    def top(self) -> Scope:
        """An empty scope for a function or the module."""
        return Scope(self.rng, taken=self.taken)


def _comments_in_place(body: Lines) -> Lines:
    """A comment takes the indentation of the line that it stands before."""
    placed = []
    for index, line in enumerate(body):
        if line.startswith("# ") and index + 1 < len(body):
            following = body[index + 1]
            line = following[: len(following) - len(following.lstrip())] + line
        placed.append(line)
    return placed
