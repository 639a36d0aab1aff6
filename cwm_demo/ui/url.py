"""Where a visitor is, and the link that leads there: `Place` to and from the URL's query.

Everything that the stepper can be in is in the URL, so that a reload or a sent link shows the same step. A
catalogue program goes by its name; a visitor's own code is compressed (zlib, base64url) and bounded, because
browsers, proxies and chat programs cut long links.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from cwm_demo.rollout.step import Mode, Read

DEFAULT_PROGRAM = "tally"
LINK_LIMIT = 4_000  # characters of compressed own code that a link may hold, about 10 KB of source
CODE_LIMIT = 64_000  # characters of own code that are read back: a small link must not unpack to gigabytes
TEXT_LIMIT = 2_000  # characters of a call, and of the text for input()
STOPS_LIMIT = 100  # lines with a breakpoint

Cover = Literal["off", "on", "open"]  # Python's panel: as usual, covered, opened after it was covered


@dataclass(frozen=True, slots=True)
class Place:
    program: str = DEFAULT_PROGRAM  # name in the catalogue; ignored when there is own code
    code: str | None = None  # the visitor's own program
    call: str | None = None  # None: the program's first case
    stdin: str | None = None  # what input() reads; None: the case's own, or nothing
    bug: str | None = None  # id of an injected bug, such as "4:off-by-one"
    mode: Mode = "replay"
    read: Read = "intended"
    step: int = 0  # which frame is predicted and revealed, from 0
    cover: Cover = "off"
    present: bool = False  # large type, nothing else on the screen
    stops: tuple[int, ...] = ()  # lines with a breakpoint
    predict: bool = False  # the visitor says first what a step does


CHOICES = {  # the first is the default
    "mode": ("replay", "imagine"),
    "read": ("intended", "candidate"),
    "cover": ("off", "on", "open"),
}
SWITCHES = ("present", "predict")


class LinkTooLong(ValueError):
    """The program is too long to be carried by a link."""


def to_query(place: Place) -> dict[str, str]:
    """The query of `place`; what equals the default is left out. Raises LinkTooLong."""
    query: dict[str, str] = {}
    if place.code is not None:
        query["code"] = pack(place.code)
    else:
        query["program"] = place.program
    default = Place()
    for name in ("call", "stdin", "bug", *CHOICES):
        value = getattr(place, name)
        if value != getattr(default, name):
            query[name] = value
    for name in SWITCHES:
        if getattr(place, name):
            query[name] = "on"
    if place.stops:
        query["stop"] = ",".join(map(str, place.stops))
    query["step"] = str(place.step + 1)
    return query


def from_query(query: Mapping[str, str]) -> tuple[Place, list[str]]:
    """The place that a query names, and a sentence for each part of it that could not be used."""
    place, notes = Place(), []
    if "code" in query:
        try:
            place = replace(place, code=unpack(query["code"]))
        except ValueError as error:
            notes.append(f"The link’s program can’t be read ({error}); this is {DEFAULT_PROGRAM} instead.")
    elif "program" in query:
        place = replace(place, program=query["program"])
    for name in ("call", "stdin", "bug"):
        if name in query and len(query[name]) <= TEXT_LIMIT:
            place = replace(place, **{name: query[name]})
        elif name in query:
            notes.append(f"The link’s “{name}” is longer than {TEXT_LIMIT} characters and was left out.")
    for name, allowed in CHOICES.items():
        if query.get(name, allowed[0]) in allowed:
            place = replace(place, **{name: query.get(name, allowed[0])})
        else:
            notes.append(f"The link’s “{name}” is none of {', '.join(allowed)}: {allowed[0]} is used.")
    for name in SWITCHES:
        if query.get(name, "off") in ("on", "off"):
            place = replace(place, **{name: query.get(name) == "on"})
        else:
            notes.append(f"The link’s “{name}” is neither on nor off: off is used.")
    stops = [part for part in query.get("stop", "").split(",") if part]
    if len(stops) <= STOPS_LIMIT and all(_is_number(part) for part in stops):
        place = replace(place, stops=tuple(sorted({int(part) for part in stops})))
    else:
        notes.append("The link’s “stop” is no list of line numbers: no line has a breakpoint.")
    step = query.get("step", "1")
    if _is_number(step):
        place = replace(place, step=int(step) - 1)
    else:
        notes.append("The link’s “step” is not a number from 1 on: this is the first step.")
    return place, notes


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6 and int(text) >= 1


def pack(code: str) -> str:
    """Own code as it stands in a link. Raises LinkTooLong when a link can't carry it."""
    packed = base64.urlsafe_b64encode(zlib.compress(code.encode(), 9)).decode().rstrip("=")
    if len(packed) > LINK_LIMIT:
        raise LinkTooLong(
            f"This program takes {len(packed):,} characters in a link; {LINK_LIMIT:,} are the limit. "
            "It runs here, but no link leads to it; after a reload, Edit offers it again."
        )
    return packed


def unpack(packed: str) -> str:
    """The code that `pack` packed. Raises ValueError with the reason when it isn't that."""
    if len(packed) > LINK_LIMIT:
        raise ValueError(f"it is longer than {LINK_LIMIT:,} characters")
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unzip = zlib.decompressobj()
        code = unzip.decompress(data, CODE_LIMIT)
        if not unzip.eof:
            raise ValueError("it is cut off, or too long")
        return code.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise ValueError("it is damaged") from error
