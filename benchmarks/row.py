"""A measured figure, with what it was measured beside in the same run."""

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

    @property
    def ratio(self) -> float | None:
        """How many times the other figure is as large."""
        return self.beside_figure / self.figure if self.beside_figure is not None else None

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio}

    def __str__(self) -> str:
        text = f"{self.what:<52} {self.figure:>9.2f} {self.unit}"
        if self.beside_figure is not None:
            text += f"   {self.beside} {self.beside_figure:.2f} {self.unit}, {self.ratio:.1f} times"
        return text


def median_ms(function: Callable[[], object], repeat: int = 5) -> float:
    """Median wall time of `function` over `repeat` calls, in milliseconds, after one to warm up."""
    function()
    times = []
    for _ in range(repeat):
        begun = time.perf_counter()
        function()
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)
