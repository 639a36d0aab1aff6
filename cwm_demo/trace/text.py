"""Traces as CWM writes them: to token ids, and back from them.

    tokens = Tokens(tokenizers.Tokenizer.from_file("models/cwm/tokenizer.json"))
    ids = encode(tokens, trace)                 # begin, context, SOURCE, frames, end
    ids = source_ids(tokens, source)            # what a world model reads before the first frame
    ids += frame_ids(tokens, frame)             # one frame, its closing <|frame_sep|> included
    raw = parse_frame(tokens, ids_of_one_frame) # FormatError says what was wrong
    source, raws = parse(tokens, ids)           # a whole trace
    ids = source_document_ids(tokens, text)     # plain source: the text model's documents

The rules are in `docs/trace-format.md`. Special tokens are put in as ids between separately encoded
pieces, and text is never searched for them: a program may contain the text `'<|frame_sep|>'`.
A `RawFrame` is what the tokens say; `cwm_demo.trace.reader` turns it into a `Frame` in its context.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cwm_demo.trace.frame import Event, Frame, Trace

BEGIN = "<|begin_of_text|>"
END = "<|end_of_text|>"
PAD = "<|pad|>"
CONTEXT = "<|trace_context_start|>"
FRAME_SEP = "<|frame_sep|>"
ACTION_SEP = "<|action_sep|>"
ARG_SEP = "<|arg_sep|>"
EVENT_TOKENS: Mapping[Event, str] = {
    "call": "<|call_sep|>",
    "line": "<|line_sep|>",
    "return": "<|return_sep|>",
    "exception": "<|exception_sep|>",
}
SPECIAL_TOKENS = (BEGIN, END, PAD, CONTEXT, FRAME_SEP, *EVENT_TOKENS.values(), ACTION_SEP, ARG_SEP)

UNCHANGED = ".."  # in place of a value that is as it was; no repr is written so
STDOUT = "<stdout>"  # the pseudo-local that holds what was printed; no identifier is written so


class FormatError(ValueError):
    """Token ids or a text that are no frame of the trace format. The message says what was wrong."""


@dataclass(frozen=True, slots=True)
class Style:
    """Which of our additions to CWM's format a reader of traces knows."""

    stdout: bool = True  # printed text as the pseudo-local <stdout>
    exit_locals: bool = True  # LOCALS on return and exception frames, when something changed


OURS = Style()
CWM = Style(stdout=False, exit_locals=False)  # facebook/cwm


class Tokens:
    """A `tokenizers.Tokenizer` that takes text as text: a special token's name in it stays plain text.

    Takes the tokenizer over (sets its `encode_special_tokens`). Of a transformers tokenizer, pass its
    `backend_tokenizer`. Raises ValueError when one of the format's special tokens is missing, as the
    vocabulary is then not one for traces; `<|pad|>` alone may be missing.
    """

    def __init__(self, tokenizer: Any) -> None:
        tokenizer.encode_special_tokens = True
        self.tokenizer = tokenizer
        self.special: dict[str, int] = {}
        for name in SPECIAL_TOKENS:
            token = tokenizer.token_to_id(name)
            if token is not None:
                self.special[name] = token
            elif name != PAD:
                raise ValueError(f"the tokenizer has no token {name}: it was not made for traces")
        self.special_names = {token: name for name, token in self.special.items()}
        self.events: dict[int, Event] = {self.special[name]: event for event, name in EVENT_TOKENS.items()}
        # Lines and values come again and again within a trace, and within a corpus.
        self._encode = lru_cache(maxsize=1 << 16)(
            lambda text: tuple(tokenizer.encode(text, add_special_tokens=False).ids)
        )

    def __len__(self) -> int:
        """The number of token ids, special ones included: the size of a model's embedding."""
        return self.tokenizer.get_vocab_size(with_added_tokens=True)

    def encode(self, text: str) -> list[int]:
        return list(self._encode(text))

    def decode(self, ids: Sequence[int]) -> str:
        return self.tokenizer.decode(list(ids), skip_special_tokens=False)

    def ends_line(self, token: int) -> bool:
        return token not in self.special_names and self.decode([token]).endswith("\n")

    def show(self, ids: Sequence[int]) -> str:
        """The ids as text, special tokens by their names: for people, not for parsing."""
        text, plain = [], []
        for token in ids:
            if token in self.special_names:
                text += [self.decode(plain), self.special_names[token]]
                plain = []
            else:
                plain.append(token)
        return "".join([*text, self.decode(plain)])


def source_ids(tokens: Tokens, source: str) -> list[int]:
    """What stands before the first frame: SOURCE in its context, the closing separator included."""
    special = tokens.special
    return [special[BEGIN], special[CONTEXT], *tokens.encode(source), special[FRAME_SEP]]


def source_document_ids(tokens: Tokens, text: str, end: bool = True) -> list[int]:
    """A plain source text, as the text model reads and writes it: no context token, no marker needed."""
    return [tokens.special[BEGIN], *tokens.encode(text), *([tokens.special[END]] if end else [])]


def frame_ids(tokens: Tokens, frame: Frame, style: Style = OURS) -> list[int]:
    """The ids of one frame, from its event token to its closing `<|frame_sep|>`."""
    special = tokens.special
    ids = [special[EVENT_TOKENS[frame.event]]]
    if _writes_locals(frame, style):
        ids += tokens.encode(locals_text(frame, style))
    ids.append(special[ACTION_SEP])
    ids += tokens.encode(frame.source)
    if frame.event in ("return", "exception"):
        ids.append(special[ARG_SEP])
        ids += tokens.encode(_json(frame.value))
    ids.append(special[FRAME_SEP])
    return ids


def encode(tokens: Tokens, trace: Trace, style: Style = OURS) -> list[int]:
    """A whole trace. One that was stopped has no end token: it did not end there."""
    ids = source_ids(tokens, trace.source)
    for frame in trace.frames:
        ids += frame_ids(tokens, frame, style)
    if trace.complete:
        ids.append(tokens.special[END])
    return ids


def locals_text(frame: Frame, style: Style = OURS) -> str:
    """LOCALS of a frame: what is not in its delta is as it was, and written `".."`."""
    values = {STDOUT: repr(frame.stdout)} if frame.stdout and style.stdout else {}
    for name, value in frame.locals.items():
        values[name] = value if name in frame.delta else UNCHANGED
    return _json(values)


def _writes_locals(frame: Frame, style: Style) -> bool:
    if frame.event in ("call", "line"):
        return True
    return style.exit_locals and bool(frame.delta or frame.deleted or (frame.stdout and style.stdout))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class RawFrame:
    """A frame as its tokens say it: `..` not yet resolved, no line number, no activation."""

    event: Event
    source: str  # LINE, its trailing newline included
    locals: Mapping[str, str] | None = None  # None where LOCALS was left out; <stdout> not among them
    value: str | None = None
    stdout: str = ""


def parse_frame(tokens: Tokens, ids: Sequence[int]) -> RawFrame:
    """The frame in `ids`, from its event token to its closing `<|frame_sep|>`. Raises FormatError."""
    special = tokens.special
    if not ids or ids[0] not in tokens.events:
        raise FormatError("a frame must begin with an event: call, line, return or exception")
    if ids[-1] != special[FRAME_SEP]:
        raise FormatError("the frame is not closed")
    event = tokens.events[ids[0]]
    leaves = event in ("return", "exception")
    seams = [(i, token) for i, token in enumerate(ids[1:-1], 1) if token in tokens.special_names]
    expected = [special[ACTION_SEP]] + [special[ARG_SEP]] * leaves
    if [token for _, token in seams] != expected:
        found = " ".join(tokens.special_names[token] for _, token in seams) or "none"
        wanted = " ".join(tokens.special_names[token] for token in expected)
        raise FormatError(f"a {event} frame has the separators {wanted}; found {found}")

    action = seams[0][0]
    line_end = seams[1][0] if leaves else len(ids) - 1
    source = tokens.decode(ids[action + 1 : line_end])
    if not source.endswith("\n") or source.count("\n") != 1:
        raise FormatError(f"not one line of source: {source!r}")
    if action == 1:
        if not leaves:
            raise FormatError(f"a {event} frame must list its locals")
        values, stdout = None, ""
    else:
        values, stdout = _parse_locals(tokens.decode(ids[1:action]))
    value = _parse_value(tokens.decode(ids[line_end + 1 : -1])) if leaves else None
    return RawFrame(event, source, values, value, stdout)


def parse(tokens: Tokens, ids: Sequence[int]) -> tuple[str, list[RawFrame]]:
    """SOURCE and the frames of a whole trace, with or without its end token. Raises FormatError."""
    special = tokens.special
    if list(ids[:2]) != [special[BEGIN], special[CONTEXT]]:
        raise FormatError(f"a trace must begin with {BEGIN} {CONTEXT}")
    rest = ids[2:-1] if ids[-1] == special[END] else ids[2:]
    parts: list[list[int]] = [[]]
    for token in rest:
        parts[-1].append(token)
        if token == special[FRAME_SEP]:
            parts.append([])
    if parts.pop() or not parts:
        raise FormatError("the trace breaks off inside a frame")
    source, *frames = parts
    return tokens.decode(source[:-1]), [parse_frame(tokens, frame) for frame in frames]


def _parse_locals(text: str) -> tuple[dict[str, str], str]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            raise FormatError(f"a variable is listed twice: {text}")
        return values

    try:
        values = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise FormatError(f"the variables are no JSON object: {text}") from error
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise FormatError(f"the variables must be names with their values as text: {text}")
    if STDOUT not in values:
        return values, ""
    printed = values.pop(STDOUT)
    try:
        stdout = ast.literal_eval(printed)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        stdout = None
    if not isinstance(stdout, str):
        raise FormatError(f"what was printed is no text: {printed}")
    return values, stdout


def _parse_value(text: str) -> str:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"the value is no JSON text: {text}") from error
    if not isinstance(value, str):
        raise FormatError(f"the value must be given as text: {text}")
    return value
