"""Guesses at what a greedy decoder will write next. A bad one costs a little time and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

LENGTH = 16  # tokens of a guess that ride along with a step
ORDERS = (4, 3, 2, 1)  # how many last tokens are looked for, the most telling first


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
    """All tokens so far: the program, and the frames that were written.

    Guesses that what followed the last few tokens when they last stood together follows them again: the rest
    of a source line that is being copied, the frame that the same line had before.
    """

    def __init__(self) -> None:
        self._tokens: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}

    def extend(self, tokens: Sequence[int]) -> None:
        for token in tokens:
            for order in ORDERS:
                if len(self._tokens) >= order:
                    self._after[tuple(self._tokens[-order:])] = len(self._tokens)
            self._tokens.append(token)

    def guess(self) -> list[int]:
        for order in ORDERS:
            place = self._after.get(tuple(self._tokens[-order:])) if len(self._tokens) >= order else None
            if place is not None:
                return self._tokens[place : place + LENGTH]
        return []
