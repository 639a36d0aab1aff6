"""Where the corpus takes its programs from, and in which shares."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace

from cwm_demo.train import mbpp
from cwm_demo.train.drills import write_drill
from cwm_demo.train.generate import generate
from cwm_demo.train.idioms import write_idiom
from cwm_demo.train.idioms.rename import estranged
from cwm_demo.train.mutants import mutant

STRATA = ("easy", "medium", "hard", "idioms", "mbpp", "drills")
FAMILIES = ("generated", "idiom", "mutant", "mbpp", "drill")


@dataclass(frozen=True)
class Mix:
    """Shares of the programs."""

    easy: float = 0.13
    medium: float = 0.07
    hard: float = 0.03
    idioms: float = 0.34
    mbpp: float = 0.07
    drills: float = 0.36
    mutants: float = 0.25  # of the idioms
    strange: float = 0.4  # of traced programs, under names that tell nothing; half that of sources


@dataclass(frozen=True)
class Written:
    """A program and calls of it; no call for a module program."""

    source: str
    calls: Sequence[str]
    stratum: str  # of STRATA
    family: str  # of FAMILIES


class Origins:
    def __init__(self, tasks: Sequence[mbpp.Task], mix: Mix) -> None:
        self.tasks, self.mix = tasks, mix
        self._weights = astuple(mix)[: len(STRATA)]

    def write(self, rng: random.Random, calls: int, strange: float) -> Written:
        """One program with up to `calls` calls, under strange names with that probability."""
        written = self._written(rng, calls)
        if rng.random() >= strange:
            return written
        source, texts = estranged(written.source, list(written.calls), rng)
        return replace(written, source=source, calls=texts)

    def _written(self, rng: random.Random, calls: int) -> Written:
        stratum = rng.choices(STRATA, self._weights)[0]
        if stratum == "mbpp":
            task = rng.choice(self.tasks)
            return Written(task.source, mbpp.calls(task, rng, calls), stratum, "mbpp")
        if stratum == "drills":
            source, texts = write_drill(rng, calls)
            return Written(source, texts, stratum, "drill")
        if stratum != "idioms":
            source, texts = generate(rng, stratum, calls)
            return Written(source, texts, stratum, "generated")
        source, texts = write_idiom(rng, calls)
        if rng.random() < self.mix.mutants:
            changed = mutant(source, rng)
            if changed is not None:
                return Written(changed, texts, stratum, "mutant")
        return Written(source, texts, stratum, "idiom")
