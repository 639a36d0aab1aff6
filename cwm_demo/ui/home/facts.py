"""How big the models are and how good: read from the files that training and evaluation wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cwm_demo.ui.figures import measured

CWM_PARAMETERS = 32_000_000_000  # facebook/cwm, by its model card

TRAINING = "models/cwm/training.json"
CATALOGUE = "assets/results/catalogue.json"
BUGS = "assets/results/bugs.json"


@dataclass(frozen=True, slots=True)
class Fact:
    figure: str
    words: str
    line: str  # who measured it and when, or which command does


def facts() -> list[Fact]:
    return [
        _size(),
        _share(
            "replay",
            "state_exact",
            "steps have all values right, step by step: the world model on our own programs.",
        ),
        _share(
            "imagine",
            "output_pass",
            "runs end with the right result when it writes them on its own, uncorrected.",
        ),
        _caught(),
    ]


def _size() -> Fact:
    found = measured(TRAINING, "python -m cwm_demo train")
    parameters = _number(found.data, "parameters")
    if not parameters:
        return Fact("–", "parameters of each model", found.line)
    tokens = _number(found.data, "progress", "tokens")
    read = f", and {_millions(tokens)} million tokens read in mid-training" if tokens else ""
    words = (
        f"parameters each{read}. CWM, the model of the paper, has 32 billion: "
        f"{_rounded(CWM_PARAMETERS / parameters):,} times as many. Same idea, not same skill."
    )
    return Fact(f"{_millions(parameters)} million", words, found.line)


def _share(mode: str, metric: str, words: str) -> Fact:
    """A share of the catalogue's steps or runs."""
    found = measured(CATALOGUE, "make results")
    share, count = _number(found.data, mode, metric, "value"), _number(found.data, mode, metric, "n")
    return Fact(_percent(share), f"of {_count(count)}{words}", found.line)


def _caught() -> Fact:
    found = measured(BUGS, "python -m cwm_demo check")
    caught, bugs = _number(found.data, "all", "caught"), _number(found.data, "all", "bugs")
    slips = _number(found.data, "all", "slips_per_clean_step", "value")
    if caught is None or not bugs:
        return Fact("–", "of the bugs are caught where they first matter.", found.line)
    false = f" Before that, it slips in {_percent(slips)} of the steps." if slips else ""
    return Fact(f"{caught:.0f} of {bugs:.0f}", f"bugs caught where they first matter.{false}", found.line)


def _number(data: Mapping[str, Any] | None, *keys: str) -> float | None:
    """The number at a path in a result, None where the file hasn't got it."""
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, (int, float)) else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def _count(count: float | None) -> str:
    return "" if count is None else f"{count:,.0f} "


def _millions(count: float) -> str:
    return f"{count / 1e6:.1f}" if count < 1e8 else f"{count / 1e6:,.0f}"


def _rounded(number: float) -> int:
    """To two figures that mean something: 31,322 to 31,000."""
    return int(float(f"{number:.1e}"))
