"""The calculator of what selection gains, against drawing candidates by the thousand."""

import random

import pytest

from cwm_demo.verify.selection import best_of, ceiling, pass_at, picked_right

CASES = [
    (0.3, 0.8, 0.2, 8),
    (0.1, 0.5, 0.5, 4),
    (0.5, 0.2, 0.9, 5),
    (0.6, 1.0, 0.0, 3),
    (0.3, 0.0, 0.0, 4),
    (0.3, 1.0, 1.0, 4),
    (0.0, 0.9, 0.1, 4),
    (1.0, 0.9, 0.1, 4),
]


def drawn(p: float, right: float, wrong: float, k: int, times: int = 20_000) -> float:
    draw = random.Random(1)
    hits = 0
    for _ in range(times):
        group = [draw.random() < p for _ in range(k)]
        accepted = [held for held in group if draw.random() < (right if held else wrong)]
        hits += draw.choice(accepted or group)
    return hits / times


@pytest.mark.parametrize(("p", "right", "wrong", "k"), CASES)
def test_best_of_is_what_drawing_gives(p, right, wrong, k):
    assert best_of(p, right, wrong, k) == pytest.approx(drawn(p, right, wrong, k), abs=0.012)


def test_a_single_candidate_gains_nothing():
    assert best_of(0.37, 0.9, 0.1, 1) == pytest.approx(0.37)


def test_a_verifier_that_knows_nothing_gains_nothing():
    assert best_of(0.37, 0.4, 0.4, 50) == pytest.approx(0.37)


def test_a_perfect_verifier_is_pass_at_k():
    assert best_of(0.2, 1, 0, 6) == pytest.approx(pass_at(0.2, 6))
    assert pass_at(0.2, 2) == pytest.approx(0.36)


def test_more_candidates_come_to_the_ceiling():
    assert best_of(0.3, 0.8, 0.2, 500) == pytest.approx(ceiling(0.3, 0.8, 0.2))
    assert ceiling(0.3, 0.8, 0.2) == pytest.approx(0.24 / 0.38)
    assert ceiling(0.3, 0, 0) == 0.3


def test_a_pick_is_from_the_lowest_tier():
    assert picked_right([1, 0, 0, 2], [True, True, False, True]) == 0.5
    assert picked_right([2, 2], [False, True]) == 0.5
    assert picked_right([0, 1, 1], [False, True, True]) == 0
