"""Texts with slots: `«a|b»` is one of its options, `«2..9»` an integer of a range.

`«k=2..9»` keeps its choice, and `«k»` writes it again. An option may hold slots of its own, and lines.
"""

from __future__ import annotations

import random
import re

_SLOT = re.compile(r"«([^«»]*)»")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)$")
_NAMED = re.compile(r"([a-z]\w*)=(?!=)(.*)", re.DOTALL)


def fill(text: str, rng: random.Random) -> str:
    """`text` with its slots chosen, inner ones first."""
    kept: dict[str, str] = {}

    def choose(match: re.Match[str]) -> str:
        slot = match[1]
        if slot in kept:
            return kept[slot]
        named = _NAMED.match(slot)
        name, options = (named[1], named[2]) if named else (None, slot)
        option = rng.choice(options.split("|"))
        bounds = _RANGE.match(option)
        if bounds:
            option = str(rng.randint(int(bounds[1]), int(bounds[2])))
        if name:
            kept[name] = option
        return option

    while _SLOT.search(text):
        text = _SLOT.sub(choose, text)
    return text
