from itertools import pairwise

import pytest

from cwm_demo.evaluate.roc import Scored, area, area_with_interval, curve, threshold


def test_area_is_how_often_a_bug_scores_above_a_clean_thing():
    # of 2 x 3 pairs: 5 above to 1 below; then one tie
    assert area([3, 1.5, 1, 2, 0], [True, True, False, False, False]) == pytest.approx(5 / 6)
    assert area([1, 1, 0], [True, False, False]) == pytest.approx(0.75)
    assert area([1, 0], [True, False]) == 1 and area([0, 1], [True, False]) == 0


def interval(groups_of: int) -> tuple[float, float]:
    """Of bugs that score higher in some programs than in others, `groups_of` things to a program."""
    scored = Scored()
    for index in range(400):
        bug, program = index % 2 == 0, index // 40
        scored.add((index * 37) % 101 + (program % 5) * 15 * bug, bug, str(index // groups_of))
    found = area_with_interval(scored, replicates=300)
    assert found == area_with_interval(scored, replicates=300)
    assert found["low"] < found["value"] < found["high"]
    return found["high"] - found["low"]


def test_the_interval_is_wider_when_few_programs_stand_for_many_bugs():
    assert interval(40) > 1.1 * interval(1)


def test_a_curve_goes_from_corner_to_corner_and_is_thinned():
    scores = [float(i) for i in range(1_000)]
    bugs = [i % 3 == 0 or i > 800 for i in range(1_000)]
    points = curve(scores, bugs, points=50)
    assert len(points) <= 51
    assert (points[0]["clean"], points[0]["bugs"]) == (0, 0)
    assert (points[-1]["clean"], points[-1]["bugs"]) == (1, 1)
    for one, other in pairwise(points):
        assert one["clean"] <= other["clean"] and one["bugs"] <= other["bugs"]
    full = curve(scores, bugs, points=10_000)
    thinned = sum((b["clean"] - a["clean"]) * (a["bugs"] + b["bugs"]) / 2 for a, b in pairwise(points))
    assert thinned == pytest.approx(area(scores, bugs), abs=0.01)
    assert len(full) == 1_001


def test_equal_scores_are_one_point():
    assert curve([1, 1, 0], [True, False, False]) == [
        {"clean": 0.0, "bugs": 0.0, "at": None},
        {"clean": 0.5, "bugs": 1.0, "at": 1.0},
        {"clean": 1.0, "bugs": 1.0, "at": 0.0},
    ]


def test_without_bugs_there_is_no_curve():
    scored = Scored([1.0], [False], ["a"])
    assert scored.to_json() == {"bugs": 0, "clean": 1, "area": None, "curve": []}


def test_a_threshold_by_its_false_alarms():
    assert threshold(range(101), 0.1) == 90
