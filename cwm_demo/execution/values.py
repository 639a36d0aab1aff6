"""A value as text: what `repr` would write, decided by exact type, and never by the visitor's code.

No `__repr__`, `__str__`, `__eq__`, `__hash__`, `__getattr__`, property or metaclass of the visitor's runs
here: types are told apart by identity, and attributes are read through the descriptors that Python itself
put into a class. Instances show their attributes, sets are sorted, cycles are `...`, and no address is
ever shown, because nobody could predict one.

Bounded in depth, items, characters and digits. A cut value ends in `…`, its length, and a digest of
the whole, so that a change behind the cut is still a change.
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
from typing import Any

DEPTH = 6  # containers within containers
ITEMS = 100  # of one container
CHARACTERS = 300  # of one string
DIGITS = 100  # of one integer
NODES = 2_000  # values looked at for one text, whatever their nesting
TEXT = 2_000  # characters of the whole text

_SCALARS = frozenset(map(id, (int, float, bool, complex, str, bytes, type(None))))
_MRO = type.__dict__["__mro__"].__get__
_TYPE_DICT = type.__dict__["__dict__"].__get__
_NAME = type.__dict__["__name__"].__get__
_MODULE = type.__dict__["__module__"].__get__
_ARGS = BaseException.__dict__["args"].__get__
_EXACT_INT = int.__dict__["__pos__"]


def render(value: object) -> str:
    """The text of `value`."""
    kind = type(value)
    if kind is int:
        return repr(value) if -(10**18) < value < 10**18 else _integer(value)
    if kind is str:
        return repr(value) if len(value) <= CHARACTERS else _string(value)
    if value is None or kind is bool or kind is float:
        return repr(value)
    if (
        (kind is list or kind is tuple)
        and len(value) <= ITEMS
        and _SCALARS.issuperset(map(id, map(type, value)))
    ):
        try:
            text = repr(value)
        except ValueError:  # an integer of more digits than Python writes
            text = ""
        if text and len(text) <= DIGITS:
            return text
    text = _Renderer().text(value, 0)
    return text if len(text) <= TEXT else f"{text[:TEXT]}… ({len(text)} characters, {_digest(text.encode())})"


def render_exception(error: BaseException) -> str:
    """`"ValueError: message"`, or the bare name where there is no message."""
    kind = type(error)
    message = _message(kind, error)
    if len(message) > CHARACTERS:
        message = f"{message[:CHARACTERS]}… ({len(message)} characters, {_digest(_encoded(message))})"
    message = _encoded(message).decode()
    return f"{class_name(kind)}: {message}" if message else class_name(kind)


def class_name(kind: type) -> str:
    """The name of a class, read past any metaclass of the visitor's."""
    return _plain(_NAME(kind))


def _message(kind: type, error: BaseException) -> str:
    args = _ARGS(error)
    if not args:
        return ""
    plain = all(id(type(arg)) in _SCALARS for arg in args)
    if plain and not _heap(kind) and kind is not UnicodeEncodeError:
        try:
            return str(error)  # a built-in exception with plain arguments: no code of the visitor's
        except Exception:
            return render(args)
    if len(args) > 1:
        return render(args)
    if type(args[0]) is str and KeyError not in _MRO(kind):
        return args[0]
    return render(args[0])


def _heap(kind: type) -> bool:
    """Whether the class was made by a `class` statement (or `type(...)`), not in C."""
    return bool(_FLAGS(kind) & 1 << 9)


_FLAGS = type.__dict__["__flags__"].__get__


def _plain(text: str) -> str:
    return text if type(text) is str else str.__str__(text)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _digest(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"


def _integer(value: int) -> str:
    if value.bit_length() <= 3 * DIGITS:
        return repr(value)
    head = "-" if value < 0 else ""
    size = abs(value)
    if size.bit_length() <= 14_000:  # under Python's own limit of 4,300 digits
        digits = repr(size)
        if len(digits) <= DIGITS:
            return head + digits
        return f"{head}{digits[:20]}… ({len(digits)} digits, {_digest(digits.encode())})"
    data = size.to_bytes(size.bit_length() // 8 + 1, "big")
    return f"{head}{hex(size >> (size.bit_length() - 64))}… ({size.bit_length()} bits, {_digest(data)})"


def _string(value: str) -> str:
    return f"{value[:CHARACTERS]!r}… ({len(value)} characters, {_digest(_encoded(value))})"


def _bytes(value: bytes | bytearray) -> str:
    if len(value) <= CHARACTERS:
        return repr(value)
    return f"{value[:CHARACTERS]!r}… ({len(value)} bytes, {_digest(bytes(value))})"


class _Renderer:
    """The walk over one value: what it stands inside of (cycles), and how much it may still look at."""

    __slots__ = ("inside", "room")

    def __init__(self) -> None:
        self.inside: set[int] = set()
        self.room = NODES

    def text(self, value: Any, depth: int) -> str:
        kind = type(value)
        if kind is int:
            return repr(value) if -(10**18) < value < 10**18 else _integer(value)
        if kind is str:
            return repr(value) if len(value) <= CHARACTERS else _string(value)
        writer = _WRITERS.get(id(kind))
        if writer is not None:
            return writer(value)
        self.room -= 1
        opening = _CONTAINERS.get(id(kind))
        if opening is None:
            opening = _opening(kind, value)
            if type(opening) is str:
                return opening
        before, after, write = opening
        if id(value) in self.inside:
            return f"{before}...{after}"
        if depth >= DEPTH or self.room <= 0:
            return f"{before}…{after}"
        self.inside.add(id(value))
        try:
            return f"{before}{write(self, value, depth + 1)}{after}"
        finally:
            self.inside.discard(id(value))

    def items(self, values: Iterable[Any], size: int, depth: int) -> str:
        """Items of a sequence, cut where there are too many of them."""
        if size <= ITEMS:
            self.room -= size
            return ", ".join([self.text(item, depth) for item in values])
        everything = list(values)
        return self.cut(
            [self.text(item, depth) for item in everything[:ITEMS]], everything[ITEMS:], size, depth
        )

    def cut(self, texts: list[str], rest: list[Any], size: int, depth: int) -> str:
        self.room -= len(texts)
        if _SCALARS.issuperset(map(id, map(type, rest))):
            data = marshal.dumps(
                rest, 2
            )  # version 2: the same bytes for equal values, whoever else holds them
        else:
            taken = rest[: max(0, self.room)]
            self.room -= len(taken)
            data = "\0".join([self.text(item, depth) for item in taken]).encode("utf-8", "backslashreplace")
        return f"{', '.join(texts)}, … ({size} items, {_digest(data)})"

    def pairs(self, pairs: Iterable[tuple[Any, Any]], size: int, depth: int) -> str:
        everything = list(pairs)
        text = self.text
        shown = [f"{text(key, depth)}: {text(item, depth)}" for key, item in everything[:ITEMS]]
        if size <= ITEMS:
            self.room -= size
            return ", ".join(shown)
        return self.cut(shown, [part for pair in everything[ITEMS:] for part in pair], size, depth)

    def ordered(self, values: Iterable[Any], size: int, depth: int) -> str:
        """Items of a set: by value where Python's own order needs no code of the visitor's, else by text."""
        everything = list(values)
        kinds = set(map(id, map(type, everything)))
        if (len(kinds) == 1 and kinds <= _SORTABLE) or kinds <= _NUMBERS:
            return self.items(sorted(everything), size, depth)
        if size <= NODES:
            texts = sorted([self.text(item, depth) for item in everything])
            if size <= ITEMS:
                return ", ".join(texts)
            return self.cut(texts[:ITEMS], texts[ITEMS:], size, depth)
        return f"… ({size} items)"

    def attributes(self, pairs: Iterable[tuple[Any, Any]], depth: int) -> str:
        named = [(name, item) for name, item in pairs if type(name) is str]
        shown = [f"{name}={self.text(item, depth)}" for name, item in named[:ITEMS]]
        if len(named) <= ITEMS:
            return ", ".join(shown)
        return self.cut(shown, [part for pair in named[ITEMS:] for part in pair], len(named), depth)


_SORTABLE = frozenset(map(id, (int, str, bytes, float)))
_NUMBERS = frozenset(map(id, (int, bool)))

Opening = tuple[str, str, Callable[[_Renderer, Any, int], str]]


def _list(walk: _Renderer, value: list, depth: int) -> str:
    return walk.items(value, len(value), depth)


def _tuple(walk: _Renderer, value: tuple, depth: int) -> str:
    return walk.items(value, len(value), depth) + ("," if len(value) == 1 else "")


def _dict(walk: _Renderer, value: dict, depth: int) -> str:
    return walk.pairs(dict.items(value), dict.__len__(value), depth)


def _set(walk: _Renderer, value: set | frozenset, depth: int) -> str:
    return walk.ordered(value, len(value), depth)


def _braced_set(walk: _Renderer, value: frozenset, depth: int) -> str:
    return f"{{{walk.ordered(value, len(value), depth)}}}" if value else ""


def _braced_dict(walk: _Renderer, value: dict, depth: int) -> str:
    return f"{{{walk.pairs(dict.items(value), dict.__len__(value), depth)}}}" if dict.__len__(value) else ""


def _counter(walk: _Renderer, value: Counter, depth: int) -> str:
    pairs = list(dict.items(value))
    if not pairs:
        return ""
    if all(type(count) is int for _, count in pairs):
        pairs.sort(key=lambda pair: pair[1], reverse=True)  # as Counter itself writes them
    return f"{{{walk.pairs(pairs, len(pairs), depth)}}}"


def _defaultdict(walk: _Renderer, value: defaultdict, depth: int) -> str:
    return f"{walk.text(value.default_factory, depth)}, {{{_dict(walk, value, depth)}}}"


def _deque(walk: _Renderer, value: deque, depth: int) -> str:
    limit = "" if value.maxlen is None else f", maxlen={value.maxlen}"
    return f"[{walk.items(value, len(value), depth)}]{limit}"


def _view(walk: _Renderer, value: Iterable[Any], depth: int) -> str:
    return f"[{walk.items(value, len(value), depth)}]"  # type: ignore[arg-type]


def _slice(walk: _Renderer, value: slice, depth: int) -> str:
    return walk.items((value.start, value.stop, value.step), 3, depth)


def _partial(walk: _Renderer, value: functools.partial, depth: int) -> str:
    parts = [walk.text(value.func, depth)]
    if value.args:
        parts.append(walk.items(value.args, len(value.args), depth))
    if value.keywords:
        parts.append(walk.attributes(value.keywords.items(), depth))
    return ", ".join(parts)


_CONTAINERS: dict[int, Opening] = {
    id(list): ("[", "]", _list),
    id(tuple): ("(", ")", _tuple),
    id(dict): ("{", "}", _dict),
    id(set): ("{", "}", _set),
    id(frozenset): ("frozenset(", ")", _braced_set),
    id(deque): ("deque(", ")", _deque),
    id(Counter): ("Counter(", ")", _counter),
    id(defaultdict): ("defaultdict(", ")", _defaultdict),
    id(OrderedDict): ("OrderedDict(", ")", _braced_dict),
    id(type({}.keys())): ("dict_keys(", ")", _view),
    id(type({}.values())): ("dict_values(", ")", _view),
    id(type({}.items())): ("dict_items(", ")", _view),
    id(slice): ("slice(", ")", _slice),
    id(functools.partial): ("functools.partial(", ")", _partial),
}


def _class(value: type) -> str:
    module = _MODULE(value)
    if type(module) is not str or module in ("builtins", "__main__"):
        return f"<class '{class_name(value)}'>"
    return f"<class '{module}.{class_name(value)}'>"


def _method(value: types.MethodType) -> str:
    function = value.__func__
    name = _plain(function.__name__) if type(function) is types.FunctionType else class_name(type(function))
    owner = value.__self__ if _heap_class(value.__self__) else type(value.__self__)
    return f"<bound method {class_name(owner)}.{name}>"


def _heap_class(value: object) -> bool:
    return type in _MRO(type(value))


def _builtin(value: types.BuiltinFunctionType) -> str:
    owner = value.__self__
    if owner is None or type(owner) is types.ModuleType:
        return f"<built-in function {value.__name__}>"
    return f"<built-in method {value.__name__}>"


def _datetime(value: datetime.datetime | datetime.time) -> str:
    if value.tzinfo is None or type(value.tzinfo) is datetime.timezone:
        return repr(value)
    return f"<{class_name(type(value))}>"


def _fraction(value: fractions.Fraction) -> str:
    if type(value._numerator) is int and type(value._denominator) is int:  # type: ignore[attr-defined]
        return f"Fraction({_integer(value._numerator)}, {_integer(value._denominator)})"  # type: ignore[attr-defined]
    return "<Fraction>"


def _pattern(value: re.Pattern) -> str:
    return repr(value) if type(value.pattern) in (str, bytes) else "<Pattern>"


def _match(value: re.Match) -> str:
    return repr(value) if type(value.string) in (str, bytes) else "<Match>"


def _array(value: array) -> str:
    return (
        repr(value) if len(value) <= ITEMS else f"<array … ({len(value)} items, {_digest(value.tobytes())})>"
    )


def _module(value: types.ModuleType) -> str:
    name = types.ModuleType.__getattribute__(value, "__dict__").get("__name__")
    return f"<module '{name}'>" if type(name) is str else "<module>"


_WRITERS: dict[int, Callable[[Any], str]] = {
    id(float): repr,
    id(bool): repr,
    id(type(None)): repr,
    id(complex): repr,
    id(bytes): _bytes,
    id(bytearray): _bytes,
    id(type(...)): repr,
    id(type(NotImplemented)): repr,
    id(range): repr,
    id(decimal.Decimal): repr,
    id(fractions.Fraction): _fraction,
    id(datetime.date): repr,
    id(datetime.timedelta): repr,
    id(datetime.timezone): repr,
    id(datetime.datetime): _datetime,
    id(datetime.time): _datetime,
    id(re.Pattern): _pattern,
    id(re.Match): _match,
    id(array): _array,
    id(types.FunctionType): lambda value: f"<function {_plain(value.__name__)}>",
    id(types.BuiltinFunctionType): _builtin,
    id(types.MethodType): _method,
    id(types.ModuleType): _module,
    id(types.GeneratorType): lambda value: f"<generator {_plain(value.__name__)}>",
    id(types.CoroutineType): lambda value: f"<coroutine {_plain(value.__name__)}>",
    id(types.AsyncGeneratorType): lambda value: f"<async_generator {_plain(value.__name__)}>",
    id(type): _class,
}


def _opening(kind: type, value: Any) -> Opening | str:
    """How a value of any other type is written: as an instance, or by the name of its type alone."""
    mro = _MRO(kind)
    if type in mro:
        return _class(value)
    if type(kind) is enum.EnumMeta:
        return _member(kind, value)
    if not _heap(kind):
        if BaseException in mro:
            return f"{class_name(kind)}(", ")", _instance
        return f"<{class_name(kind)}>"
    if kind is types.SimpleNamespace:
        return "namespace(", ")", _instance
    return f"{class_name(kind)}(", ")", _named_tuple if _fields(kind) else _instance


def _member(kind: type, value: Any) -> str:
    state = object.__getattribute__(value, "__dict__")
    name, content = state.get("_name_"), state.get("_value_")
    if type(name) is str and id(type(content)) in _SCALARS:
        return f"<{class_name(kind)}.{name}: {render(content)}>"
    return f"<{class_name(kind)}.{name}>" if type(name) is str else f"<{class_name(kind)}>"


def _fields(kind: type) -> tuple[str, ...]:
    """The field names of a class made by `namedtuple` or `NamedTuple`, else nothing."""
    mro = _MRO(kind)
    fields = _TYPE_DICT(kind).get("_fields")
    if tuple in mro and type(fields) is tuple and all(type(name) is str for name in fields):
        return fields
    return ()


def _named_tuple(walk: _Renderer, value: Any, depth: int) -> str:
    fields = _fields(type(value))
    items = list(tuple.__iter__(value))
    if len(fields) != len(items):
        return walk.items(items, len(items), depth)
    return walk.attributes(zip(fields, items), depth)


def _instance(walk: _Renderer, value: Any, depth: int) -> str:
    mro = _MRO(type(value))
    content = _content(walk, value, mro, depth)
    attributes = walk.attributes(_state(value, mro), depth)
    return f"{content}, {attributes}" if content and attributes else content or attributes


def _content(walk: _Renderer, value: Any, mro: tuple[type, ...], depth: int) -> str:
    """What an instance of a built-in's subclass holds as that built-in."""
    for base, write in _BASES:
        if base in mro:
            return write(walk, value, depth)
    return ""


_BASES: tuple[tuple[type, Callable[[_Renderer, Any, int], str]], ...] = (
    (BaseException, lambda walk, value, depth: walk.items(_ARGS(value), len(_ARGS(value)), depth)),
    (int, lambda walk, value, depth: walk.text(_EXACT_INT(value), depth)),
    (float, lambda walk, value, depth: float.__repr__(value)),
    (str, lambda walk, value, depth: walk.text(str.__str__(value), depth)),
    (bytes, lambda walk, value, depth: _bytes(bytes.__getitem__(value, slice(None)))),
    (list, lambda walk, value, depth: walk.text(list.__getitem__(value, slice(None)), depth)),
    (tuple, lambda walk, value, depth: walk.text(tuple.__getitem__(value, slice(None)), depth)),
    (dict, lambda walk, value, depth: f"{{{_dict(walk, value, depth)}}}"),
    (set, lambda walk, value, depth: _subclassed_set(walk, value, set, depth)),
    (frozenset, lambda walk, value, depth: _subclassed_set(walk, value, frozenset, depth)),
    (deque, lambda walk, value, depth: f"[{walk.items(deque.__iter__(value), deque.__len__(value), depth)}]"),
)


def _subclassed_set(walk: _Renderer, value: Any, base: type, depth: int) -> str:
    return f"{{{walk.ordered(base.__iter__(value), base.__len__(value), depth)}}}"  # type: ignore[attr-defined]


def _state(value: Any, mro: tuple[type, ...]) -> Iterable[tuple[Any, Any]]:
    """The attributes that an instance itself holds: slots, from the first base on, then its `__dict__`."""
    own = None
    for cls in reversed(mro):
        names = _TYPE_DICT(cls)
        if _heap(cls) and "__slots__" in names:
            for name, member in dict(names).items():
                if type(member) is types.MemberDescriptorType:
                    try:
                        yield name, member.__get__(value, cls)
                    except AttributeError:
                        continue
        holder = names.get("__dict__")
        if type(holder) is types.GetSetDescriptorType:
            own = holder
    if own is not None:
        yield from list(dict.items(own.__get__(value)))
