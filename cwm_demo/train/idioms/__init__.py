"""Classical small algorithms as people write them: templates, varied in names, style and constants.

    source, calls = write_idiom(random.Random(7), calls=2)

The families are in `families/*.txt`; `template` says how they are written.
"""

from __future__ import annotations

import ast
import random

from cwm_demo.train.idioms.rename import restyled
from cwm_demo.train.idioms.template import Family, families

__all__ = ["families", "write_family", "write_idiom"]


def write_idiom(rng: random.Random, calls: int = 2) -> tuple[str, list[str]]:
    """A program of a random family and up to `calls` different calls of it."""
    return write_family(rng.choice(families()), rng, calls)


def write_family(family: Family, rng: random.Random, calls: int = 2) -> tuple[str, list[str]]:
    """A program of this family; half of the time people's own names and habits are put over it."""
    source = family.source(rng)
    texts = [_consumed(text, source) for text in dict.fromkeys(family.call(rng) for _ in range(calls))]
    return restyled(source, texts, rng)


def _consumed(call: str, source: str) -> str:
    """A generator needs someone who asks for its items."""
    name = call.partition("(")[0]
    for node in ast.parse(source).body:
        called = isinstance(node, ast.FunctionDef) and node.name == name
        if called and any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in ast.walk(node)):
            return f"list({call})"
    return call
