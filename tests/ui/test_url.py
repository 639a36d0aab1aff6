"""Every place survives its link, and no link breaks the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwm_demo.ui.url import (
    CHOICES,
    LINK_LIMIT,
    SWITCHES,
    TEXT_LIMIT,
    LinkTooLong,
    Place,
    from_query,
    pack,
    to_query,
    unpack,
)

text = st.text(max_size=200)
places = st.builds(
    Place,
    program=text,
    code=st.none(),
    call=st.none() | text,
    stdin=st.none() | text,
    bug=st.none() | text,
    mode=st.sampled_from(["replay", "imagine"]),
    read=st.sampled_from(["intended", "candidate"]),
    cover=st.sampled_from(["off", "on", "open"]),
    present=st.booleans(),
    stops=st.sets(st.integers(1, 9_999), max_size=5).map(lambda lines: tuple(sorted(lines))),
    step=st.integers(0, 9_999),
) | st.builds(Place, code=text, step=st.integers(0, 9_999))


@given(places)
def test_a_place_survives_its_link(place: Place) -> None:
    assert from_query(to_query(place)) == (place, [])


NAMES = ["program", "code", "call", "bug", *CHOICES, *SWITCHES, "stop", "step"]


@given(st.dictionaries(st.sampled_from(NAMES), st.text()))
def test_any_query_gives_a_place(query: dict[str, str]) -> None:
    place, _ = from_query(query)
    assert place.cover in ("off", "on", "open") and all(line > 0 for line in place.stops)
    assert place.mode in ("replay", "imagine") and place.read in ("intended", "candidate") and place.step >= 0


def test_what_could_not_be_used_is_told() -> None:
    place, notes = from_query(
        {
            **{"code": "???", "mode": "fast", "step": "-1", "call": "f(" + "1" * TEXT_LIMIT + ")"},
            **{"stop": "1,two", "cover": "shut", "present": "maybe"},
        }
    )
    assert place == Place()
    assert len(notes) == 7


def test_a_cut_link_is_told_to_be_damaged() -> None:
    packed = pack("def f():\n    return 1\n")
    with pytest.raises(ValueError, match=r"damaged|cut off"):
        unpack(packed[:-6])


def test_own_code_has_a_limit_that_is_told() -> None:
    code = "\n".join(f"x{i * 7919} = {i * 104_729}" for i in range(3_000))
    with pytest.raises(LinkTooLong, match=f"{LINK_LIMIT:,}"):
        pack(code)


def test_a_small_link_can_not_unpack_to_a_large_text() -> None:
    bomb = pack("a" * 1_000_000)
    with pytest.raises(ValueError, match="too long"):
        unpack(bomb)
