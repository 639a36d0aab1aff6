"""Reads classes and instances past any code of their own.

`value.attribute`, `isinstance` and even `hash(type(value))` may run a property, `__getattr__`, `__class__` or
a metaclass of the visitor's; so may `A in bases(kind)` and `kind == A`. The descriptors that Python itself
keeps in `type`, and that it puts into a class, can't be tampered with, and run none of it. Neither do `is`,
`id`, and `issubclass(kind, A)` of an A of ours.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

_NAME = type.__dict__["__name__"].__get__
_MODULE = type.__dict__["__module__"].__get__
_FLAGS = type.__dict__["__flags__"].__get__
_NAMESPACE = type.__dict__["__dict__"].__get__
_HEAP, _IMMUTABLE = 1 << 9, 1 << 8  # of `__flags__`

# The classes that a class inherits from, itself first.
bases = type.__dict__["__mro__"].__get__
# The arguments that an exception was made with.
arguments = BaseException.__dict__["args"].__get__


def class_name(kind: type) -> str:
    return exact(_NAME(kind))


def class_module(kind: type) -> str:
    """The module that a class says it is from; empty where that is no text."""
    module = _MODULE(kind)
    return module if type(module) is str else ""


def is_class(value: object) -> bool:
    return issubclass(type(value), type)


def exact(text: str) -> str:
    """The text of a `str`, its subclass left behind."""
    return text if type(text) is str else str.__str__(text)


def made_in_python(kind: type) -> bool:
    """Whether a `class` statement made the class: its instances hold what they are in attributes.

    Which of Python's own types are built in C, and how, differs between versions; none of them counts.
    """
    if _FLAGS(kind) & (_HEAP | _IMMUTABLE) != _HEAP:
        return False
    return any("__slots__" in _NAMESPACE(base) or "__dict__" in _NAMESPACE(base) for base in bases(kind))


def fields(kind: type) -> tuple[str, ...]:
    """The field names of a class made by `namedtuple` or `NamedTuple`, else nothing."""
    names = _NAMESPACE(kind).get("_fields")
    if issubclass(kind, tuple) and type(names) is tuple and all(type(name) is str for name in names):
        return names
    return ()


def attributes(value: object) -> Iterator[tuple[str, Any]]:
    """What an instance itself holds: its slots, from the first base on, then its `__dict__`."""
    holder = None
    for base in reversed(bases(type(value))):
        namespace = _NAMESPACE(base)
        if "__slots__" in namespace:
            for name, member in list(namespace.items()):
                if type(member) is types.MemberDescriptorType:
                    try:
                        yield name, member.__get__(value, base)
                    except AttributeError:  # not set, or deleted
                        continue
        own = namespace.get("__dict__")
        if type(own) is types.GetSetDescriptorType or type(own) is types.MemberDescriptorType:
            holder = own
    if holder is not None:
        for name, item in list(dict.items(holder.__get__(value))):
            if type(name) is str:
                yield name, item
