"""The token form of traces: exact both ways, for any text, and clear when it is wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwm_demo.trace.frame import Frame, Stop, Trace
from cwm_demo.trace.text import (
    CWM,
    END,
    FRAME_SEP,
    SPECIAL_TOKENS,
    UNCHANGED,
    FormatError,
    RawFrame,
    Tokens,
    encode,
    frame_ids,
    locals_text,
    parse,
    parse_frame,
    source_document_ids,
    source_ids,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["<|frame_sep|>", '"<|end_of_text|>"', "..", '": "..", "', "<0x41>", 'it\'s "so"', "\\'\\\\", "{{'}"]
)
VALUES = st.one_of(
    TEXT,  # any text at all: a predicted value, an object's own
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner) | st.tuples(inner, inner),
        max_leaves=5,
    ).map(repr),
).filter(lambda value: value != UNCHANGED)
NAMES = st.from_regex(r"\A[^\W\d]\w{0,8}\Z") | st.sampled_from(["x", "counts", "items"])


@st.composite
def frames(draw):
    event = draw(st.sampled_from(["call", "line", "return", "exception"]))
    values = draw(st.dictionaries(NAMES, VALUES, max_size=4))
    delta = {name: value for name, value in values.items() if draw(st.booleans())}
    deleted = ("gone",) if draw(st.booleans()) else ()
    line = draw(TEXT).replace("\n", " ").replace("\r", " ") + "\n"
    value = draw(VALUES) if event in ("return", "exception") else None
    stdout = draw(st.just("") | TEXT)
    return Frame(event, 1, line, "f", 0, 0, values, delta, (), deleted, value, stdout)


def raw(frame: Frame) -> RawFrame:
    written = frame.event in ("call", "line") or frame.delta or frame.deleted or frame.stdout
    values = {name: value if name in frame.delta else ".." for name, value in frame.locals.items()}
    return RawFrame(frame.event, frame.source, values if written else None, frame.value, frame.stdout)


@given(frame=frames())
def test_a_frame_comes_back_from_its_tokens(tokens, frame):
    assert parse_frame(tokens, frame_ids(tokens, frame)) == raw(frame)


@given(source=TEXT, body=st.lists(frames(), max_size=3), ends=st.booleans())
def test_a_trace_comes_back_from_its_tokens(tokens, source, body, ends):
    trace = Trace(source, tuple(body), stopped=None if ends else Stop("events", "too many"))
    ids = encode(tokens, trace)
    assert (ids[-1] == tokens.special[END]) == ends
    assert parse(tokens, ids) == (source, [raw(frame) for frame in body])


@given(text=TEXT)
def test_no_text_becomes_a_special_token(tokens, text):
    for piece in (text, f"x = '{text}'", json.dumps(text), "<|pad|>" + text):
        ids = tokens.encode(piece)
        assert not set(ids) & set(tokens.special_names)
        assert tokens.decode(ids) == piece


@pytest.mark.parametrize("name", SPECIAL_TOKENS)
def test_special_names_in_a_program_stay_text(tokens, name):
    assert tokens.special[name] not in tokens.encode(f"print('{name}')  # {name}\n")
    assert tokens.show([tokens.special[name]]) == name


def test_what_stands_in_a_frame(tokens):
    frame = Frame(
        "line",
        3,
        "    x += 1\n",
        "f",
        0,
        0,
        locals={"n": "3", "x": "1", "s": "'é'"},
        delta={"x": "1", "s": "'é'"},
        stdout="hi\n",
    )
    assert tokens.show(frame_ids(tokens, frame)) == (
        r"""<|line_sep|>{"<stdout>": "'hi\\n'", "n": "..", "x": "1", "s": "'é'"}"""
        "<|action_sep|>    x += 1\n<|frame_sep|>"
    )
    assert locals_text(frame, CWM) == """{"n": "..", "x": "1", "s": "'é'"}"""


def test_leaving_frames_list_locals_only_when_something_changed(tokens):
    plain = Frame("return", 2, "    return x\n", "f", 0, 0, {"x": "1"}, value="1")
    changed = Frame("return", 2, "    return x\n", "f", 0, 0, {"x": "1"}, {"x": "1"}, value="1")
    deleted = Frame("exception", 2, "    del x\n", "f", 0, 0, deleted=("x",), value="KeyError: 'a'")
    assert tokens.show(frame_ids(tokens, plain)).startswith("<|return_sep|><|action_sep|>")
    assert tokens.show(frame_ids(tokens, changed)).startswith('<|return_sep|>{"x": "1"}<|action_sep|>')
    assert tokens.show(frame_ids(tokens, deleted)).startswith("<|exception_sep|>{}<|action_sep|>")
    assert frame_ids(tokens, changed, CWM) == frame_ids(tokens, plain)


def test_what_stands_before_the_frames(tokens):
    assert tokens.show(source_ids(tokens, "f(1)\n")) == (
        "<|begin_of_text|><|trace_context_start|>f(1)\n<|frame_sep|>"
    )
    assert tokens.show(source_document_ids(tokens, "x = 1\n")) == "<|begin_of_text|>x = 1\n<|end_of_text|>"


CALL, LINE, RETURN = "<|call_sep|>", "<|line_sep|>", "<|return_sep|>"
ACTION, ARG = "<|action_sep|>", "<|arg_sep|>"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "must begin with an event"),
        (["x = 1\n", FRAME_SEP], "must begin with an event"),
        ([LINE, "{}", ACTION, "x\n"], "not closed"),
        ([LINE, "{}", "x\n", FRAME_SEP], "found none"),
        ([LINE, "{}", ACTION, "x\n", ARG, '"1"', FRAME_SEP], "found <|action_sep|> <|arg_sep|>"),
        ([RETURN, ACTION, "x\n", FRAME_SEP], "has the separators <|action_sep|> <|arg_sep|>"),
        ([LINE, ACTION, "x\n", FRAME_SEP], "must list its locals"),
        ([LINE, "{", ACTION, "x\n", FRAME_SEP], "no JSON object"),
        ([LINE, '{"x": 1}', ACTION, "x\n", FRAME_SEP], "values as text"),
        ([LINE, '["x"]', ACTION, "x\n", FRAME_SEP], "values as text"),
        ([LINE, '{"x": "1", "x": "2"}', ACTION, "x\n", FRAME_SEP], "listed twice"),
        ([LINE, '{"<stdout>": "3"}', ACTION, "x\n", FRAME_SEP], "printed is no text"),
        ([LINE, "{}", ACTION, "x", FRAME_SEP], "not one line"),
        ([CALL, "{}", ACTION, "x\ny\n", FRAME_SEP], "not one line"),
        ([RETURN, ACTION, "x\n", ARG, "1", FRAME_SEP], "given as text"),
        ([RETURN, ACTION, "x\n", ARG, '"1', FRAME_SEP], "no JSON text"),
    ],
)
def test_what_is_no_frame_says_why(tokens, parts, message):
    ids = []
    for part in parts:
        ids += [tokens.special[part]] if part in tokens.special else tokens.encode(part)
    with pytest.raises(FormatError, match=message.replace("|", r"\|")):
        parse_frame(tokens, ids)


def test_a_trace_that_breaks_off_says_so(tokens):
    ids = source_ids(tokens, "f(1)\n")
    with pytest.raises(FormatError, match="breaks off"):
        parse(tokens, ids[:-1])
    with pytest.raises(FormatError, match="must begin with"):
        parse(tokens, ids[1:])


def test_a_tokenizer_that_knows_no_traces_is_refused():
    from tokenizers import Tokenizer, models

    with pytest.raises(ValueError, match="no token <|begin_of_text|>".replace("|", r"\|")):
        Tokens(Tokenizer(models.BPE()))
