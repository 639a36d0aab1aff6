"""Proportions with their intervals, and the tables that split them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import sqrt
from typing import Any


@dataclass(slots=True)
class Score:
    """How many of `n` held. JSON: value, n, and the 95 % Wilson interval; value is null when n is 0."""

    hits: int = 0
    n: int = 0

    def add(self, hit: bool, n: int = 1) -> None:
        self.hits += n * bool(hit)
        self.n += n

    def to_json(self) -> dict[str, Any]:
        if self.n == 0:
            return {"value": None, "n": 0, "low": None, "high": None}
        low, high = wilson(self.hits, self.n)
        value = self.hits / self.n
        return {"value": round(value, 4), "n": self.n, "low": round(low, 4), "high": round(high, 4)}


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson 1927): sound near 0 and 1, where ours lie."""
    p = hits / n
    centre = p + z * z / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, (centre - spread) / (1 + z * z / n)), min(1.0, (centre + spread) / (1 + z * z / n))


@dataclass(slots=True)
class Scores:
    """The six metrics of the trace format, each in its mode, of any set of programs; and answers alone."""

    replay: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    imagine: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    direct: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))

    def to_json(self) -> dict[str, Any]:
        return {
            "replay": {name: self.replay[name].to_json() for name in REPLAY},
            "imagine": {name: self.imagine[name].to_json() for name in IMAGINE},
            "direct": {name: self.direct[name].to_json() for name in DIRECT},
        }


REPLAY = ("state_exact", "action_exact", "key_value")
IMAGINE = ("output_pass", "valid_format", "whole_trace")
# Asked for the value without a trace; and what imagine scores on those same programs.
DIRECT = ("output_pass", "imagine_output_pass")
