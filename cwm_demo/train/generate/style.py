"""The tastes of one program's author."""

from __future__ import annotations

import random
from dataclasses import dataclass

from cwm_demo.train.generate import values
from cwm_demo.train.generate.grammar import EXPRESSIONS, STATEMENTS


@dataclass
class Style:
    """What makes the program of one author unlike that of another."""

    double_quotes: bool
    expression_boost: dict[int, float]  # by index of rule: what this program is about
    statement_boost: dict[int, float]
    keys: dict[str, list[object]]  # keys that dictionaries of this program use, by type

    @classmethod
    def random(cls, rng: random.Random) -> Style:
        return cls(
            double_quotes=rng.random() < 0.25,
            expression_boost={rng.randrange(len(EXPRESSIONS)): 10.0 for _ in range(6)},
            statement_boost={rng.randrange(len(STATEMENTS)): 6.0 for _ in range(4)},
            keys={
                "str": rng.sample(values.WORDS, 3) if rng.random() < 0.6 else list("abc"),
                "int": rng.sample(range(10), 3),
                "float": [0.5, 1.0, 2.5],
                "bool": [True, False],
            },
        )
