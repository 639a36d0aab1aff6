"""Reads families of programs from text, and fills what is left open in them.

    == sum_to                      a family
    call: sum_to({n}) | sum_to(0)  alternatives of the call; holes are sampled inputs
    --                             a way to write it; a family has one or more
    def sum_to(n):
        total = «0|start=1..3»     one of these, or an integer of a range; `name=` keeps the choice
        ...                        under a name, and «name» writes it again

Holes of calls: a type (`{list[int]}`), a range (`{0..9}`), or one of the names in `inputs.py`.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from cwm_demo.train.generate.slots import fill
from cwm_demo.train.idioms.inputs import sample

_HOLE = re.compile(r"\{([a-z]\w*(?:\[[\w\[\],]*\])?|-?\d+\.\.\d+)\}")


@dataclass(frozen=True)
class Family:
    name: str
    calls: tuple[str, ...]
    sources: tuple[str, ...]

    def source(self, rng: random.Random) -> str:
        return fill(rng.choice(self.sources), rng)

    def call(self, rng: random.Random) -> str:
        text = rng.choice(self.calls)
        return _HOLE.sub(lambda match: sample(match[1], rng), text)


@lru_cache(maxsize=1)
def families() -> tuple[Family, ...]:
    """All families, in the order of their files."""
    folder = resources.files("cwm_demo.train.idioms") / "families"
    texts = [
        file.read_text(encoding="utf-8") for file in sorted(folder.iterdir(), key=lambda file: file.name)
    ]
    return tuple(family for text in texts for family in read(text))


def read(text: str) -> list[Family]:
    """The families of a file. Raises ValueError on one without a call line or without a source."""
    found = []
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        head, *sources = re.split(r"^--\n", part, flags=re.MULTILINE)
        name, _, calls = head.strip().partition("\n")
        if not calls.startswith("call: ") or not sources:
            raise ValueError(f"family {name!r} needs a line 'call: ...' and a source after '--'")
        found.append(
            Family(
                name.strip(),
                tuple(calls.removeprefix("call: ").strip().split(" | ")),
                tuple(source.strip("\n") for source in sources),
            )
        )
    return found
