"""A measured figure, with what it was measured beside in the same run, and what it is meant to be."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    figure: float
    unit: str
    beside: str = ""  # what it is compared with
    beside_figure: float | None = None
    more_is_better: bool = False
    at_most: float | None = None  # target for the figure
    at_least_times: float | None = None  # target for how many times as good it is as what stands beside it

    @property
    def ratio(self) -> float | None:
        """How many times as good it is as what stands beside it."""
        if self.beside_figure is None:
            return None
        parts = (
            (self.figure, self.beside_figure) if self.more_is_better else (self.beside_figure, self.figure)
        )
        return parts[0] / parts[1]

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.at_most is None and self.at_least_times is None:
            return None
        small = self.at_most is None or self.figure <= self.at_most
        return small and (self.at_least_times is None or self.ratio >= self.at_least_times)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "met": self.met}

    def __str__(self) -> str:
        text = f"{self.what:<60} {self.figure:>9.2f} {self.unit}"
        if self.beside_figure is not None:
            text += f"   {self.beside} {self.beside_figure:.2f} {self.unit}, {self.ratio:.1f} times as good"
        if self.met is not None:
            text += "   target met" if self.met else "   target missed"
        return text


def timed_ms(function: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    begun = clock()
    function()
    return 1000 * (clock() - begun)


def median_ms(function: Callable[[], object], repeat: int = 5) -> float:
    """Median wall time of `function` over `repeat` calls, in milliseconds, after one to warm up."""
    function()
    return statistics.median(timed_ms(function) for _ in range(repeat))


def beside_ms(
    one: Callable[[], object],
    other: Callable[[], object],
    repeat: int = 5,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[float, float]:
    """Median times of both, called in turn, so that a machine that gets busy slows both.

    Wall time, or that of another clock: `time.process_time` leaves out what other processes took.
    """
    one(), other()
    pairs = [(timed_ms(one, clock), timed_ms(other, clock)) for _ in range(repeat)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
