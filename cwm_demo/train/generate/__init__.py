"""A random generator of small, typed Python programs with sampled calls.

    from cwm_demo.train.generate import generate
    source, calls = generate(random.Random(7), "easy")

Types are known while a program is written, so most programs run; some run into an error, as they should.
Not covered: async, decorators, inheritance, imports beyond `contextlib.suppress`.
"""

from __future__ import annotations

import random
from typing import Literal

from cwm_demo.train.generate.author import Author
from cwm_demo.train.generate.programs import program, random_shape
from cwm_demo.train.generate.scope import STRATA
from cwm_demo.train.generate.sense import is_sensible
from cwm_demo.train.generate.text import NoFit

StratumName = Literal["easy", "medium", "hard"]

__all__ = ["STRATA", "StratumName", "generate"]


def generate(rng: random.Random, stratum: StratumName, calls: int = 2) -> tuple[str, list[str]]:
    """A program and up to `calls` different call expressions; no call at all for a module program.

    The same state of `rng` gives the same program. Strata: "easy", "medium", "hard".
    """
    shape = random_shape(rng, stratum)
    while True:
        try:
            source, texts = program(Author(rng, stratum, calls), shape)
            sensible = is_sensible(source)
        except (NoFit, SyntaxError):  # the writer went where the scope, or Python, does not follow
            continue
        fits = sum(map(bool, source.split("\n"))) <= STRATA[stratum].lines
        if fits and (sensible or rng.random() < 0.02):
            return source, texts
