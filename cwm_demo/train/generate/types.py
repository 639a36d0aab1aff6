"""Types of the generator: written as in annotations (`dict[str, int]`), capital letters are variables."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Type:
    name: str
    args: tuple[Type, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}[{', '.join(map(str, self.args))}]" if self.args else self.name

    @property
    def is_variable(self) -> bool:
        return len(self.name) == 1 and self.name.isupper()


Bindings = dict[str, Type]
PRINTABLE = "P"  # the variable for types whose text is the same in every run: the order of a set is not


@cache
def parse(text: str) -> Type:
    """`parse("dict[str,A]")`. Raises ValueError on text that is no type."""
    text = text.strip()
    head, bracket, rest = text.partition("[")
    if not head.isidentifier() or (bracket and not rest.endswith("]")):
        raise ValueError(f"not a type: {text!r}")
    if not bracket:
        return Type(head)
    parts, depth, start = [], 0, 0
    inner = rest[:-1]
    for index, char in enumerate(inner):
        depth += (char == "[") - (char == "]")
        if char == "," and depth == 0:
            parts.append(inner[start:index])
            start = index + 1
    parts.append(inner[start:])
    return Type(head, tuple(parse(part) for part in parts))


def unify(pattern: Type, concrete: Type, bindings: Bindings) -> bool:
    """Whether `pattern` can be `concrete`; its variables are then entered in `bindings`."""
    if pattern.is_variable:
        if pattern.name == PRINTABLE and "set" in str(concrete):
            return False
        bound = bindings.setdefault(pattern.name, concrete)
        return bound == concrete
    if pattern.name != concrete.name or len(pattern.args) != len(concrete.args):
        return False
    return all(unify(p, c, bindings) for p, c in zip(pattern.args, concrete.args))


def substitute(pattern: Type, bindings: Bindings) -> Type:
    """`pattern` with its bound variables replaced; free ones stay."""
    if pattern.is_variable:
        return bindings.get(pattern.name, pattern)
    return Type(pattern.name, tuple(substitute(arg, bindings) for arg in pattern.args))


def is_free(type_: Type) -> bool:
    return type_.is_variable or any(is_free(arg) for arg in type_.args)


INT, FLOAT, BOOL, STR, NONE = Type("int"), Type("float"), Type("bool"), Type("str"), Type("None")
HASHABLE = ("int", "str", "bool", "float")


def list_of(item: Type) -> Type:
    return Type("list", (item,))


def is_hashable(type_: Type) -> bool:
    return type_.name in HASHABLE or (type_.name == "tuple" and all(map(is_hashable, type_.args)))


def random_scalar(rng: random.Random) -> Type:
    return rng.choices((INT, STR, FLOAT, BOOL), (60, 30, 5, 5))[0]


def random_type(rng: random.Random, nesting: int = 1) -> Type:
    """A type as variables of small programs have it: mostly int, str, list of these."""
    kind = rng.choices(
        ("int", "str", "float", "bool", "list", "dict", "set", "tuple"), (34, 20, 4, 4, 24, 11, 3, 4)
    )[0]
    if kind in ("int", "str", "float", "bool") or nesting <= 0:
        return Type(kind) if kind in HASHABLE else random_scalar(rng)
    return random_container(rng, kind, nesting)


def random_container(rng: random.Random, kind: str, nesting: int = 1) -> Type:
    if kind == "list":
        nested = nesting > 1 and rng.random() < 0.35
        return list_of(random_type(rng, nesting - 1) if nested else random_scalar(rng))
    if kind == "dict":
        nested = nesting > 1 and rng.random() < 0.3
        key = STR if rng.random() < 0.75 else INT
        value = random_type(rng, nesting - 1) if nested else rng.choices((INT, STR), (75, 25))[0]
        return Type("dict", (key, value))
    if kind == "set":
        return Type("set", (rng.choice((INT, INT, STR)),))
    return Type("tuple", tuple(random_scalar(rng) for _ in range(rng.choice((2, 2, 2, 3)))))
