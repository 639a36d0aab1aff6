"""What a model said, and what a predictor is. Knows frames, not torch: pages and tests import this."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cwm_demo.trace.frame import Frame

BEYOND_REACH = "beyond the model's reach"  # the problem of a frame that doesn't fit the model's context


@dataclass(frozen=True, slots=True)
class Prediction:
    """One predicted frame, decoded freely from its start, as greedy decoding wrote it."""

    text: str  # verbatim, special tokens by their names
    probability: float  # its own confidence: product of the chosen tokens' probabilities
    frame: Frame | None = None  # None when the model ended the trace here, or wrote nothing readable
    ended: bool = False  # the model wrote the end of the trace
    problem: str | None = None  # why it can't be read, or why there is none ("beyond the model's reach")
    tokens: tuple[tuple[str, float], ...] = ()  # (text, probability) of each token

    @property
    def asked(self) -> bool:
        """Whether the model could be asked at all; if not, there is nothing to judge."""
        return self.problem != BEYOND_REACH

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "probability": self.probability,
            "frame": self.frame.to_json() if self.frame else None,
            "ended": self.ended,
            "problem": self.problem,
            "tokens": [list(pair) for pair in self.tokens],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Prediction:
        return cls(
            text=data["text"],
            probability=data["probability"],
            frame=Frame.from_json(data["frame"]) if data["frame"] else None,
            ended=data["ended"],
            problem=data["problem"],
            tokens=tuple((text, probability) for text, probability in data["tokens"]),
        )


@dataclass(frozen=True, slots=True)
class LineGuess:
    """What the text model says about one line of a source, given the lines above it and nothing else."""

    line: str  # what it would write there (greedy), without the newline
    probability: float  # of that line, its newline included
    alternatives: tuple[tuple[str, float], ...]  # other first tokens, each continued greedily
    surprise: float  # bits of the line that stands there, its newline included: -sum(log2 p)
    tokens: int  # how many tokens the standing line has: bits per token is surprise / tokens

    def to_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "probability": self.probability,
            "alternatives": [list(pair) for pair in self.alternatives],
            "surprise": self.surprise,
            "tokens": self.tokens,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LineGuess:
        return cls(
            data["line"],
            data["probability"],
            tuple((line, p) for line, p in data["alternatives"]),
            data["surprise"],
            data["tokens"],
        )


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """What a model says a call gives, asked for the value alone: no trace, no steps."""

    text: str  # the value as it wrote it; empty when it wrote none
    probability: float | None  # of that whole line, its end included; None where a server doesn't say
    problem: str | None = None  # why there is none

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "probability": self.probability, "problem": self.problem}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DirectAnswer:
        return cls(data["text"], data["probability"], data["problem"])


class WorldModel(Protocol):
    """Predicts frames. `source` is SOURCE of the trace format (the program and its marked call)."""

    def replay(self, source: str, draft: Sequence[Frame], complete: bool) -> list[Prediction]:
        """For every i the model's own frame i, given `source` and `draft[:i]`.

        `draft` are the frames in the context, also used as the draft of the one forward. When the trace
        is `complete` one more prediction is appended: what the model writes after the last frame
        (it should end there).
        """
        ...

    def imagine(
        self, source: str, max_frames: int, on_frame: Callable[[Prediction], None] | None = None
    ) -> list[Prediction]:
        """The whole trace written by the model itself, up to its end, an unreadable frame, or a limit.

        The last prediction has `ended`, or a `problem` that says why it stopped.
        """
        ...


class TextModel(Protocol):
    """Writes source. It never sees a value."""

    def lines(self, source: str) -> dict[int, LineGuess]:
        """For every line of `source` (1-based) what it would write there, given the lines above."""
        ...


class DirectModel(Protocol):
    """Says what a call gives, without a trace. `source` is the program alone, without its marked call."""

    def answer(self, source: str, call: str) -> DirectAnswer: ...
