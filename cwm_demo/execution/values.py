"""A value as text: what `repr` would write, decided by exact type, and never by the visitor's code.

No `__repr__`, `__str__`, `__eq__`, `__hash__`, `__getattr__`, property or metaclass of the visitor's runs
here: types are told apart by identity, and attributes are read as introspection.py does. Instances show
their attributes, sets are sorted, cycles are `...`, and no address is ever shown, because nobody could
predict one.

Bounded in depth, items, characters and digits. A cut value ends in `…`, its length, and a digest of
what was cut, so that a change behind the cut is still a change. (Of a container with more than `WATCHED`
items, the digest looks at that many, evenly spread; a value of more than `NODES` parts is digested so far.)
"""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import functools
import marshal
import re
import types
import zlib
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from itertools import islice
from operator import is_
from typing import Any

from cwm_demo.execution.introspection import (
    arguments,
    attributes,
    class_module,
    class_name,
    exact,
    fields,
    is_class,
    made_in_python,
)

DEPTH = 10  # containers within containers
DIGESTED_DEPTH = 40  # how deep the digest of what is deeper still looks
ITEMS = 100  # of one container
CHARACTERS = 300  # of one string
DIGITS = 100  # of one integer
NODES = 20_000  # values looked at for one text, whatever their nesting
WATCHED = 20_000  # items of one container that its digest looks at
TEXT = 2_000  # characters of the whole text

# Between them an integer is written as it is, whatever it has to be cut to otherwise.
LEAST, SMALL = -(10**18), 10**18
_NUMBERS = frozenset(map(id, (int, bool)))
_SORTABLE = frozenset(map(id, (int, str, bytes, float)))
_SCALARS = frozenset(map(id, (int, float, bool, complex, str, bytes, type(None))))


def render(value: object) -> str:
    """The text of `value`."""
    kind = type(value)
    if kind is int:
        return repr(value) if LEAST < value < SMALL else _integer(value)
    if kind is str:
        return repr(value) if len(value) <= CHARACTERS else _string(value)
    if value is None or kind is bool or kind is float:
        return repr(value)
    text = repr(value) if _flat(kind, value) else _Walk().text(value, 0)
    return (
        text if len(text) <= TEXT else f"{text[:TEXT]}… ({len(text)} characters, {_digest(_encoded(text))})"
    )


class Seen:
    """The values that an activation's names had when they were last written, as far as they may be kept.

    A name whose value is the very object that it was, a plain one that nothing can change, has its old text;
    so has a list or dict that holds the very same plain objects. Nothing is compared but identities, so no
    code of the visitor's runs, and nothing is kept that has a finaliser.
    """

    __slots__ = ("dicts", "lists", "plain")

    def __init__(self) -> None:
        self.plain: dict[str, Any] = {}  # those that nothing can change
        self.lists: dict[str, tuple] = {}
        self.dicts: dict[str, tuple[tuple, tuple]] = {}

    def look(self, name: str, value: Any) -> str:
        """The text of a value that is another one than before."""
        kind = type(value)
        text = render(value)
        if kind is str or kind is int or value is None or kind is float or kind is bool:
            if name not in self.plain:
                self.forget(name)
            self.plain[name] = value
            return text
        self.forget(name)
        if kind is list or kind is tuple or kind is dict:
            if not _flat(kind, value):
                return text
            if kind is tuple:
                self.plain[name] = value
            elif kind is list:
                self.lists[name] = tuple(value)
            else:
                self.dicts[name] = tuple(value), tuple(value.values())
        return text

    def same_dict(self, name: str, value: dict) -> bool:
        held = self.dicts.get(name)
        return (
            held is not None
            and len(held[0]) == len(value)
            and all(map(is_, held[0], value))
            and all(map(is_, held[1], value.values()))
        )

    def forget(self, name: str) -> None:
        self.plain.pop(name, None)
        self.lists.pop(name, None)
        self.dicts.pop(name, None)


def render_exception(error: BaseException) -> str:
    """`"ValueError: message"`, or the bare name where there is no message."""
    name = class_name(type(error))
    message = _message(error)
    if len(message) > CHARACTERS:
        message = f"{message[:CHARACTERS]}… ({len(message)} characters, {_digest(_encoded(message))})"
    return f"{name}: {_encoded(message).decode()}" if message else name


def _message(error: BaseException) -> str:
    """From the arguments, as `str` would build it; an exception's own `__str__` never runs."""
    kind = type(error)
    args = arguments(error)
    if not args:
        return ""
    if not made_in_python(kind) and all(id(type(arg)) in _SCALARS for arg in args):
        try:
            return str(error)
        except Exception:  # a built-in one whose attributes were taken away
            return render(args)
    if len(args) > 1:
        return render(args)
    if type(args[0]) is str and not issubclass(kind, KeyError):
        return args[0]
    return render(args[0])


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _digest(data: bytes | bytearray) -> str:
    return f"{zlib.crc32(data):08x}"


def _flat(kind: type, value: Any) -> bool:
    """Whether `value` holds plain short values and nothing else: then `repr` may write it, which is fast."""
    if kind is list or kind is tuple:
        return len(value) <= ITEMS and _small(value)
    return kind is dict and len(value) <= ITEMS and _small(value) and _small(value.values())


def _small(values: Iterable[Any]) -> bool:
    for value in values:
        kind = type(value)
        if kind is int:
            if not LEAST < value < SMALL:
                return False
        elif kind is str:
            if len(value) > CHARACTERS:
                return False
        elif kind is not float and kind is not bool and value is not None:
            return False
    return True


# Single values


def _integer(value: int) -> str:
    if value.bit_length() <= 3 * DIGITS:
        return repr(value)
    sign = "-" if value < 0 else ""
    size = abs(value)
    if size.bit_length() <= 14_000:  # under Python's own limit of 4,300 digits
        digits = repr(size)
        if len(digits) <= DIGITS:
            return sign + digits
        return f"{sign}{digits[:20]}… ({len(digits)} digits, {_digest(digits.encode())})"
    data = size.to_bytes(size.bit_length() // 8 + 1, "big")
    return f"{sign}{hex(size >> (size.bit_length() - 64))}… ({size.bit_length()} bits, {_digest(data)})"


def _string(value: str) -> str:
    if len(value) <= CHARACTERS:
        return repr(value)
    return f"{value[:CHARACTERS]!r}… ({len(value)} characters, {_digest(_encoded(value))})"


def _bytes(value: bytes | bytearray) -> str:
    if len(value) <= CHARACTERS:
        return repr(value)
    return f"{value[:CHARACTERS]!r}… ({len(value)} bytes, {_digest(value)})"


def _function(value: types.FunctionType) -> str:
    return f"<function {exact(value.__name__)}>"


def _cached_function(value: Any) -> str:
    name = dict(attributes(value)).get("__name__")
    return f"<function {name}>" if type(name) is str else "<function>"


def _builtin(value: types.BuiltinFunctionType) -> str:
    owner = value.__self__
    if owner is None or type(owner) is types.ModuleType:
        return f"<built-in function {value.__name__}>"
    return f"<built-in method {value.__name__}>"


def _method(value: types.MethodType) -> str:
    function = value.__func__
    name = exact(function.__name__) if type(function) is types.FunctionType else class_name(type(function))
    owner = value.__self__ if is_class(value.__self__) else type(value.__self__)
    return f"<bound method {class_name(owner)}.{name}>"


def _class(value: type) -> str:
    module = class_module(value)
    prefix = "" if module in ("", "builtins", "__main__") else f"{module}."
    return f"<class '{prefix}{class_name(value)}'>"


def _module(value: types.ModuleType) -> str:
    name = types.ModuleType.__getattribute__(value, "__dict__").get("__name__")
    return f"<module '{name}'>" if type(name) is str else "<module>"


def _generator(value: Any) -> str:
    return f"<{class_name(type(value))} {exact(value.__name__)}>"


def _datetime(value: datetime.datetime | datetime.time) -> str:
    if value.tzinfo is None or type(value.tzinfo) is datetime.timezone:
        return repr(value)
    return _opaque(value)


def _fraction(value: fractions.Fraction) -> str:
    parts = value.numerator, value.denominator
    return f"Fraction({render(parts[0])}, {render(parts[1])})"


def _pattern(value: re.Pattern) -> str:
    return repr(value) if id(type(value.pattern)) in _SCALARS else _opaque(value)


def _match(value: re.Match) -> str:
    return repr(value) if id(type(value.string)) in _SCALARS else _opaque(value)


def _array(value: array) -> str:
    if len(value) <= ITEMS:
        return repr(value)
    return f"array('{value.typecode}', … ({len(value)} items, {_digest(value.tobytes())}))"


def _opaque(value: object) -> str:
    return f"<{class_name(type(value))}>"


_SINGLE: dict[int, Callable[[Any], str]] = {
    id(kind): write
    for kind, write in (
        (float, repr),
        (bool, repr),
        (type(None), repr),
        (complex, repr),
        (bytes, _bytes),
        (bytearray, _bytes),
        (type(...), repr),
        (type(NotImplemented), repr),
        (range, repr),
        (decimal.Decimal, repr),
        (fractions.Fraction, _fraction),
        (datetime.date, repr),
        (datetime.timedelta, repr),
        (datetime.timezone, repr),
        (datetime.datetime, _datetime),
        (datetime.time, _datetime),
        (re.Pattern, _pattern),
        (re.Match, _match),
        (array, _array),
        (types.FunctionType, _function),
        (type(functools.cache(len)), _cached_function),
        (types.BuiltinFunctionType, _builtin),
        (types.MethodType, _method),
        (types.ModuleType, _module),
        (types.GeneratorType, _generator),
        (types.CoroutineType, _generator),
        (types.AsyncGeneratorType, _generator),
        (type, _class),
    )
}


# Values within values


class _Walk:
    """The walk over one value: what it stands inside of (cycles), and how much it may still look at."""

    __slots__ = ("inside", "room")

    def __init__(self) -> None:
        self.inside: set[int] = set()
        self.room = NODES

    def text(self, value: Any, depth: int) -> str:
        kind = type(value)
        if kind is int:
            return repr(value) if LEAST < value < SMALL else _integer(value)
        if kind is str:
            return _string(value)
        single = _SINGLE.get(id(kind))
        if single is not None:
            return single(value)
        if depth < DEPTH and _flat(kind, value):
            self.room -= len(value)
            return repr(value)
        form = _CONTAINERS.get(id(kind)) or _form(kind, value)
        if type(form) is str:
            return form
        opening, closing, write = form
        self.room -= 1
        if id(value) in self.inside:
            return f"{opening}...{closing}"
        if depth >= DIGESTED_DEPTH or self.room <= 0:
            return f"{opening}…{closing}"
        self.inside.add(id(value))
        content = write(self, value, depth + 1)
        self.inside.discard(id(value))
        if content and depth == DEPTH:
            content = f"… ({_digest(_encoded(content))})"
        return f"{opening}{content}{closing}"

    def items(self, values: Iterable[Any], size: int, depth: int) -> str:
        if size <= ITEMS:
            self.room -= size
            return ", ".join([self.text(item, depth) for item in values])
        head = list(islice(values, ITEMS))
        shown = repr(head)[1:-1] if _small(head) else ", ".join([self.text(item, depth) for item in head])
        return self.cut(shown, _spread(values, size), size, depth)

    def pairs(self, pairs: Iterable[tuple[Any, Any]], size: int, depth: int) -> str:
        text = self.text
        shown = ", ".join([f"{text(key, depth)}: {text(item, depth)}" for key, item in islice(pairs, ITEMS)])
        if size <= ITEMS:
            self.room -= size
            return shown
        return self.cut(shown, [part for pair in _spread(pairs, size) for part in pair], size, depth)

    def ordered(self, values: Iterable[Any], size: int, depth: int) -> str:
        """Items of a set: by value where Python's own order runs no code of the visitor's, else by text."""
        if size > WATCHED:
            return f"… ({size} items)"
        everything = list(values)
        kinds = set(map(id, map(type, everything)))
        if kinds <= _NUMBERS or (len(kinds) == 1 and kinds <= _SORTABLE):
            return self.items(sorted(everything), size, depth)
        texts = sorted([self.text(item, depth) for item in everything])
        if size <= ITEMS:
            return ", ".join(texts)
        return self.cut(", ".join(texts[:ITEMS]), texts[ITEMS:], size, depth)

    def named(self, pairs: Iterable[tuple[str, Any]], depth: int) -> str:
        everything = list(pairs)
        shown = ", ".join([f"{name}={self.text(item, depth)}" for name, item in everything[:ITEMS]])
        if len(everything) <= ITEMS:
            return shown
        rest = [part for pair in everything[ITEMS:] for part in pair]
        return self.cut(shown, rest, len(everything), depth)

    def cut(self, shown: str, rest: list[Any], size: int, depth: int) -> str:
        self.room -= ITEMS
        if all(id(type(item)) in _SCALARS for item in rest):
            data = marshal.dumps(rest, 2)  # in version 2 equal values give equal bytes, whoever holds them
        else:
            taken = rest[: max(0, self.room)]
            self.room -= len(taken)
            data = _encoded("\0".join([self.text(item, depth) for item in taken]))
        return f"{shown}, … ({size} items, {_digest(data)})"


def _spread(values: Iterable[Any], size: int) -> list[Any]:
    """What stands behind the cut: all of it, or `WATCHED` items evenly spread."""
    return list(islice(values, ITEMS, None, (size - ITEMS) // WATCHED + 1))


# What opens and closes a container's text, and what writes its content.
Form = tuple[str, str, Callable[[_Walk, Any, int], str]]


def _list(walk: _Walk, value: list, depth: int) -> str:
    return walk.items(value, len(value), depth)


def _tuple(walk: _Walk, value: tuple, depth: int) -> str:
    return walk.items(value, len(value), depth) + ("," if len(value) == 1 else "")


def _dict(walk: _Walk, value: dict, depth: int) -> str:
    return walk.pairs(dict.items(value), dict.__len__(value), depth)


def _braced_dict(walk: _Walk, value: dict, depth: int) -> str:
    return f"{{{_dict(walk, value, depth)}}}" if dict.__len__(value) else ""


def _counter(walk: _Walk, value: Counter, depth: int) -> str:
    pairs = list(dict.items(value))
    if all(type(count) is int for _, count in pairs):
        pairs.sort(key=lambda pair: pair[1], reverse=True)  # as Counter itself writes them
    return f"{{{walk.pairs(pairs, len(pairs), depth)}}}" if pairs else ""


def _defaultdict(walk: _Walk, value: defaultdict, depth: int) -> str:
    return f"{walk.text(value.default_factory, depth)}, {{{_dict(walk, value, depth)}}}"


def _set(walk: _Walk, value: set, depth: int) -> str:
    return walk.ordered(value, len(value), depth)


def _braced_set(walk: _Walk, value: Any, depth: int) -> str:
    base = set if issubclass(type(value), set) else frozenset
    size = base.__len__(value)
    return f"{{{walk.ordered(base.__iter__(value), size, depth)}}}" if size else ""


def _bracketed(walk: _Walk, value: Any, depth: int) -> str:
    return f"[{walk.items(value, len(value), depth)}]"


_MAXLEN = deque.__dict__["maxlen"].__get__


def _deque(walk: _Walk, value: deque, depth: int) -> str:
    items = list(deque.__iter__(value))
    most = _MAXLEN(value)
    limit = "" if most is None else f", maxlen={most}"
    return f"[{walk.items(items, len(items), depth)}]{limit}"


def _slice(walk: _Walk, value: slice, depth: int) -> str:
    return walk.items((value.start, value.stop, value.step), 3, depth)


def _partial(walk: _Walk, value: functools.partial, depth: int) -> str:
    parts = [walk.items((value.func, *value.args), 1 + len(value.args), depth)]
    if value.keywords:
        parts.append(walk.named(value.keywords.items(), depth))
    return ", ".join(parts)


def _instance(walk: _Walk, value: Any, depth: int) -> str:
    """What an instance holds as the built-in that its class extends, then its attributes."""
    held = ""
    for base, write in _EXTENDED:
        if issubclass(type(value), base):
            held = write(walk, value, depth)
            break
    own = walk.named(attributes(value), depth)
    return f"{held}, {own}" if held and own else held or own


def _named_tuple(walk: _Walk, value: Any, depth: int) -> str:
    names, items = fields(type(value)), list(tuple.__iter__(value))
    if len(names) != len(items):
        return walk.items(items, len(items), depth)
    return walk.named(zip(names, items), depth)


_EXTENDED: tuple[tuple[type, Callable[[_Walk, Any, int], str]], ...] = (
    (BaseException, lambda walk, value, depth: walk.items(arguments(value), len(arguments(value)), depth)),
    (int, lambda walk, value, depth: _integer(int.__pos__(value))),
    (float, lambda walk, value, depth: float.__repr__(value)),
    (str, lambda walk, value, depth: _string(str.__str__(value))),
    (bytes, lambda walk, value, depth: _bytes(bytes.__getitem__(value, slice(None)))),
    (list, lambda walk, value, depth: _bracketed(walk, list.__getitem__(value, slice(None)), depth)),
    (tuple, lambda walk, value, depth: walk.text(tuple.__getitem__(value, slice(None)), depth)),
    (dict, lambda walk, value, depth: f"{{{_dict(walk, value, depth)}}}"),
    (set, _braced_set),
    (frozenset, _braced_set),
    (deque, _deque),
)

_CONTAINERS: dict[int, Form] = {
    id(kind): form
    for kind, form in (
        (list, ("[", "]", _list)),
        (tuple, ("(", ")", _tuple)),
        (dict, ("{", "}", _dict)),
        (frozenset, ("frozenset(", ")", _braced_set)),
        (deque, ("deque(", ")", _deque)),
        (Counter, ("Counter(", ")", _counter)),
        (defaultdict, ("defaultdict(", ")", _defaultdict)),
        (OrderedDict, ("OrderedDict(", ")", _braced_dict)),
        (type({}.keys()), ("dict_keys(", ")", _bracketed)),
        (type({}.values()), ("dict_values(", ")", _bracketed)),
        (type({}.items()), ("dict_items(", ")", _bracketed)),
        (slice, ("slice(", ")", _slice)),
        (functools.partial, ("functools.partial(", ")", _partial)),
        (types.SimpleNamespace, ("namespace(", ")", _instance)),
    )
}


def _form(kind: type, value: Any) -> Form | str:
    """How a value of any other type is written: as an instance, or by the name of its type alone."""
    if kind is set:
        return ("{", "}", _set) if value else "set()"
    if issubclass(kind, type):
        return _class(value)
    if type(kind) is enum.EnumMeta:
        return _member(kind, value)
    if made_in_python(kind) or issubclass(kind, BaseException):
        return f"{class_name(kind)}(", ")", _named_tuple if fields(kind) else _instance
    return _opaque(value)


def _member(kind: type, value: Any) -> str:
    """A member of an Enum, as Enum itself writes it."""
    state = dict(attributes(value))
    name, content = state.get("_name_"), state.get("_value_")
    label = f"{class_name(kind)}.{name}" if type(name) is str else class_name(kind)
    return f"<{label}: {render(content)}>" if id(type(content)) in _SCALARS else f"<{label}>"
