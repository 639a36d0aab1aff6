"""What kind of mistake a wrong frame is."""

import pytest

from cwm_demo.evaluate.mistakes import MISTAKES, kinds, mistake, telling

SOURCE = """def f(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
        else:
            total -= i
    return total
"""


def failure(verdict="state", true=None, said=None, line=3, other=3, value=None, name="p:0", frame=1):
    return {
        "id": name,
        "frame": frame,
        "verdict": verdict,
        "expected": {"delta": true or {}, "line": line, "value": value},
        "predicted": {"delta": said or {}, "line": other, "value": None},
    }


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (failure("invalid"), "unreadable"),
        (failure("end"), "end"),
        (failure("line", line=8, other=4), "loop"),
        (failure("line", line=5, other=7), "branch"),
        (failure("line", line=2, other=3), "line"),
        (failure(true={"a": "1"}), "missed"),
        (failure(said={"a": "1"}), "invented"),
        (failure(true={"a": "1"}, said={"a": "2"}), "number"),
        (failure(true={"a": "'x'"}, said={"a": "'y'"}), "text"),
        (failure(true={"a": "True"}, said={"a": "False"}), "truth"),
        (failure(true={"a": "[1]"}, said={"a": "[2]"}), "container"),
        (failure(true={"a": "{1, <f>}"}, said={"a": "{1}"}), "container"),
        (failure(true={"a": "<Box>"}, said={"a": "2"}), "object"),
        (failure(value="7"), "number"),
    ],
)
def test_kinds(given, kind):
    assert mistake(given, SOURCE) == kind
    assert kind in MISTAKES


def test_a_line_of_no_program_is_another_line():
    assert mistake(failure("line", line=2, other=99), SOURCE) == "line"
    assert mistake(failure("line", line=2, other=3), "def f(:\n") == "line"


def test_the_most_frequent_kind_is_named_first():
    some = [failure(true={"a": "1"}), failure("invalid"), failure(true={"b": "1"})]
    assert list(kinds(some, {"p:0": SOURCE}).items()) == [("missed", 2), ("unreadable", 1)]


def test_ten_are_of_many_kinds_short_and_of_different_programs():
    long = SOURCE + "\n" * 20
    some = [failure(true={"a": "1"}, name=f"p:{n}", frame=n) for n in range(20)]
    some += [failure("invalid", name="q:0"), failure("line", line=8, other=4, name="r:0")]
    sources = {f"p:{n}": SOURCE if n else long for n in range(20)} | {"q:0": "x = 1\n", "r:0": SOURCE}
    ten = telling(some, sources)
    assert len(ten) == 10
    assert [f["id"] for f in ten[:3]] == ["p:1", "q:0", "p:0"]  # r:0 is of a program that was shown
    assert {mistake(f, sources[f["id"]]) for f in ten} == {"missed", "unreadable", "loop"}
    assert telling([], {}) == []
