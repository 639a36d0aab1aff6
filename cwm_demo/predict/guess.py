"""Guesses at what a greedy decoder will write next. A bad one costs a little time and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

LENGTH = 12  # tokens of a guess that ride along with a step


def following(reference: Sequence[int], written: Sequence[int]) -> list[int]:
    """What stands in `reference` after the last written token, at the place most like the one at hand."""
    at = len(written) - 1

    def unlike(place: int) -> tuple[bool, int]:
        alone = place == 0 or at == 0 or reference[place - 1] != written[at - 1]
        return alone, abs(place - at)

    places = [place for place, token in enumerate(reference) if token == written[at]]
    place = min(places, key=unlike, default=at)  # else this token stands in for the one there
    return list(reference[place + 1 : place + 1 + LENGTH])


class Memory:
    """All tokens so far. Guesses that what followed the last two tokens before follows them again."""

    def __init__(self) -> None:
        self._tokens: list[int] = []
        self._after: dict[tuple[int, int], int] = {}

    def extend(self, tokens: Sequence[int]) -> None:
        for token in tokens:
            if len(self._tokens) >= 2:
                self._after[self._tokens[-2], self._tokens[-1]] = len(self._tokens)
            self._tokens.append(token)

    def guess(self) -> list[int]:
        place = self._after.get((self._tokens[-2], self._tokens[-1])) if len(self._tokens) >= 2 else None
        return [] if place is None else self._tokens[place : place + LENGTH]
