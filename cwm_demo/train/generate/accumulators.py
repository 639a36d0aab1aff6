"""How the result of a loop begins and what a turn does to it: most loops of small programs."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from cwm_demo.train.generate.blocks import Lines
from cwm_demo.train.generate.expressions import Expressions
from cwm_demo.train.generate.grammar import PRECEDENCE
from cwm_demo.train.generate.scope import Scope
from cwm_demo.train.generate.types import BOOL, FLOAT, INT, STR, Type, list_of

if TYPE_CHECKING:
    from cwm_demo.train.generate.statements import Statements

# Writes the lines of one turn, ACC for the result, given the scope and the name of the item.
Update = Callable[[Scope, str], Lines]


class Updates:
    """One for each kind of result. `item` is the type of what the loop runs over, `out` of what is kept."""

    def __init__(self, rng: random.Random, write: Expressions, statements: Statements, item: Type) -> None:
        self.rng, self.write, self.statements, self.item = rng, write, statements, item
        self.out = item if rng.random() < 0.7 else rng.choice((INT, STR))

    def add(self, scope: Scope, name: str) -> Lines:
        own = self.item == FLOAT or (self.item == INT and self.rng.random() < 0.6)
        text = name if own else self._expression(INT, scope)
        return [self.rng.choice((f"ACC += {text}", f"ACC += {text}", f"ACC = ACC + {text}"))]

    def count(self, scope: Scope, name: str) -> Lines:
        return [self.rng.choice(("ACC += 1", "ACC += 1", "ACC = ACC + 1"))]

    def product(self, scope: Scope, name: str) -> Lines:
        return [f"ACC *= {name}"]

    def append(self, scope: Scope, name: str) -> Lines:
        return [f"ACC.append({name if self.rng.random() < 0.45 else self._expression(self.out, scope)})"]

    def prepend(self, scope: Scope, name: str) -> Lines:
        return [f"ACC.insert(0, {name})"]

    def concatenate(self, scope: Scope, name: str) -> Lines:
        own = self.item == STR and self.rng.random() < 0.5
        text = name if own else self._expression(STR, scope, PRECEDENCE["mul"])
        return [
            self.rng.choice(
                (f"ACC += {text}", f"ACC += {text}", f"ACC = ACC + {text}", f"ACC = {text} + ACC")
            )
        ]

    def tally(self, scope: Scope, name: str) -> Lines:
        return self.rng.choice(
            (
                [f"ACC[{name}] = ACC.get({name}, 0) + 1"],
                [f"if {name} not in ACC:", f"    ACC[{name}] = 0", f"ACC[{name}] += 1"],
                [f"if {name} in ACC:", f"    ACC[{name}] += 1", "else:", f"    ACC[{name}] = 1"],
            )
        )

    def store(self, scope: Scope, name: str) -> Lines:
        return [f"ACC[{name}] = {self._expression(INT, scope)}"]

    def group(self, scope: Scope, name: str) -> Lines:
        key = f"len({name})" if self.item == STR else f"{name} % {self.rng.choice((2, 3))}"
        return [f"ACC.setdefault({key}, []).append({name})"]

    def best(self, scope: Scope, name: str) -> Lines:
        return [f"if {name} {self.rng.choice('><')} ACC:", f"    ACC = {name}"]

    def see(self, scope: Scope, name: str) -> Lines:
        return [f"ACC.add({name})"]

    def flag(self, scope: Scope, name: str) -> Lines:
        leaves = ["    break"] if self.rng.random() < 0.5 else []
        return [f"if {self.statements.condition(scope)}:", "    ACC = True", *leaves]

    def _expression(self, type_: Type, scope: Scope, least: int = 0) -> str:
        return self.write.expression(type_, scope, 1).at_least(least)


def accumulator(
    rng: random.Random, write: Expressions, statements: Statements, item: Type
) -> tuple[str, Update, Type]:
    """Of a loop over items of this type: first value of its result, what a turn does, the result's type."""
    do = Updates(rng, write, statements, item)
    options: list[tuple[float, str, Update, Type]] = [
        (12, "0", do.add, FLOAT if item == FLOAT else INT),
        (8, "0", do.count, INT),
        (8, '""' if write.style.double_quotes else "''", do.concatenate, STR),
        (14, "[]", do.append, list_of(do.out)),
        (3, "False", do.flag, BOOL),
    ]
    if item == INT:
        options += [(4, "1", do.product, INT), (4, rng.choice(("0", "-1", "100")), do.best, INT)]
    if item == FLOAT:
        options += [(4, "0.0", do.best, FLOAT)]
    if item in (INT, STR):
        options += [
            (9, "{}", do.tally, Type("dict", (item, INT))),
            (3, "{}", do.store, Type("dict", (item, INT))),
            (2, "{}", do.group, Type("dict", (INT, list_of(item)))),
            (4, "set()", do.see, Type("set", (item,))),
            (1.5, "[]", do.prepend, list_of(item)),
        ]
    _, start, update, type_ = rng.choices(options, [option[0] for option in options])[0]
    return start, update, type_
