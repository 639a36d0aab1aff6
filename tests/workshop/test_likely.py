"""Where finds are likely: read from what `check` counted, and from nothing that is damaged."""

from __future__ import annotations

from typing import Any

import pytest

from cwm_demo.workshop.likely import Share, likely, places
from cwm_demo.workshop.tasks import load_tasks


def counts(solved: int, of: int, *bugs: str) -> dict[str, Any]:
    return {"tasks": {"wrong-green": {"solved": solved, "of": of, "bugs": list(bugs)}}}


DATA = {
    "programs": {
        "tally": counts(1, 9, "4:wrong-start-value"),
        "gcd": counts(2, 4, "2:off-by-one", "3:off-by-one"),
        "evens": counts(0, 7),
    }
}


def test_the_largest_share_comes_first() -> None:
    found = likely(DATA, "wrong-green")
    assert (found.solved, found.of) == (3, 20)
    assert found.programs[0] == Share("gcd", 2, 4, ("2:off-by-one", "3:off-by-one"))
    assert [share.program for share in found.programs] == ["gcd", "tally"]
    assert likely(DATA, "missed") is None


def test_places_take_turns_and_show_what_the_task_wants() -> None:
    found = places(likely(DATA, "wrong-green"), load_tasks()["wrong-green"])
    assert [(place["program"], place["bug"]) for place in found] == [
        ("gcd", "2:off-by-one"),
        ("tally", "4:wrong-start-value"),
        ("gcd", "3:off-by-one"),
    ]
    assert {place["read"] for place in found} == {"candidate"}
    as_meant = places(likely(DATA, "wrong-green"), load_tasks()["right-red"])
    assert as_meant == [{"program": "gcd"}, {"program": "tally"}]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"programs": []},
        {"programs": {"tally": 3}},
        {"programs": {"tally": {"tasks": {"wrong-green": {"solved": 2, "of": 1}}}}},
        {"programs": {"tally": {"tasks": {"wrong-green": {"solved": "2", "of": 3}}}}},
        {"programs": {"tally": {"tasks": {"wrong-green": {"solved": 0, "of": 0}}}}},
    ],
)
def test_what_says_nothing_is_no_hint(data: dict[str, Any]) -> None:
    assert likely(data, "wrong-green") is None
