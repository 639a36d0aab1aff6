"""Sampled inputs of the idioms, by name: what these algorithms are usually given, small, and its edges."""

from __future__ import annotations

import random
import re

from cwm_demo.train.generate.types import Type, parse
from cwm_demo.train.generate.values import (
    LETTERS,
    PHRASES,
    WORDS,
    literal,
    random_int,
    random_str,
    random_value,
)

_RANGE = re.compile(r"(-?\d+)\.\.(\d+)$")


def sample(kind: str, rng: random.Random) -> str:
    """Source text of an input of this kind. Raises ValueError for a kind that is none."""
    bounds = _RANGE.match(kind)
    if bounds:
        return str(rng.randint(int(bounds[1]), int(bounds[2])))
    if kind in _KINDS:
        value = _KINDS[kind](rng)
    else:
        value = random_value(rng, _type(kind), largest=5)
    return literal(value, double_quotes=rng.random() < 0.2)


def _type(kind: str) -> Type:
    return parse(kind)


def _size(rng: random.Random, most: int = 6) -> int:
    return min(most, rng.choices((0, 1, 2, 3, 4, 5, 6), (10, 12, 18, 24, 20, 11, 5))[0])


def _letters(rng: random.Random) -> list[str]:
    pool = rng.choice(("ab", "abc", "abc", "xyz", "abcd"))
    if rng.random() < 0.2:
        pool = rng.sample(WORDS, 3)
    return [rng.choice(pool) for _ in range(_size(rng))]


def _ints(rng: random.Random) -> list[int]:
    if rng.random() < 0.3:
        return [rng.randint(0, 4) for _ in range(_size(rng))]
    return [random_int(rng) for _ in range(_size(rng))]


def _some_ints(rng: random.Random) -> list[int]:
    return _ints(rng) or [rng.randint(0, 9)]


def _runs(rng: random.Random) -> str:
    pool = rng.choice(("ab", "abc", "xyz", "01", "aB"))
    return "".join(rng.choice(pool) * rng.choice((1, 1, 2, 2, 3, 4)) for _ in range(rng.randint(0, 4)))


def _brackets(rng: random.Random) -> str:
    pairs = rng.choice(("()", "()[]", "()[]{}"))
    if rng.random() < 0.5:
        text = ""
        for _ in range(rng.randint(0, 3)):
            start = rng.randrange(len(pairs) // 2) * 2
            inner = pairs[start] + pairs[start + 1]
            text = rng.choice((text + inner, inner[0] + text + inner[1]))
        return text
    return "".join(rng.choice(pairs + rng.choice(("", "a", "+"))) for _ in range(rng.randint(0, 6)))


def _word(rng: random.Random) -> str:
    if rng.random() < 0.25:
        return "".join(rng.choice(rng.choice(LETTERS)) for _ in range(rng.randint(0, 6)))
    return rng.choice(WORDS)


def _sentence(rng: random.Random) -> str:
    if rng.random() < 0.3:
        return rng.choice(PHRASES)
    pool = rng.sample(WORDS, 3)
    return " ".join(rng.choice(pool) for _ in range(rng.randint(0, 4)))


def _palindrome(rng: random.Random) -> str:
    half = _word(rng)[:3]
    return rng.choice((half + half[::-1], half + half[:-1][::-1], _word(rng), _word(rng)))


def _matrix(rng: random.Random) -> list[list[int]]:
    rows, columns = rng.randint(1, 3), rng.randint(1, 3)
    return [[rng.randint(0, 9) for _ in range(columns)] for _ in range(rows)]


def _square(rng: random.Random) -> list[list[int]]:
    size = rng.randint(1, 3)
    return [[rng.randint(0, 9) for _ in range(size)] for _ in range(size)]


def _nested(rng: random.Random) -> list[list[int]]:
    return [[rng.randint(0, 9) for _ in range(rng.randint(0, 3))] for _ in range(rng.randint(0, 3))]


def _deep(rng: random.Random, depth: int = 2) -> list:
    return [
        _deep(rng, depth - 1) if depth and rng.random() < 0.35 else rng.randint(0, 9)
        for _ in range(rng.randint(1, 3))
    ]


def _operations(rng: random.Random) -> list[tuple[str, int]]:
    return [
        (rng.choice(("push", "push", "pop", "add", "sub")), rng.randint(1, 9))
        for _ in range(rng.randint(1, 4))
    ]


def _rpn(rng: random.Random) -> str:
    text, size = [str(rng.randint(1, 9))], 1
    for _ in range(rng.randint(0, 4)):
        if size >= 2 and rng.random() < 0.6:
            text.append(rng.choice("+-*"))
            size -= 1
        else:
            text.append(str(rng.randint(1, 9)))
            size += 1
    return " ".join(text)


def _prices(rng: random.Random) -> dict[str, int]:
    return {word: rng.randint(1, 20) for word in rng.sample(WORDS, rng.randint(0, 3))}


_KINDS = {
    "n": lambda rng: rng.choices((0, 1, 2, 3, 4, 5, 6), (8, 14, 18, 24, 20, 11, 5))[0],
    "num": lambda rng: rng.choice((rng.randint(0, 20), rng.randint(0, 100), rng.randint(0, 9999))),
    "ints": _ints,
    "someints": _some_ints,
    "sorted": lambda rng: sorted(_ints(rng)),
    "distinct": lambda rng: sorted(set(rng.randint(0, 20) for _ in range(_size(rng)))),
    "bits": lambda rng: [rng.randint(0, 1) for _ in range(_size(rng))],
    "binary": lambda rng: "".join(rng.choice("01") for _ in range(rng.randint(1, 5))),
    "floats": lambda rng: [rng.randint(0, 20) / 2 for _ in range(_size(rng))],
    "letters": _letters,
    "words": lambda rng: [rng.choice(WORDS) for _ in range(_size(rng, 4))],
    "word": _word,
    "text": random_str,
    "sentence": _sentence,
    "palindrome": _palindrome,
    "digits": lambda rng: str(rng.randint(0, rng.choice((9, 99, 9999)))),
    "runs": _runs,
    "brackets": _brackets,
    "matrix": _matrix,
    "square": _square,
    "nested": _nested,
    "deep": _deep,
    "ops": _operations,
    "rpn": _rpn,
    "prices": _prices,
    "pairs": lambda rng: [(rng.choice(WORDS), rng.randint(0, 9)) for _ in range(_size(rng, 4))],
    "intpairs": lambda rng: [(rng.randint(0, 9), rng.randint(0, 9)) for _ in range(_size(rng, 4))],
    "roman": lambda rng: "".join(
        rng.choices(("X", "V", "I", "IV", "IX", "L", "C", "XX"), k=rng.randint(1, 3))
    ),
    "letter": lambda rng: rng.choice("abcxyz"),
    "char": lambda rng: rng.choice("abcaeiou -,.19AB"),
    "mixed": lambda rng: rng.sample([1, 0, "a", None, True, 2.5, "", [], "7", -3], rng.randint(1, 4)),
    "any": lambda rng: rng.choice([rng.randint(-9, 99), random_str(rng), None, 2.5, True]),
    "numtext": lambda rng: rng.choice(
        [str(rng.randint(-9, 99)), str(rng.randint(0, 9)), "x", "", "1.5", " 7 ", "4a"]
    ),
    "age": lambda rng: rng.choice((rng.randint(0, 100), rng.randint(-5, 5), rng.randint(100, 200))),
    "graph": lambda rng: {c: rng.sample("abcd", rng.randint(0, 2)) for c in "abcd"[: rng.randint(2, 4)]},
}
