"""The standard modules that a program can import, and what they load later, on their own.

A worker can open no file, so whatever it will ever import is loaded in the parent before the fork.
That other imports give a message is a convenience; what makes them harmless is the system-call filter.
"""

from __future__ import annotations

import builtins
import importlib
import sys
from contextlib import suppress
from types import ModuleType

OFFERED = (
    "__future__",
    "abc",
    "array",
    "bisect",
    "calendar",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "io",
    "itertools",
    "json",
    "math",
    "operator",
    "pprint",
    "queue",
    "random",
    "re",
    "statistics",
    "string",
    "sys",
    "textwrap",
    "time",
    "types",
    "typing",
    "uuid",
)

# Imported by the modules above, or by the interpreter itself, only when a function of theirs is called.
_LATER = (
    "_pydatetime",  # from 3.12
    "_pylong",  # from 3.12: int to text with very many digits
    "_strptime",
    "collections.abc",
    "hashlib",
    "inspect",
    "linecache",
    "locale",
    "reprlib",
    "stringprep",
    "token",
    "tokenize",
    "traceback",
    "tracemalloc",
    "unicodedata",  # "\N{BULLET}"
    "warnings",
    "weakref",
)

_ENCODINGS = (
    "ascii",
    "base64_codec",
    "bz2_codec",
    "charmap",
    "cp1252",
    "cp437",
    "hex_codec",
    "idna",
    "iso8859_1",
    "iso8859_15",
    "latin_1",
    "punycode",
    "quopri_codec",
    "raw_unicode_escape",
    "rot_13",
    "unicode_escape",
    "utf_16",
    "utf_16_be",
    "utf_16_le",
    "utf_32",
    "utf_32_be",
    "utf_32_le",
    "utf_7",
    "utf_8",
    "utf_8_sig",
    "zlib_codec",
)


def load() -> None:
    """Loads everything that a program may need. A module that this Python lacks is left out."""
    for name in (*OFFERED, *_LATER, *(f"encodings.{encoding}" for encoding in _ENCODINGS)):
        with suppress(ImportError):
            importlib.import_module(name)


def refuse_others() -> None:
    """From here on a program imports what is offered, and anything else gives a message that lists it."""
    load_module = builtins.__import__

    def offer(name, globals=None, locals=None, fromlist=(), level=0):
        # Modules of the library, which have a __spec__, may import what they need; so may those written in C,
        # which come here with the globals of their caller, but with a list for `fromlist`.
        of_program = (
            globals is not None and globals.get("__spec__") is None and not isinstance(fromlist, list)
        )
        if of_program and level == 0 and name.partition(".")[0] not in OFFERED:
            raise _refusal(name)
        return load_module(name, globals, locals, fromlist, level)

    builtins.__import__ = offer
    sys.meta_path[:] = [_Refuser]


class _Refuser:
    """The only finder of a worker: what is not loaded yet can't be."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: ModuleType | None = None) -> None:
        raise _refusal(name)


def _refusal(name: str) -> ModuleNotFoundError:
    # Short enough for a trace, which shows 300 characters of a text.
    offered = ", ".join(module for module in OFFERED if module != "__future__")
    return ModuleNotFoundError(f"no module {name!r} here; there are {offered}", name=name)
