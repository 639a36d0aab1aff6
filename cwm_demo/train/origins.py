"""Where the corpus takes its programs from, and in which shares."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields, replace

from cwm_demo.train import mbpp
from cwm_demo.train.drills import (
    write_calls,
    write_choices,
    write_drill,
    write_parts,
    write_plain,
    write_several,
    write_sums,
)
from cwm_demo.train.generate import generate
from cwm_demo.train.idioms import write_idiom
from cwm_demo.train.idioms.rename import estranged
from cwm_demo.train.mutants import mutant

PROGRAMS = (
    "easy",
    "medium",
    "hard",
    "idioms",
    "mbpp",
    "drills",
    "sums",
    "choices",
    "parts",
    "calls",
    "several",
)
DRILLS = {
    "drills": write_drill,
    "sums": write_sums,
    "choices": write_choices,
    "parts": write_parts,
    "calls": write_calls,
    "several": write_several,
}
PROGRAMS = ("easy", "medium", "hard", "idioms", "mbpp", *DRILLS)
STRATA = (*PROGRAMS, "plain")
FAMILIES = ("generated", "idiom", "mutant", "mbpp", "drill", "plain")


@dataclass(frozen=True)
class Mix:
    """Shares of the programs by kind, relative to their sum, and shares of what the comments name."""

    easy: float = 0.1
    medium: float = 0.04
    hard: float = 0.03
    idioms: float = 0.23
    mbpp: float = 0.05
    drills: float = 0.12
    sums: float = 0.11
    choices: float = 0.1
    parts: float = 0.09
    calls: float = 0.08
    several: float = 0.05
    plain: float = 0.35  # of the source documents: lines that are no program
    mutants: float = 0.25  # of the idioms
    strange: float = 0.4  # of traced programs, under names that tell nothing; half that of sources

    def but(self, shares: Sequence[str]) -> Mix:
        """With other shares: ["sums=0.5", "plain=0.4"]. Raises ValueError, which says what was wrong."""
        known = [each.name for each in fields(self)]
        changes = {}
        for text in shares:
            name, _, number = text.partition("=")
            if name not in known:
                raise ValueError(f"there is no share {name!r}; there are {', '.join(known)}")
            with contextlib.suppress(ValueError):
                if 0 <= (share := float(number)) <= 1:
                    changes[name] = share
                    continue
            raise ValueError(f"{text}: a share is a number from 0 to 1, as in {name}=0.5")
        changed = replace(self, **changes)
        if not any(getattr(changed, name) for name in PROGRAMS):
            raise ValueError("every kind of programs has a share of zero: nothing is left to write")
        return changed


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
        self._weights = astuple(mix)[: len(PROGRAMS)]

    def write(self, rng: random.Random, calls: int, strange: float, plain: float = 0.0) -> Written:
        """One program with up to `calls` calls, under strange names with that probability; or plain lines."""
        if plain and rng.random() < plain:
            return Written(write_plain(rng), [], "plain", "plain")
        written = self._written(rng, calls)
        if rng.random() >= strange:
            return written
        source, texts = estranged(written.source, list(written.calls), rng)
        return replace(written, source=source, calls=texts)

    def _written(self, rng: random.Random, calls: int) -> Written:
        stratum = rng.choices(PROGRAMS, self._weights)[0]
        if stratum == "mbpp":
            task = rng.choice(self.tasks)
            return Written(task.source, mbpp.calls(task, rng, calls), stratum, "mbpp")
        if stratum in DRILLS:
            source, texts = DRILLS[stratum](rng, calls)
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
