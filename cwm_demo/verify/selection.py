"""What a verifier makes of several candidates: exact, for candidates drawn alike and judged apart.

    best_of(0.3, right=0.8, wrong=0.2, k=8)     # how often the one that is picked is right
    ceiling(0.3, right=0.8, wrong=0.2)          # what no number of candidates gets beyond

Each candidate is right with probability p; the verifier accepts a right one with probability `right` and a
wrong one with probability `wrong`. One of the accepted is picked, each as likely as the others; when none
is accepted, one of all. Not covered: candidates of one problem that fail alike, and problems of unlike
difficulty, which both make the gain smaller than this.
"""

from __future__ import annotations

from collections.abc import Sequence


def best_of(p: float, right: float, wrong: float, k: int) -> float:
    """How often the candidate that is picked out of `k` is right."""
    accepted = p * right + (1 - p) * wrong  # probability that one candidate is accepted
    none = (1 - accepted) ** k
    found = (1 - none) * p * right / accepted if accepted else 0.0
    return found + (none * p * (1 - right) / (1 - accepted) if accepted < 1 else 0.0)


def ceiling(p: float, right: float, wrong: float) -> float:
    """What `best_of` comes to for ever more candidates: the share of the accepted that is right."""
    accepted = p * right + (1 - p) * wrong
    return p * right / accepted if accepted else p


def pass_at(p: float, k: int) -> float:
    """How often at least one of `k` candidates is right: a perfect verifier's `best_of`."""
    return 1 - (1 - p) ** k


def picked_right(tiers: Sequence[int], right: Sequence[bool]) -> float:
    """The chance that a pick among the candidates of the lowest tier is right."""
    best = [held for tier, held in zip(tiers, right) if tier == min(tiers)]
    return sum(best) / len(best)
