"""Our own results on predicting what a call returns, as points beside the number of parameters.

    for point in own_points(): ...      # from every result of `evaluate` in assets/results

Knows no torch. A model's size is read from the record that training left beside it, or from its name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "assets" / "results"
HOWS = {"imagine": "in steps", "direct": "at once"}  # mode of `evaluate` -> how the value was found
_SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)([BM])(?![\w])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Point:
    model: str  # as in the result file
    parameters: float  # in billions
    score: float  # per cent of the programs whose value is right
    low: float  # 95 % interval, per cent
    high: float
    n: int
    how: str  # a value of HOWS
    suite: str
    file: str  # name of the result file


def own_points(results: Path = RESULTS, root: Path = ROOT) -> list[Point]:
    """By size, then suite. Files that are no results of `evaluate`, or of a model of unknown size, are left
    out."""
    found = [point for path in sorted(results.glob("*.json")) for point in _points(path, root)]
    return sorted(found, key=lambda point: (point.parameters, point.suite, point.how))


def _points(path: Path, root: Path) -> Iterator[Point]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if not isinstance(data, dict) or not isinstance(data.get("suite"), str):
        return
    model = str(data.get("model", ""))
    parameters = size_of(model, root)
    for mode, how in HOWS.items():
        score = (data.get(mode) or {}).get("output_pass") or {}
        if parameters and score.get("n"):
            share = {name: 100 * score[name] for name in ("value", "low", "high")}
            yield Point(
                model, parameters, share["value"], share["low"], share["high"], score["n"], how,
                data["suite"], path.name,
            )  # fmt: skip


def size_of(model: str, root: Path = ROOT) -> float | None:
    """Billions of parameters: of a folder by its training record, else by a name such as `Coder-0.5B`."""
    try:
        record: Mapping[str, Any] = json.loads((root / model / "training.json").read_text(encoding="utf-8"))
        return record["parameters"] / 1e9
    except (OSError, ValueError, KeyError, TypeError):
        pass
    found = _SIZE.search(model.replace("-", " ").replace("_", " "))
    return float(found[1]) / (1 if found[2].upper() == "B" else 1_000) if found else None
