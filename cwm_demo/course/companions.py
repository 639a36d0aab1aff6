"""The four companion decks as data: what each asks, and our models seen from there.

load_decks()["02"].asks
recommended("quick").deck          # "02"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from cwm_demo.course.chapters import COURSE


@dataclass(frozen=True, slots=True)
class Deck:
    number: str
    title: str
    source: str  # key in sources.toml
    asks: str
    about: str  # Markdown, with citations; so is what follows
    play: str  # what there is to play with in it
    seen: str
    take: str


@dataclass(frozen=True, slots=True)
class Need:
    key: str
    text: str
    deck: str  # number of a deck; "03" is the one that this course follows
    why: str


@cache
def load_decks() -> Mapping[str, Deck]:
    """By number, in order."""
    return MappingProxyType({entry["number"]: Deck(**entry) for entry in _data()["decks"]})


@cache
def load_needs() -> Mapping[str, Need]:
    """What may hurt in somebody's work, by key, in order."""
    return MappingProxyType({entry["key"]: Need(**entry) for entry in _data()["needs"]})


def recommended(key: str | None) -> Need | None:
    """What is said to whoever chose `key`; None without a choice."""
    return load_needs().get(key or "")


def _data() -> dict:
    return tomllib.loads((COURSE / "08-decks.toml").read_text(encoding="utf-8"))
