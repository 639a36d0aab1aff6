"""How long writing took, token by token. Knows no torch; `latency.py` measures it.

timing.given, timing.reading          # tokens of the prompt, and ms until they were read
timing.written                        # after each line or frame: (tokens so far, ms so far)
timing.tokens, timing.ms              # of all that was written, reading included
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    given: int
    reading: float
    written: tuple[tuple[int, float], ...]
    cut: str | None = None  # why it was stopped before its end: then the last part is not complete

    @property
    def complete(self) -> tuple[tuple[int, float], ...]:
        """The lines or frames that were written to their end."""
        return self.written[:-1] if self.cut else self.written

    @property
    def tokens(self) -> int:
        return self.written[-1][0] if self.written else 0

    @property
    def ms(self) -> float:
        return self.written[-1][1] if self.written else self.reading

    @property
    def per_token(self) -> float | None:
        """Milliseconds for each token after the first, which comes with the reading."""
        return (self.ms - self.reading) / (self.tokens - 1) if self.tokens > 1 else None

    def to_json(self) -> dict[str, Any]:
        return {
            "given": self.given,
            "reading": self.reading,
            "written": [list(part) for part in self.written],
            "cut": self.cut,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Timing:
        written = tuple((tokens, ms) for tokens, ms in data["written"])
        return cls(data["given"], data["reading"], written, data["cut"])
