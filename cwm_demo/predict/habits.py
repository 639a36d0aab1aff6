"""Places in a trace where it can be said what a head should look at, if it has a certain habit.

    for look in looks(tokens, source, frames):     # Look("old value", query=141, targets={97})
        hit = weights[layer, head, look.query].argmax() in look.targets

A habit is a guess at what a head is for, in words that a learner understands; whether any head has it is
measured (`python -m cwm_demo attention`). A query is the last token read when the next one is written, so
that what is written at t is asked at t - 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cwm_demo.trace.frame import Frame
from cwm_demo.trace.text import OURS, Style, Tokens, frame_ids, locals_text, source_ids

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Habit:
    title: str  # on screen
    question: str  # when the head is asked
    target: str  # what counts as the right place
    why: str  # what it would be good for
    about_state: bool  # it carries what a variable holds, not only the text


HABITS: Mapping[str, Habit] = {
    "token before": Habit(
        "The token before",
        "at every token of the trace",
        "the token right before it",
        "Attention has no order of its own. A head that marks each token with the one before it gives "
        "the later layers something to recognise a place by.",
        False,
    ),
    "same line": Habit(
        "Copying a line",
        "while it writes the line that runs next",
        "the very token it is about to write, where this line stood before: in the program or in an earlier "
        "frame",
        "The source line in a frame is a copy. A head that finds where the copy is taken from only "
        "has to hand over the token that stands there.",
        False,
    ),
    "line that ran": Habit(
        "The line that ran",
        "while it writes a variable's new value",
        "the line that has just run, in the frame before",
        "What a variable becomes is decided by the statement, so the statement has to be read again "
        "while the value is written.",
        True,
    ),
    "old value": Habit(
        "The old value",
        "while it writes a variable's new value",
        "the value that this variable had before",
        "A new value is mostly an old one with a change: a count plus one, a list and one element "
        "more. The old one has to be fetched.",
        True,
    ),
    "operands": Habit(
        "What the line reads",
        "while it writes a variable's new value",
        "the last value of a variable that the line names",
        "To work out what a line does one needs what its variables hold, and that stands in the "
        "frames where they were set.",
        True,
    ),
    "returned value": Habit(
        "The value returned",
        "while it writes what a `return` gives back",
        "the last value of a variable that the return statement names",
        "The line says only `return` and a name. What the name stands for was written when the "
        "variable last changed, perhaps many frames ago; this head goes there and fetches it.",
        True,
    ),
}


@dataclass(frozen=True, slots=True)
class Look:
    habit: str  # key of HABITS
    query: int  # index of the last token read
    targets: frozenset[int]  # indices of tokens up to `query`


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts of one frame lie, as ranges of token indices."""

    values: Mapping[str, range]  # of the variables that are written out
    line: range
    value: range  # of a return or exception; empty for others


def looks(tokens: Tokens, source: str, frames: Sequence[Frame], style: Style = OURS) -> Iterator[Look]:
    """Every place in a trace at which a habit can be seen or missed."""
    ids = source_ids(tokens, source)
    lines = _source_lines(tokens, source)
    places = []
    for frame in frames:
        places.append(_places(tokens, frame, len(ids), style))
        ids += frame_ids(tokens, frame, style)
    for query in range(1, len(ids) - 1):
        yield Look("token before", query, frozenset({query - 1}))

    before: dict[int, int] = {}  # activation -> index of its frame before
    written: dict[tuple[int, str], range] = {}  # (activation, name) -> where its value was written last
    copies: dict[tuple[int, ...], list[int]] = {}  # a line's ids -> where copies of it start
    for line in lines:
        copies.setdefault(tuple(ids[line.start : line.stop]), []).append(line.start)
    for index, (frame, place) in enumerate(zip(frames, places)):
        copy = copies.setdefault(tuple(ids[place.line.start : place.line.stop]), [])
        for offset in range(1, len(place.line)):
            if copy:
                targets = frozenset(start + offset for start in copy)
                yield Look("same line", place.line.start + offset - 1, targets)
        copy.append(place.line.start)

        ran = before.get(frame.activation)
        for name, value in place.values.items() if ran is not None else ():
            named = _WORD.findall(frames[ran].source)
            sources = {
                "line that ran": [places[ran].line],
                "old value": [written.get((frame.activation, name), range(0))],
                "operands": [written.get((frame.activation, word), range(0)) for word in named],
            }
            yield from _asked(sources, value)
        for name, value in place.values.items():
            written[frame.activation, name] = value
        if frame.event == "return":
            words = _WORD.findall(frame.source)
            spans = [written.get((frame.activation, word), range(0)) for word in words]
            yield from _asked({"returned value": spans}, place.value)
        before[frame.activation] = index


def _asked(sources: Mapping[str, list[range]], written: range) -> Iterator[Look]:
    for habit, spans in sources.items():
        targets = frozenset(token for span in spans for token in span)
        for token in written if targets else ():
            yield Look(habit, token - 1, targets)


def _places(tokens: Tokens, frame: Frame, start: int, style: Style) -> _Places:
    """Where the parts of a frame lie that starts with token `start`."""
    ids = frame_ids(tokens, frame, style)
    values: dict[str, range] = {}
    text = locals_text(frame, style)
    seam = len(tokens.encode(text)) + 1  # the event token, then LOCALS
    if ids[1:seam] == tokens.encode(text):
        for name, characters in _value_characters(frame, style).items():
            values[name] = _tokens_in(tokens, text, characters, start + 1)
    else:
        seam = 1
    line = range(start + seam + 1, start + seam + 1 + len(tokens.encode(frame.source)))
    value = range(0)
    if frame.value is not None:
        inside = json.dumps(frame.value, ensure_ascii=False)
        value = _tokens_in(tokens, inside, range(1, len(inside) - 1), line.stop + 1)
    return _Places({name: span for name, span in values.items() if span}, line, value)


def _value_characters(frame: Frame, style: Style) -> dict[str, range]:
    """Where the values of the delta stand in the text of LOCALS, their quotes left out."""
    found: dict[str, range] = {}
    text = locals_text(frame, style)
    at = 0
    for name, value in frame.locals.items():
        if name not in frame.delta:
            continue
        written = f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        begin = text.index(written, at)
        at = begin + len(written)
        found[name] = range(at - len(json.dumps(value, ensure_ascii=False)) + 1, at - 1)
    return found


def _tokens_in(tokens: Tokens, text: str, characters: range, first: int) -> range:
    """The tokens of `text`, counted from `first`, that lie within `characters`."""
    offsets = tokens.tokenizer.encode(text, add_special_tokens=False).offsets
    inside = [
        index
        for index, (begin, end) in enumerate(offsets)
        if characters.start <= begin and end <= characters.stop
    ]
    return range(first + inside[0], first + inside[-1] + 1) if inside else range(0)


def _source_lines(tokens: Tokens, source: str) -> list[range]:
    """The token ranges of the lines of SOURCE, as it stands in a trace."""
    lines, start, begin = [], 0, 2  # after the begin and context tokens
    for line in source.splitlines(keepends=True):
        characters = range(start, start + len(line))
        lines.append(_tokens_in(tokens, source, characters, begin))
        start = characters.stop
    return lines
