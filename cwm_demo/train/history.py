"""How the shipped models were trained, read back from what training left beside them. Needs no torch.

    for run in history(Path("models/cwm")): run.stage, run.tokens, run.curve("loss"), run.scores("frame")

A log (`log.jsonl`) is a line for every few steps, each naming its stage. Every round of a stage counts from
zero, and its rounds are laid end to end here. What is not there, or is no record, is left out: a log may be
read while it is replaced.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Curve = tuple[list[float], list[float]]  # tokens, values


@dataclass(frozen=True, slots=True)
class Run:
    """One stage of one model. The records' `tokens` and `seconds` count on through all rounds."""

    stage: str
    records: tuple[dict[str, Any], ...]
    rounds: tuple[int, ...]  # tokens at which a further round began

    @property
    def tokens(self) -> int:
        return int(self.records[-1]["tokens"])

    @property
    def seconds(self) -> float:
        return float(self.records[-1]["seconds"])

    def curve(self, key: str) -> Curve:
        """A training loss (`loss`, `source_loss`, `trace_loss`) against tokens."""
        found = [(record["tokens"], record[key]) for record in self.records if key in record]
        return [tokens for tokens, _ in found], [value for _, value in found]

    def scores(self, key: str) -> Curve:
        """A validation score (`frame`, `state`, `action`, or a loss) against tokens."""
        found = [
            (record["tokens"], record["valid"][key])
            for record in self.records
            if key in record.get("valid", {})
        ]
        return [tokens for tokens, _ in found], [value for _, value in found]


def history(folder: Path) -> list[Run]:
    """The stages in the log of a checkpoint, in the order in which they were run; [] without a log."""
    try:
        lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    stages: dict[str, list[dict[str, Any]]] = {}
    for record in filter(None, map(_record, lines)):
        stages.setdefault(record["stage"], []).append(record)
    return [_run(stage, records) for stage, records in stages.items()]


def training(folder: Path) -> dict[str, Any]:
    """What `training.json` says; {} where there is none."""
    try:
        found = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one round of a stage took."""

    stage: str  # "pretrain", or the twin's name
    round: int
    tokens: int
    steps: int
    seconds: float
    command: str | None  # that wrote the checkpoint; None of pre-training


def costs(folder: Path) -> list[Cost]:
    """The rounds that made a checkpoint, by its `training.json`: pre-training, mid-training, and on."""
    last = training(folder)
    if not last:
        return []
    rounds = [*last.get("rounds_before", []), last]
    begun = (rounds[0].get("start") or {}).get("progress")
    found = [_cost("pretrain", 1, begun, None)] if begun else []
    for number, record in enumerate(rounds, 1):
        found.append(_cost(record["stage"]["name"], number, record["progress"], record.get("command")))
    for record in last.get("further", []):
        spent = record["cost"]
        progress = {"tokens": spent["tokens"], "step": spent["steps"], "seconds": spent["seconds"]}
        found.append(_cost(record["stage"], 1, progress, record.get("command")))
    return found


def _cost(stage: str, number: int, progress: dict[str, Any], command: str | None) -> Cost:
    return Cost(stage, number, progress["tokens"], progress["step"], progress["seconds"], command)


def smoothed(curve: Curve, points: int = 200) -> Curve:
    """Means of neighbours, so that at most `points` are drawn: a loss jumps from batch to batch."""
    tokens, values = curve
    width = -(-len(tokens) // points)
    if width <= 1:
        return curve
    parts = [slice(at, at + width) for at in range(0, len(tokens), width)]
    return [_mean(tokens[part]) for part in parts], [_mean(values[part]) for part in parts]


def _run(stage: str, records: list[dict[str, Any]]) -> Run:
    laid, rounds = [], []
    before = {"tokens": 0, "seconds": 0.0}
    at = {"tokens": 0, "seconds": 0.0}
    number = records[0].get("round", 1)
    for record in records:
        if record["tokens"] < at["tokens"] or record.get("round", 1) != number:
            before = {key: before[key] + at[key] for key in before}
            rounds.append(int(before["tokens"]))
            number = record.get("round", 1)
        at = {key: record[key] for key in before}
        laid.append(record | {key: before[key] + record[key] for key in before})
    return Run(stage, tuple(laid), tuple(rounds))


def _record(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    whole = isinstance(found, dict) and {"stage", "tokens", "seconds"} <= found.keys()
    return found if whole else None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
