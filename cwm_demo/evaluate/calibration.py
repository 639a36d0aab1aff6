"""How far the models' own figures can be trusted: a line's surprise, and a prediction's confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from cwm_demo.evaluate.scores import Score

# Edges of the bins of confidence; narrow at the top, where most predictions lie.
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
QUANTILES = (0.25, 0.5, 0.75, 0.9)


@dataclass(slots=True)
class Reliability:
    """Confidences, and whether they were right. Calibrated: of those at p a share p is right."""

    confidences: list[float] = field(default_factory=list)
    hits: list[bool] = field(default_factory=list)

    def add(self, confidence: float, hit: bool) -> None:
        self.confidences.append(confidence)
        self.hits.append(hit)

    def to_json(self) -> dict[str, Any]:
        """The bins that hold something; `error` is the expected calibration error over them."""
        confidences, hits = np.array(self.confidences), np.array(self.hits, bool)
        bins, error = [], 0.0
        places = np.clip(np.searchsorted(EDGES, confidences, side="right") - 1, 0, len(EDGES) - 2)
        for place, (low, high) in enumerate(pairwise(EDGES)):
            inside = places == place
            if not inside.any():
                continue
            said, right = float(confidences[inside].mean()), Score(int(hits[inside].sum()), int(inside.sum()))
            error += right.n / len(hits) * abs(said - right.hits / right.n)
            bins.append({"from": low, "to": high, "confidence": round(said, 4), "right": right.to_json()})
        total = Score(int(hits.sum()), len(hits)).to_json()
        return {"n": len(hits), "right": total, "error": round(error, 4) if bins else None, "bins": bins}


def levels(bits: Sequence[float], thresholds: Sequence[float], names: Sequence[str]) -> dict[str, Any]:
    """What share of lines falls below, between and at or above the thresholds, and the quantiles."""
    place = np.searchsorted(thresholds, bits, side="right")
    shares = {name: Score(int((place == i).sum()), len(bits)).to_json() for i, name in enumerate(names)}
    quantiles = np.quantile(bits, QUANTILES) if len(bits) else []
    return {
        "n": len(bits),
        "shares": shares,
        "quantiles": {str(q): round(float(value), 2) for q, value in zip(QUANTILES, quantiles)},
    }
