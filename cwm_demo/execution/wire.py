"""What the app and a sandboxed worker say to each other: length-prefixed JSON, checked on arrival.

    message = length (4 bytes, big endian, of what follows) + JSON object (UTF-8)

    app to worker      {"source", "stdin", "limits", "need_filter"}, once
    worker to app      {"frame": ...} for every frame as it happens, then {"end": ...} once
    parent to app      {"filter": why there is none, or null} once, when it is ready;
                       {"death": ...} for every worker, or {"refused": why it could not be forked}

A worker runs a stranger's code, and whatever can write to its pipe may write what it likes there. So nothing
is unpickled, a length is believed only up to a limit, and `read_frame` and `read_end` check the type of
every field before anyone sees it. What this does not give is truth: a program that takes hold of its own
pipe can send a trace that never happened. It spoils that one trace and nothing else.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

from cwm_demo.execution.limits import Limits
from cwm_demo.trace.frame import EVENTS, REASONS, Frame, Stop

MIB = 1024 * 1024
REQUEST_BYTES = 4 * MIB  # a program and the text of its input

# What the app hands the parent for each worker: seconds on the wall clock, beside two descriptors.
HAND_OVER = struct.Struct("!d")

_LENGTH = struct.Struct("!I")
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class WireError(ValueError):
    """What arrived is no message of ours."""


def message_bytes(limits: Limits) -> int:
    """The longest message of a run: 1 MiB, and the printed text (6 bytes for a control code)."""
    return MIB + 6 * limits.output_bytes


def run_bytes(limits: Limits) -> int:
    """All that one run may send: 32 KiB for a step, tens of times what ordinary values need."""
    return 32 * 1024 * limits.events + message_bytes(limits)


def encode(message: dict[str, Any]) -> bytes:
    """The bytes of a message. A lone surrogate, which UTF-8 can't carry, arrives as `?`."""
    body = _to_json(message).encode("utf-8", "replace")
    return _LENGTH.pack(len(body)) + body


class Messages:
    """Cuts a stream of bytes into messages, however it was cut on the way."""

    def __init__(self, limit: int) -> None:
        self._limit = limit  # bytes of one message
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """The messages that `data` completes. Raises WireError at the first that is none."""
        self._pending += data
        while len(self._pending) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._pending)
            if length > self._limit:
                raise WireError(f"a message of {length} bytes, where {self._limit} are allowed")
            end = _LENGTH.size + length
            if len(self._pending) < end:
                return
            body = bytes(self._pending[_LENGTH.size : end])
            del self._pending[:end]
            yield _decode(body)


def _decode(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)
        if b"\\u" in body:  # the one way to write a lone surrogate, which no page could show
            _to_json(message).encode()
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from None
    if not isinstance(message, dict):
        raise WireError("not a JSON object")
    return message


def read_frame(data: Any, lines: int) -> Frame:
    """The frame that a worker sent, its fields checked. `lines` is how many lines the source has."""
    fields = _record(data, Frame.__dataclass_fields__)
    line = fields["line"]
    _require(fields["event"] in EVENTS, "event")
    _require(type(line) is int and 1 <= line <= lines, "line")
    for name in ("source", "function", "stdout"):
        _require(isinstance(fields[name], str), name)
    for name in ("depth", "activation"):
        _require(type(fields[name]) is int and fields[name] >= 0, name)
    for name in ("locals", "delta"):
        values = fields[name]
        _require(isinstance(values, dict) and all(isinstance(value, str) for value in values.values()), name)
    for name in ("assigned", "deleted"):
        names = fields[name]
        _require(isinstance(names, list) and all(isinstance(each, str) for each in names), name)
    _require(fields["value"] is None or isinstance(fields["value"], str), "value")
    return Frame.from_json(fields)


def read_end(data: Any) -> dict[str, Any]:
    """How a run ended, as its worker says, as keywords of Trace: returned, raised, stdout, stopped.

    `stdout` is None where the worker could no longer say it: what the frames printed stands.
    """
    fields = _record(data, ("returned", "raised", "stdout", "stopped"))
    for name in ("returned", "raised"):
        _require(fields[name] is None or isinstance(fields[name], str), name)
    _require(fields["stdout"] is None or isinstance(fields["stdout"], str), "stdout")
    stopped = fields["stopped"]
    if stopped is not None:
        _require(isinstance(stopped, dict), "stopped")
        _require(stopped.get("reason") in REASONS and isinstance(stopped.get("message"), str), "stopped")
        for name in ("line", "column"):
            _require(stopped.get(name) is None or type(stopped[name]) is int, name)
        stopped = Stop.from_json(stopped)
    return {**fields, "stopped": stopped}


def _record(data: Any, names: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or data.keys() != set(names):
        raise WireError("fields are missing, or too many")
    return data


def _require(holds: bool, name: str) -> None:
    if not holds:
        raise WireError(f"{name} is not what it should be")
