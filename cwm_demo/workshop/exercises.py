"""The exercises of the workshop: how long each takes, and whether it wants a laptop. Knows no Streamlit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

ASSETS = Path(__file__).parents[2] / "assets" / "workshop"


@dataclass(frozen=True, slots=True)
class Exercise:
    key: str  # in the URL
    time: str
    title: str
    laptop: str  # a sentence
    section: str  # of the chapter's prose


@cache
def load_exercises() -> Mapping[str, Exercise]:
    data = tomllib.loads((ASSETS / "workshop.toml").read_text(encoding="utf-8"))
    exercises = [Exercise(**entry) for entry in data["exercises"]]
    return MappingProxyType({exercise.key: exercise for exercise in exercises})
