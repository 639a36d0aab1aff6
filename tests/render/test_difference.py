"""What changed inside a value is found by its old and its new text, whatever these are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwm_demo.render.difference import changed_parts

values = st.recursive(
    st.integers(-9, 99) | st.text("ab'\"\\", max_size=3) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc", max_size=2), inner, max_size=4)
        | st.tuples(inner, inner)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "old, new, marked",
    [
        ("{'a': 1}", "{'a': 2, 'b': 1}", ["2", "'b': 1"]),
        ("[1, 2, 3]", "[1, 3, 2]", ["3", "2"]),
        ("[1, 2]", "[1, 2, 3]", ["3"]),
        ("[1, 2]", "[0, 1, 2]", ["0"]),
        ("{'a': [1, 2]}", "{'a': [1, 3]}", ["3"]),
        ("{1}", "{1, 2}", ["2"]),
        ("(1, [2, 3])", "(1, [2, 4])", ["4"]),
        ("Account(owner='x', balance=3)", "Account(owner='x', balance=5)", ["5"]),
        ("1", "2", []),
        ("[1]", "{'a': 1}", []),
        ("<object at …>", "[1]", []),
        ("[1, 2, …]", "[1, 3, …]", []),
    ],
)
def test_the_changed_items_are_found(old: str, new: str, marked: list[str]) -> None:
    assert [new[start:end] for start, end in changed_parts(old, new)] == marked


@given(values, values)
def test_parts_are_in_order_and_apart(old: object, new: object) -> None:
    parts = changed_parts(repr(old), repr(new))
    assert all(0 <= start < end <= len(repr(new)) for start, end in parts)
    assert all(one[1] <= other[0] for one, other in pairwise(parts))


@given(st.text(), st.text())
def test_any_text_can_be_asked_for(old: str, new: str) -> None:
    changed_parts(old, new)


@given(values)
def test_nothing_is_marked_where_nothing_changed(value: object) -> None:
    assert changed_parts(repr(value), repr(value)) == ()
