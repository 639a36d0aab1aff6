"""Values as text: as `repr` writes them where it is safe, and nothing of the visitor's ever runs."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import functools
import itertools
import math
import re
import types
from array import array
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwm_demo.execution import values
from cwm_demo.execution.values import render, render_exception

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text()
    | st.binary(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.tuples(inner, inner)
        | st.tuples(inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=5)
        | st.lists(inner, max_size=4).map(collections.deque)
    ),
    max_leaves=20,
)


@given(plain)
def test_small_plain_values_are_written_as_repr_writes_them(value: object):
    if len(repr(value)) <= values.TEXT:
        assert render(value) == repr(value)


AS_REPR = [
    range(3),
    slice(1, None, 2),
    ...,
    NotImplemented,
    3 + 4j,
    b"a\x00",
    bytearray(b"x"),
    set(),
    frozenset(),
    frozenset({1}),
    (1,),
    (),
    {1: {2: [3]}},
    collections.Counter("abcab"),
    collections.Counter(),
    collections.defaultdict(int, {"a": 1}),
    collections.deque([1], maxlen=3),
    decimal.Decimal("1.50"),
    fractions.Fraction(1, 3),
    datetime.date(2026, 1, 2),
    datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC),
    datetime.timedelta(days=1),
    re.compile(r"a\d", re.I),
    re.match("a", "abc"),
    array("i", [1, 2]),
    {}.keys(),
    {1: 2}.items(),
    functools.partial(int, "3", base=8),
    types.SimpleNamespace(a=1, b="x"),
    ValueError("x", 1),
    KeyError("k"),
    int,
    collections.OrderedDict,
    len,
    10**99,
    -(10**60),
    math.inf,
]


@pytest.mark.parametrize("value", AS_REPR, ids=map(repr, AS_REPR))
def test_as_repr(value: object):
    assert render(value) == repr(value)


def numbers():
    yield 1


class Slotted:
    __slots__ = ("a", "b", "gone")

    def __init__(self):
        self.a = 1
        self.b = [2]


class Mixed(Slotted):
    def __init__(self):
        super().__init__()
        self.c = "x"
        self._d = None


class Stack(list):
    pass


class Color(enum.Enum):
    RED = 1


class Flags(enum.IntFlag):
    A = 1
    B = 2


@dataclass
class Point:
    x: int
    y: float = 0.5


Pair = collections.namedtuple("Pair", "left right")


class Problem(Exception):
    pass


def stack():
    made = Stack([1, 2])
    made.name = "s"
    return made


def problem():
    made = Problem("message", 3)
    made.code = 7
    return made


class Table(dict):
    pass


class Word(str):
    pass


class Number(int):
    pass


class Half(float):
    pass


class Crowd(set):
    pass


class Row(tuple):
    pass


NO_ADDRESS = [
    (numbers, "<function numbers>"),
    (lambda: 0, "<function <lambda>>"),
    (numbers(), "<generator numbers>"),
    ((n for n in ()), "<generator <genexpr>>"),
    ([].append, "<built-in method append>"),
    (Point(1).__init__, "<bound method Point.__init__>"),
    (functools.cache(numbers), "<function numbers>"),
    (math, "<module 'math'>"),
    (iter([]), "<list_iterator>"),
    (zip(), "<zip>"),
    (map(str, ()), "<map>"),
    (itertools.count(), "<count>"),
    (object(), "<object>"),
    (property(), "<property>"),
    (Color, f"<class '{__name__}.Color'>"),
    (Color.RED, "<Color.RED: 1>"),
    (Flags.A | Flags.B, "<Flags.A|B: 3>"),
    (Slotted(), "Slotted(a=1, b=[2])"),
    (Mixed(), "Mixed(a=1, b=[2], c='x', _d=None)"),
    (stack(), "Stack([1, 2], name='s')"),
    (Point(1), "Point(x=1, y=0.5)"),
    (Pair(1, Pair(2, 3)), "Pair(left=1, right=Pair(left=2, right=3))"),
    (problem(), "Problem('message', 3, code=7)"),
    (Table(a=1), "Table({'a': 1})"),
    (Word("w"), "Word('w')"),
    (Number(3), "Number(3)"),
    (Half(0.5), "Half(0.5)"),
    (Crowd({2, 1}), "Crowd({1, 2})"),
    (Row((1,)), "Row((1,))"),
    (collections.OrderedDict(a=1), "OrderedDict({'a': 1})"),
    (collections.UserDict(a=1), "UserDict(data={'a': 1})"),
]


@pytest.mark.parametrize(("value", "text"), NO_ADDRESS, ids=[text for _, text in NO_ADDRESS])
def test_without_address(value: object, text: str):
    assert render(value) == text


def test_sets_are_sorted():
    assert render({10, 9, 1}) == "{1, 9, 10}"
    assert render({"b", "a"}) == "{'a', 'b'}"
    assert render({"b", 1, None, (2,)}) == "{'b', (2,), 1, None}"
    assert render(frozenset({True, 0, 5})) == "frozenset({0, True, 5})"


def test_cycles_are_marked():
    xs: list = [1]
    xs.append(xs)
    assert render(xs) == "[1, [...]]"
    table: dict = {}
    table["t"] = (table,)
    assert render(table) == "{'t': ({...},)}"
    made = Stack()
    made.append(made)
    made.me = made
    assert render(made) == "Stack([Stack(...)], me=Stack(...))"
    twice = [xs[:1]] * 2
    assert render(twice) == "[[1], [1]]"


# Everything here raises, or never comes back, if it is run.


def boom(*args, **kwargs):
    raise AssertionError("the visitor's code ran")


class Meta(type):
    __eq__ = __hash__ = __getattribute__ = __instancecheck__ = __subclasscheck__ = __repr__ = boom

    @property
    def __name__(cls):
        boom()

    @property
    def __mro__(cls):
        boom()


def hostile_class(*bases: type, **members) -> type:
    names = ("__repr__", "__str__", "__eq__", "__hash__", "__getattr__", "__getattribute__", "__len__")
    names += (
        "__iter__",
        "__bool__",
        "__format__",
        "__lt__",
        "__getitem__",
        "__int__",
        "__index__",
    )
    body = dict.fromkeys(names, boom) | {"__class__": property(boom)} | members
    return type.__call__(Meta, "Hostile", bases, body)


def hostile(*bases: type, **members) -> object:
    kind = hostile_class(*bases, **members)
    made = (bases[0] if bases else object).__new__(kind)
    return made


@pytest.mark.parametrize(
    ("bases", "text"),
    [
        ((), "Hostile()"),
        ((list,), "Hostile([])"),
        ((dict,), "Hostile({})"),
        ((set,), "Hostile()"),
        ((frozenset,), "Hostile()"),
        ((tuple,), "Hostile(())"),
        ((int,), "Hostile(0)"),
        ((float,), "Hostile(0.0)"),
        ((str,), "Hostile('')"),
        ((bytes,), "Hostile(b'')"),
        ((Exception,), "Hostile()"),
        ((collections.deque,), "Hostile([])"),
    ],
    ids=str,
)
def test_nothing_of_the_visitors_runs(bases: tuple[type, ...], text: str):
    value = hostile(*bases)
    assert render(value) == text
    assert render([value, (value,), {1: value}]) == f"[{text}, ({text},), {{1: {text}}}]"
    assert render(type(value)).startswith("<class '")


def test_nothing_of_the_visitors_runs_for_attributes():
    value = hostile()
    object.__setattr__(value, "a", hostile())
    assert render(value) == "Hostile(a=Hostile())"
    assert render(hostile(__dict__=property(boom))) == "Hostile()"


def test_nothing_of_the_visitors_runs_for_exceptions():
    error = hostile(Exception)
    BaseException.__dict__["args"].__set__(error, (hostile(), "x"))
    assert render_exception(error) == "Hostile: (Hostile(), 'x')"
    assert render_exception(ValueError(hostile())) == "ValueError: Hostile()"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("a"), "ValueError: a"),
        (ValueError(), "ValueError"),
        (ValueError(""), "ValueError"),
        (ValueError(3), "ValueError: 3"),
        (ValueError([1]), "ValueError: [1]"),
        (ValueError("a", 1), "ValueError: ('a', 1)"),
        (KeyError("a"), "KeyError: 'a'"),
        (FileNotFoundError(2, "No such file", "x"), "FileNotFoundError: [Errno 2] No such file: 'x'"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), None),
        (problem(), "Problem: ('message', 3)"),
        (ValueError("two\nlines"), "ValueError: two\nlines"),
        (ValueError("\ud800"), "ValueError: \\ud800"),
    ],
    ids=repr,
)
def test_exceptions(error: BaseException, text: str | None):
    assert render_exception(error) == (f"{type(error).__name__}: {error}" if text is None else text)


# Cuts: what changes behind a cut is still a change, and the text stays short

CUT = [
    (list(range(500)), lambda v: [*v[:-1], 0]),
    (list(range(30_000)), lambda v: [*v[:15_000], 0, *v[15_001:]]),
    ([[n] for n in range(300)], lambda v: [*v[:-1], [0]]),
    (tuple(range(500)), lambda v: (*v[:-1], 0)),
    (set(range(500)), lambda v: v | {1_000}),
    ({str(n) for n in range(500)}, lambda v: v | {"x"}),
    ({n: n for n in range(500)}, lambda v: v | {499: 0}),
    ("ab" * 1_000, lambda v: v[:-1] + "c"),
    (b"ab" * 1_000, lambda v: v[:-1] + b"c"),
    (10**200, lambda v: v + 1),
    (10**9_000, lambda v: v + 1),
    (["x" * 280] * 50, lambda v: [*v[:-1], "y"]),
    (collections.deque(range(500)), lambda v: collections.deque([*list(v)[:-1], 0])),
    (
        types.SimpleNamespace(**{f"a{n}": n for n in range(300)}),
        lambda v: types.SimpleNamespace(**vars(v) | {"a299": 0}),
    ),
]


@pytest.mark.parametrize(("value", "change"), CUT, ids=range(len(CUT)))
def test_a_change_behind_the_cut_is_a_change(value, change):
    before, after = render(value), render(change(value))
    assert "…" in before and "…" in after
    assert before != after
    assert before == render(value)
    assert len(before) < values.TEXT + 100


def test_depth_is_cut_and_still_watched():
    def nested(n: int, core: object) -> list:
        made: list = [core]
        for _ in range(n):
            made = [made]
        return made

    assert "…" not in render(nested(9, 1))
    assert "…" in render(nested(12, 1))
    assert render(nested(12, 1)) != render(nested(12, 2))
    assert render(nested(5_000, 1)).count("[") == values.DEPTH + 1


def test_shared_parts_do_not_explode():
    made: object = [1]
    for _ in range(60):
        made = [made, made]
    assert len(render(made)) < values.TEXT + 100


def test_long_messages_are_cut():
    text = render_exception(ValueError("x" * 5_000))
    assert len(text) < 400 and "5000 characters" in text
    assert text != render_exception(ValueError("x" * 4_999 + "y"))
