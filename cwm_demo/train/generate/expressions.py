"""Writes expressions of a wanted type from the tables of `grammar`, with what the scope offers."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from cwm_demo.train.generate import values
from cwm_demo.train.generate.grammar import EXPRESSIONS, PRECEDENCE, Hole, Rule
from cwm_demo.train.generate.productions import Productions
from cwm_demo.train.generate.scope import Scope, Stratum
from cwm_demo.train.generate.specials import Specials
from cwm_demo.train.generate.style import Style
from cwm_demo.train.generate.text import ATOM, NoFit, Text
from cwm_demo.train.generate.types import (
    BOOL,
    INT,
    Bindings,
    Type,
    is_free,
    random_scalar,
    substitute,
    unify,
)


@cache
def _rules_for(type_: Type) -> tuple[int, ...]:
    """Indices of the rules whose result can be `type_`."""
    return tuple(i for i, rule in enumerate(EXPRESSIONS) if unify(rule.result, type_, {}))


@dataclass
class Expressions:
    rng: random.Random
    stratum: Stratum
    style: Style
    _weights: dict[Type, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.productions = Productions(self.rng, self)
        self.special = Specials(self.rng, self).special

    # The three ways in

    def expression(self, type_: Type, scope: Scope, depth: int | None = None) -> Text:
        """An expression of `type_`. At depth 0 a variable or a literal."""
        depth = self.stratum.depth if depth is None else depth
        rng = self.rng
        leaf = 0.25 if depth == self.stratum.depth else 0.5
        if depth > 0 and rng.random() > leaf:
            indices = _rules_for(type_)
            if indices:
                weights = self._cumulative(type_, indices)
                for _ in range(5):
                    rule = EXPRESSIONS[rng.choices(indices, cum_weights=weights)[0]]
                    bindings: Bindings = {}
                    unify(rule.result, type_, bindings)
                    try:
                        return self._apply(rule, type_, bindings, scope, depth)
                    except NoFit:
                        continue
        return self.leaf(type_, scope)

    def leaf(self, type_: Type, scope: Scope) -> Text:
        candidates = scope.fitting(type_, {})
        likely = 0.9 if type_.args else 0.78
        if candidates and self.rng.random() < likely:
            return Text(scope.pick(candidates))
        numbers = scope.fitting(INT, {}) if type_ == BOOL else []
        if numbers and self.rng.random() < 0.85:
            operator = self.rng.choice((">", "<", "==", "!=", ">=", "<="))
            text = f"{scope.pick(numbers)} {operator} {self.special('near_int', None, scope, 0)}"
            return Text(text, PRECEDENCE["cmp"])
        return Text(self.literal(type_))

    def literal(self, type_: Type, largest: int | None = None) -> str:
        value = values.random_value(
            self.rng, type_, largest or max(3, self.stratum.largest - 2), self.stratum.wide
        )
        return values.literal(value, self.style.double_quotes)

    def value(self, type_: Type) -> object:
        """An input of the program; the keys of its dictionaries are those that the program asks for."""
        if type_.name == "dict" and type_.args[0].name in self.style.keys:
            keys = self.style.keys[type_.args[0].name]
            chosen = self.rng.sample(keys, self.rng.choice((0, 1, 2, 2, 3)) if len(keys) > 2 else 1)
            return {key: self.value(type_.args[1]) for key in chosen}
        return values.random_value(self.rng, type_, self.stratum.largest, self.stratum.wide)

    # Templates

    def _cumulative(self, type_: Type, indices: tuple[int, ...]) -> list[float]:
        if type_ not in self._weights:
            boost, rare = self.style.expression_boost, self.stratum.rare
            self._weights[type_] = list(
                accumulate(
                    EXPRESSIONS[i].weight * rare[EXPRESSIONS[i].stratum] * boost.get(i, 1.0) for i in indices
                )
            )
        return self._weights[type_]

    def _apply(self, rule: Rule, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        if rule.method:
            return getattr(self.productions, rule.method)(type_, bindings, scope, depth)
        text = self.fill(rule.pieces, bindings, scope, depth)
        computes = rule.precedence < ATOM or (text[0].isalpha() and text[-1] == ")")
        if computes and scope.variables and not scope.reads(text) and self.rng.random() < 0.85:
            raise NoFit  # it is always the same
        return Text(text, rule.precedence)

    def fill(self, pieces: tuple[str | Hole, ...], bindings: Bindings, scope: Scope, depth: int) -> str:
        """The text of a template. Raises NoFit when the scope has nothing for one of its holes.

        So it does when two of its expressions are the same name: `x < x` says nothing.
        """
        labels: dict[str, str] = {}
        texts, seen = [], set()
        for piece in pieces:
            text = piece if isinstance(piece, str) else self._fill_hole(piece, bindings, labels, scope, depth)
            if isinstance(piece, Hole) and piece.kind in ("", "@", "!"):
                if text in seen and text in scope.variables:
                    raise NoFit
                seen.add(text)
            texts.append(text)
        return "".join(texts)

    def _fill_hole(
        self, hole: Hole, bindings: Bindings, labels: dict[str, str], scope: Scope, depth: int
    ) -> str:
        if hole.kind == "again":
            return labels[hole.label]
        if hole.kind.startswith("$"):
            of = substitute(hole.type, bindings) if hole.type else None
            return self.special(hole.kind[1:], of, scope, depth)
        if hole.kind in ("@", "!"):
            candidates = scope.fitting(hole.type, bindings, changeable=hole.kind == "!")
            candidates = [name for name in candidates if name not in labels.values()]
            if not candidates:
                raise NoFit
            text = scope.pick(candidates)
            unify(hole.type, scope.variables[text], bindings)
        else:
            type_ = self._concrete(hole.type, bindings, scope)
            if hole.kind == "+":
                text = scope.new(type_)
            else:
                text = self.expression(type_, scope, depth - 1).at_least(hole.precedence)
        if hole.label:
            labels[hole.label] = text
        return text

    def _concrete(self, pattern: Type, bindings: Bindings, scope: Scope) -> Type:
        """`pattern` without free variables: as some variable of the scope has it, or at random."""
        type_ = substitute(pattern, bindings)
        if not is_free(type_):
            return type_
        candidates = scope.fitting(type_, {})
        if candidates and self.rng.random() < 0.7:
            found = scope.variables[scope.pick(candidates)]
            unify(type_, found, bindings)
            return found
        for letter in "ABCP":
            bindings.setdefault(letter, random_scalar(self.rng))
        return substitute(type_, bindings)
