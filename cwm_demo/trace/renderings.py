"""Further renderings of a trace, for people: the deck's form, JSON, and CWM's tokens in pieces.

None of them is trained on; what is trained on are the ids of `cwm_demo.trace.text`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cwm_demo.trace.frame import Frame, Trace
from cwm_demo.trace.text import OURS, Style, Tokens, encode, source_ids


def as_json(trace: Trace) -> str:
    """The trace as the command line prints it (`python -m cwm_demo trace --json`)."""
    return json.dumps(trace.to_json(), ensure_ascii=False, indent=1)


def as_deck(trace: Trace) -> str:
    """The human-readable record: `call:`, `step N:`, `return:` lines between `<TRACE>` tags.

    A step is a frame of the run that shows an effect: new or changed values, deleted names, printed text.
    What a callee does is indented under the line that called it.
    """
    rows = ["<TRACE>", *(row for rows in deck_rows(trace) for row in rows)]
    if trace.stopped:
        rows.append(f"  stopped ({trace.stopped.reason}): {trace.stopped.message}")
    rows.append("</TRACE>")
    return "\n".join(rows) + "\n"


def deck_rows(trace: Trace) -> list[list[str]]:
    """The rows that each frame has in the deck's form: none where it shows no effect, else one or two."""
    found = []
    step = 0
    for frame in trace.frames:
        indent = "  " * (frame.depth + 1)
        effects = _effects(frame)
        rows = []
        if frame.event == "call":
            arguments = ", ".join(f"{name}={value}" for name, value in frame.locals.items())
            rows.append(f"{indent}call: {frame.function}({arguments})")
        elif effects:
            step += 1
            rows.append(f"{indent}step {step}: {'; '.join(effects)}")
        if frame.event == "return":
            rows.append(f"{indent}return: {frame.value}")
        elif frame.event == "exception":
            rows.append(f"{indent}exception: {frame.value}")
        found.append(rows)
    return found


def _effects(frame: Frame) -> list[str]:
    effects = [f"{name} = {value}" for name, value in frame.delta.items()]
    effects += [f"del {name}" for name in frame.deleted]
    if frame.stdout:
        effects.append(f"prints {frame.stdout!r}")
    return effects


def credited(frames: Sequence[Frame]) -> list[Frame | None]:
    """For each frame, the frame whose line did what it shows: the one before it in the same activation."""
    last: dict[int, Frame] = {}
    found: list[Frame | None] = []
    for frame in frames:
        before = last.get(frame.activation)
        found.append(None if frame.event == "call" or before is None or before.event == "call" else before)
        last[frame.activation] = frame
    return found


@dataclass(frozen=True, slots=True)
class Piece:
    """A special token, or a run of plain ones, as text."""

    text: str
    special: bool
    ids: tuple[int, ...]


def pieces(tokens: Tokens, ids: Sequence[int]) -> list[Piece]:
    """The ids in reading order, special tokens by their names and apart from the text between them."""
    found: list[Piece] = []
    plain: list[int] = []

    def close() -> None:
        if plain:
            found.append(Piece(tokens.decode(plain), False, tuple(plain)))
            plain.clear()

    for token in ids:
        if token in tokens.special_names:
            close()
            found.append(Piece(tokens.special_names[token], True, (token,)))
        else:
            plain.append(token)
    close()
    return found


def as_cwm(tokens: Tokens, trace: Trace, style: Style = OURS) -> str:
    """The trace as CWM writes it, special tokens by their names. To read: parsing is done from ids."""
    return tokens.show(encode(tokens, trace, style))


def training_record(tokens: Tokens, trace: Trace) -> dict[str, Any]:
    """One document of a corpus of traces: what ran, what Python did, and the tokens made of it."""
    return {
        **trace.to_json(),
        "text": as_cwm(tokens, trace),
        "ids": encode(tokens, trace),
        "context_tokens": len(source_ids(tokens, trace.source)),
    }
