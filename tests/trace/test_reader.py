"""Frames read from tokens are the tracer's own, and predicted ones get the likeliest place."""

from pathlib import Path

import pytest

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace
from cwm_demo.trace.flow import Flow
from cwm_demo.trace.frame import Frame
from cwm_demo.trace.reader import Reader
from cwm_demo.trace.text import FormatError, RawFrame, encode, parse

SAMPLES = sorted((Path(__file__).parent.parent / "golden").glob("*.py"))
# Several generators of one function at once, with equal states: which one goes on is not in the tokens.
AMBIGUOUS = {"generator_corners"}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("corrected", [True, False], ids=["replay", "on its own"])
def test_frames_come_back_as_the_tracer_made_them(tokens, path, corrected):
    """`corrected`: after each frame the reader goes on from the real one; else from what it read itself."""
    real = trace(path.read_text(), Limits())
    source, raws = parse(tokens, encode(tokens, real))
    assert source == real.source
    reader = Reader(source)
    for raw, frame in zip(raws, real.frames, strict=True):
        read = reader.peek(raw)
        if path.stem in AMBIGUOUS:
            assert (read.event, read.source, read.value) == (frame.event, frame.source, frame.value)
        else:
            assert read == frame
        reader.advance(frame if corrected else read)


LOOPS = """\
def f(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
        else:
            total += 1
            total += i
    for i in range(n):
        total += i
    return total

f(2)  # << START_OF_TRACE
"""


def line(text: str, **values: str) -> RawFrame:
    return RawFrame("line", text, values)


def after(reader: Reader, number: int, **values: str) -> Reader:
    """A reader of LOOPS that stands at a line of `f`."""
    reader.advance(Frame("call", 1, "def f(n):\n", "f", 0, 0, {"n": "2"}, {"n": "2"}))
    text = LOOPS.split("\n")[number - 1] + "\n"
    reader.advance(Frame("line", number, text, "f", 0, 0, {"n": "2", **values}))
    return reader


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        (4, "            total += i\n", 5),
        (7, "            total += i\n", 8),
        (2, "    for i in range(n):\n", 3),
        (8, "    for i in range(n):\n", 3),
        (10, "    for i in range(n):\n", 9),
        (9, "        total += i\n", 10),
        (4, "    return total\n", 11),
        (4, "    print(total)\n", None),
    ],
)
def test_among_equal_lines_the_one_that_can_follow(before, text, expected):
    frame = after(Reader(LOOPS), before).peek(line(text, n="..", total="0"))
    assert frame.line == expected
    assert frame.source == text


def test_unchanged_values_are_resolved_and_changes_found():
    reader = after(Reader(LOOPS), 5, total="0", i="1", gone="3")
    frame = reader.peek(line("    for i in range(n):\n", n="..", total="1", i="1"))
    assert frame.locals == {"n": "2", "total": "1", "i": "1"}
    assert frame.delta == {"total": "1"}
    assert frame.deleted == ("gone",)
    assert (frame.function, frame.depth, frame.activation) == ("f", 0, 0)


def test_an_equal_value_set_again_is_assigned():
    reader = after(Reader(LOOPS), 5, total="0", i="0")
    frame = reader.peek(line("    for i in range(n):\n", n="..", total="..", i=".."))
    assert (frame.delta, frame.assigned) == ({}, ("total",))


def test_unchanged_without_a_value_is_no_frame():
    with pytest.raises(FormatError, match="“ghost” is said to be unchanged"):
        after(Reader(LOOPS), 2).peek(line("    return total\n", ghost=".."))


def test_peeking_changes_nothing():
    reader = after(Reader(LOOPS), 2)
    first = reader.peek(line("    for i in range(n):\n", n="..", total="0"))
    reader.peek(RawFrame("call", "def f(n):\n", {"n": "9"}))
    assert reader.peek(line("    for i in range(n):\n", n="..", total="0")) == first


def test_a_predicted_call_begins_an_activation_inside_the_running_one():
    reader = after(Reader(LOOPS), 2)
    frame = reader.peek(RawFrame("call", "def f(n):\n", {"n": "9"}))
    assert (frame.activation, frame.depth, frame.line, frame.delta) == (1, 1, 1, {"n": "9"})
    reader.advance(frame)
    reader.advance(reader.peek(RawFrame("return", "    return total\n", None, "0")))
    assert reader.peek(line("    return total\n", n="..")).activation == 0


@pytest.mark.parametrize("event", ["line", "return", "exception"])
def test_nonsense_from_a_model_is_still_a_frame(event):
    value = None if event == "line" else "1"
    frame = Reader(LOOPS).peek(RawFrame(event, "nowhere\n", {}, value))
    assert (frame.line, frame.function, frame.depth) == (None, "<module>", 0)


def test_a_source_that_does_not_parse_has_lines_all_the_same():
    flow = Flow("def f(:\n    x\n")
    assert flow.lines("    x") == [2]
    assert flow.after(1) == frozenset()
    assert Reader("def f(:\n").peek(RawFrame("call", "def f(:\n", {})).line == 1
