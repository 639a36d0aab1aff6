"""ROC curves of detectors that give a score to each thing: higher means more likely a bug."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

POINTS = 80  # of a curve, at most
REPLICATES = 1_000  # of the bootstrap


@dataclass(slots=True)
class Scored:
    """What a detector gave to bugs and to clean things. A group is drawn as a whole: a program."""

    scores: list[float] = field(default_factory=list)
    bugs: list[bool] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(self, score: float, bug: bool, group: str) -> None:
        self.scores.append(score)
        self.bugs.append(bug)
        self.groups.append(group)

    def to_json(self) -> dict[str, Any]:
        bugs = sum(self.bugs)
        counts = {"bugs": bugs, "clean": len(self.bugs) - bugs}
        if not bugs or bugs == len(self.bugs):
            return {**counts, "area": None, "curve": []}
        return {**counts, "area": area_with_interval(self), "curve": curve(self.scores, self.bugs)}


def area(scores: Sequence[float], bugs: Sequence[bool], weights: np.ndarray | None = None) -> float:
    """Area under the ROC curve: how often a bug scores above a clean thing, ties counting half."""
    _, level = np.unique(np.asarray(scores, float), return_inverse=True)
    return _area(level, np.asarray(bugs, bool), np.ones(len(level)) if weights is None else weights)


def _area(level: np.ndarray, bugs: np.ndarray, weights: np.ndarray) -> float:
    size = level.max() + 1
    bug = np.bincount(level, weights * bugs, size)
    clean = np.bincount(level, weights * ~bugs, size)
    below = clean.cumsum() - clean / 2
    return float((bug * below).sum() / (bug.sum() * clean.sum()))


def area_with_interval(scored: Scored, replicates: int = REPLICATES, seed: int = 0) -> dict[str, float]:
    """The area and its 95 % interval, by a bootstrap over groups: things of one program are alike."""
    _, level = np.unique(np.asarray(scored.scores, float), return_inverse=True)
    bugs = np.asarray(scored.bugs, bool)
    names, group = np.unique(scored.groups, return_inverse=True)
    rng = np.random.default_rng(seed)
    areas = []
    for _ in range(replicates):
        drawn = np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names))
        weights = drawn[group].astype(float)
        if weights[bugs].any() and weights[~bugs].any():
            areas.append(_area(level, bugs, weights))
    low, high = np.quantile(areas, [0.025, 0.975])
    value = _area(level, bugs, np.ones(len(level)))
    return {"value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def curve(
    scores: Sequence[float], bugs: Sequence[bool], points: int = POINTS
) -> list[dict[str, float | None]]:
    """Points of the ROC curve from (0, 0) to (1, 1): share of clean things and of bugs at or above `at`."""
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    sorted_scores, sorted_bugs = np.asarray(scores, float)[order], np.asarray(bugs, bool)[order]
    last = np.append(np.flatnonzero(np.diff(sorted_scores)), len(order) - 1)  # of each run of equal scores
    bug_share = sorted_bugs.cumsum()[last] / sorted_bugs.sum()
    clean_share = (~sorted_bugs).cumsum()[last] / (~sorted_bugs).sum()
    if len(last) > points:
        # Evenly along the curve, so that its steep part keeps its points.
        length = bug_share + clean_share
        kept = np.unique(np.searchsorted(length, np.linspace(length[0], 2, points)).clip(0, len(last) - 1))
        last, bug_share, clean_share = last[kept], bug_share[kept], clean_share[kept]
    found = [{"clean": 0.0, "bugs": 0.0, "at": None}]
    for index, caught, false in zip(last, bug_share, clean_share):
        at = round(float(sorted_scores[index]), 3)
        found.append({"clean": round(float(false), 4), "bugs": round(float(caught), 4), "at": at})
    return found


def threshold(scores: Sequence[float], clean_share: float) -> float:
    """The score that this share of clean things reaches."""
    return float(np.quantile(np.asarray(scores, float), 1 - clean_share))
