"""Buggy programs for the corpus, by the bug injector of `cwm_demo.programs`."""

from __future__ import annotations

import random

from cwm_demo.programs.bugs import mutations


def mutant(source: str, rng: random.Random) -> str | None:
    """`source` with one bug; None when no operator applies."""
    found = mutations(source)
    return rng.choice(found).source if found else None
