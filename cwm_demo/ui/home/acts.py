"""The demonstration's acts and scenes as data (assets/home/acts.toml). Knows no Streamlit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from cwm_demo.rollout.step import Mode, Read
from cwm_demo.ui.url import Place

ACTS = Path(__file__).parents[3] / "assets" / "home" / "acts.toml"
LAST = -1  # as a step: the last one

Judge = Literal["step", "run", "own", "opened"]


@dataclass(frozen=True, slots=True)
class Scene:
    act: int  # from 0
    judge: Judge  # what the outcome is about
    program: str
    bug: str | None
    read: Read
    mode: Mode
    step: int  # from 0, or LAST
    words: str
    go: str  # the button that leads on
    outcomes: Mapping[str, str]

    @property
    def covered(self) -> bool:
        """Whether Python's run is not shown yet."""
        return self.judge == "own"

    def place(self, last: int) -> Place:
        """The same on the stepper, for a run whose last step is `last`."""
        return Place(
            program=self.program,
            bug=self.bug,
            read=self.read,
            mode=self.mode,
            step=last if self.step == LAST else self.step,
            cover={"own": "on", "opened": "open"}.get(self.judge, "off"),
        )


@dataclass(frozen=True, slots=True)
class Act:
    title: str
    question: str
    first: int  # its first scene


@cache
def load_acts() -> tuple[tuple[Act, ...], tuple[Scene, ...]]:
    """The acts, and the scenes of all acts in order."""
    data = tomllib.loads(ACTS.read_text(encoding="utf-8"))
    acts: list[Act] = []
    scenes: list[Scene] = []
    for number, act in enumerate(data["acts"]):
        acts.append(Act(act["title"], act["question"], len(scenes)))
        for entry in act["scenes"]:
            bug = act.get("bug", data["bug"]) if entry.pop("bug", True) else None
            step = entry.pop("step")
            step = LAST if step == "last" else step - 1
            program = act.get("program", data["program"])
            scenes.append(Scene(act=number, program=program, bug=bug, step=step, **entry))
    return tuple(acts), tuple(scenes)
