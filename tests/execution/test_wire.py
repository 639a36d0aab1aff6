"""The wire between app and worker: what arrives is what was sent, and nothing else gets through."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cwm_demo.execution import wire
from cwm_demo.execution.limits import Limits
from cwm_demo.trace.frame import Frame, Stop

FRAME = Frame(
    event="line",
    line=2,
    source="    x = 1\n",
    function="f",
    depth=0,
    activation=0,
    locals={"<stdout>": "'é\\n'", "x": "'🐍'"},
    delta={"x": "'🐍'"},
    assigned=("y",),
    deleted=("z",),
    value=None,
    stdout="é\n",
)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


@settings(max_examples=50)
@given(st.lists(st.dictionaries(text, text, max_size=3), max_size=5), st.integers(1, 40))
def test_messages_survive_however_the_stream_is_cut(messages, size):
    stream = b"".join(wire.encode(message) for message in messages)
    reader = wire.Messages(wire.MIB)
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert [message for piece in pieces for message in reader.feed(piece)] == messages


def test_a_lone_surrogate_arrives_as_a_question_mark():
    assert list(wire.Messages(wire.MIB).feed(wire.encode({"stdout": "a\ud800b"}))) == [{"stdout": "a?b"}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"stdout": "\\ud800"}',
        b"[" * 100_000,
        b'{"line": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_is_no_message_is_refused(body):
    with pytest.raises(wire.WireError):
        list(wire.Messages(wire.MIB).feed(struct.pack("!I", len(body)) + body))


def test_a_length_over_the_limit_is_refused_before_it_is_read():
    with pytest.raises(wire.WireError, match="4294967295 bytes"):
        list(wire.Messages(wire.MIB).feed(b"\xff\xff\xff\xff"))


def test_a_frame_comes_back_equal():
    assert wire.read_frame(json.loads(json.dumps(FRAME.to_json())), lines=2) == FRAME


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event", "step"),
        ("event", ["line"]),
        ("line", None),
        ("line", True),
        ("line", 0),
        ("line", 3),
        ("line", 2.0),
        ("source", None),
        ("function", 1),
        ("depth", -1),
        ("depth", "0"),
        ("activation", False),
        ("locals", []),
        ("locals", {"x": 1}),
        ("delta", None),
        ("assigned", "xy"),
        ("deleted", [1]),
        ("value", 5),
        ("stdout", None),
        ("another", "field"),
    ],
)
def test_a_frame_with_a_wrong_field_is_refused(name, value):
    with pytest.raises(wire.WireError):
        wire.read_frame({**FRAME.to_json(), name: value}, lines=2)


@pytest.mark.parametrize("data", [None, [], "frame", {}, {"event": "line"}])
def test_what_is_no_frame_is_refused(data):
    with pytest.raises(wire.WireError):
        wire.read_frame(data, lines=2)


END = {"returned": "1", "raised": None, "stdout": "", "stopped": None}


def test_an_end_comes_back():
    stop = Stop("syntax", "invalid syntax", 1, 2)
    assert wire.read_end({**END, "stopped": stop.to_json()}) == {**END, "stopped": stop}
    assert wire.read_end({**END, "stdout": None})["stdout"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"returned": 1},
        {"raised": ["ValueError"]},
        {"stdout": 1},
        {"stopped": "events"},
        {"stopped": {"reason": "tired", "message": ""}},
        {"stopped": {"reason": ["events"], "message": ""}},
        {"stopped": {"reason": "events"}},
        {"stopped": {"reason": "syntax", "message": "", "line": "1"}},
        {"more": 1},
    ],
)
def test_an_end_with_a_wrong_field_is_refused(wrong):
    with pytest.raises(wire.WireError):
        wire.read_end({**END, **wrong})


def test_the_printed_text_fits_into_a_message_at_its_worst():
    limits = Limits(output_bytes=1_000_000)
    end = {"end": {**END, "stdout": "\x00" * limits.output_bytes}}
    assert len(wire.encode(end)) <= wire.message_bytes(limits)
