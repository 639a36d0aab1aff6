"""What one attention head looked at, as it travels from the models' process to a page. Knows no torch."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FULL = 255  # a weight of 1 as a byte: weights are kept in steps of 1/255, and what is less is 0


@dataclass(frozen=True, slots=True)
class AttentionMap:
    """The weights of one head over one trace: row q says where it looked when token q was the last one read,
    which is when token q + 1 was about to be written."""

    tokens: tuple[str, ...]  # text of each token, special ones by their names
    frames: tuple[int, ...]  # index of the first token of each frame
    cut: bool  # the trace has more tokens than were looked at
    layers: int
    heads: int  # in each layer
    layer: int  # from 0
    head: int  # from 0
    marked: Mapping[str, Mapping[int, tuple[int, ...]]]  # habit -> query -> the tokens it should look at
    weights: bytes  # n rows of n, row by row, in steps of 1 / FULL; zero above the diagonal

    def row(self, query: int) -> list[float]:
        """Where the head looked with token `query` as the last one: a weight for each token up to it."""
        begin = query * len(self.tokens)
        return [weight / FULL for weight in self.weights[begin : begin + query + 1]]

    def to_json(self) -> dict[str, Any]:
        data = {name: getattr(self, name) for name in ("cut", "layers", "heads", "layer", "head")}
        packed = base64.b64encode(zlib.compress(self.weights)).decode()
        marked = {habit: list(map(list, rows.items())) for habit, rows in self.marked.items()}
        lists = {"tokens": list(self.tokens), "frames": list(self.frames), "marked": marked}
        return {**data, **lists, "weights": packed}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AttentionMap:
        weights = zlib.decompress(base64.b64decode(data["weights"]))
        marked = {
            habit: {query: tuple(targets) for query, targets in rows}
            for habit, rows in data["marked"].items()
        }
        lists = {"tokens": tuple(data["tokens"]), "frames": tuple(data["frames"]), "marked": marked}
        return cls(**{**data, **lists, "weights": weights})
