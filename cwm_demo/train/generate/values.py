"""Sampled values: small and plain most of the time, and now and then what breaks a careless program."""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import ascii_letters, ascii_lowercase, digits, punctuation

from cwm_demo.train.generate.types import BOOL, INT, STR, Type
from cwm_demo.train.vocabulary import NAMES

WORDS = (
    "cat dog sun red blue green apple pear fig kiwi hi hello ok yes no key box ant bee map top end up "
    "python code data tea milk ice salt rose oak sky run jump level noon radar madam a b c x y z ab abc "
    "aab xyz abba Bob Ana Tom Eve Al Zoe Hello World A B OK one two three four left right north mon tue "
    "jan alpha beta zip pop banana lemon plum book pen cup car bus tree moon star fish bird gold iron "
    "wood"
).split()
PHRASES = (
    'hello world|a b c|one two two|to be or not|Hi, Bob!|it\'s ok|say "hi"|a-b-c|x=1|  pad |A man|'
    "no way!|1,2,3|the cat sat|red green|up, down|a;b;c|key: val|12 34|Good day.|I'm in|don't|"
    "tea & milk|ab-cd|(a)|[x]|a/b|q?|big red dog|2+2=4|one, two|@home|#tag|50%|\tTab|a\nb|x_y|Mr. T|"
    "é|naïve|snake_case|c:\\d"
).split("|")
_ANY_WORDS = [word for word in dict.fromkeys(NAMES.split()) if word.isalpha() and len(word) > 2]
# Neither quotes nor what opens something in an f-string.
_CHARACTERS = ascii_letters + digits + " " + "".join(c for c in punctuation if c not in "\\'\"{}")
_CHARACTERS += "äéèêñöüßçåøàî" + "αβλπ" + "→≤≥✓…" + "😀🙂🎉"
LETTERS = "abc abcde aeiou xyz abxy lrud 01 ABab mnop".split()


def random_int(rng: random.Random, wide: float = 1.0) -> int:
    """Mostly a digit; `wide` scales how often it is larger or negative."""
    draw = rng.random() / wide
    if draw > 0.42:
        return rng.randint(0, 9)
    if draw > 0.26:
        return rng.randint(10, 20)
    if draw > 0.13:
        return -rng.randint(1, 9)
    if draw > 0.04:
        return rng.randint(10, 99)
    if draw > 0.02:
        return rng.randint(100, 999)
    if draw > 0.012:
        return -rng.randint(10, 99)
    return rng.choice((1, 1, -1)) * rng.randint(1000, 99999)


def random_float(rng: random.Random) -> float:
    draw = rng.random()
    if draw < 0.6:
        return rng.randint(0, 20) / 2
    if draw < 0.8:
        return rng.randint(1, 99) / 10
    if draw < 0.9:
        return -rng.randint(1, 10) / 2
    return rng.randint(100, 9999) / 100


def random_word(rng: random.Random) -> str:
    """A word, or some letters that are none: any letter may follow any other."""
    if rng.random() < 0.6:
        return rng.choice(_ANY_WORDS)
    return "".join(rng.choice(ascii_lowercase) for _ in range(rng.randint(3, 7)))


def random_str(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.35:
        return rng.choice(WORDS)
    if draw < 0.47:
        return random_word(rng)
    if draw < 0.69:
        letters = rng.choice(LETTERS) if rng.random() < 0.7 else rng.sample(ascii_letters, 3)
        return "".join(rng.choice(letters) for _ in range(rng.randint(1, 6)))
    if draw < 0.8:
        return rng.choice(PHRASES)
    if draw < 0.83:
        return " ".join(random_word(rng) for _ in range(rng.randint(2, 3)))
    if draw < 0.89:
        return "".join(rng.choice(_CHARACTERS) for _ in range(rng.randint(1, 6)))
    if draw < 0.95:
        return str(random_int(rng))
    return ""


def _size(rng: random.Random, largest: int) -> int:
    if rng.random() < 0.1:
        return 0
    return min(rng.choices((1, 2, 3, 4, 5, 6, 7), (10, 22, 28, 20, 10, 5, 3))[0], largest)


def random_value(rng: random.Random, type_: Type, largest: int = 6, wide: float = 1.0) -> object:
    """A value of `type_`; containers have at most `largest` items."""
    name, args = type_.name, type_.args
    if name == "int":
        return random_int(rng, wide)
    if name == "float":
        return random_float(rng)
    if name == "bool":
        return rng.random() < 0.5
    if name == "str":
        return random_str(rng)
    if name == "None":
        return None
    if name == "tuple":
        return tuple(random_value(rng, arg, largest, wide) for arg in args)
    inner = max(2, largest - 2)
    if name == "list":
        return _items(rng, args[0], _size(rng, largest), inner, wide)
    if name == "set":
        return set(_items(rng, args[0], _size(rng, largest), inner, wide))
    if name == "dict":
        keys = _items(rng, args[0], min(4, _size(rng, largest)), inner, wide)
        return {key: random_value(rng, args[1], inner, wide) for key in keys}
    raise ValueError(f"no values of type {type_}")


def _items(rng: random.Random, item: Type, size: int, inner: int, wide: float) -> list:
    """Items of a container: often from a small pool, so that counts, searches and matches find something."""
    draw = rng.random()
    if item == STR and draw < 0.4:
        letters = rng.choice(LETTERS)
        return [rng.choice(letters) for _ in range(size)]
    if item == INT and draw < 0.3:
        return [rng.randint(0, 5) for _ in range(size)]
    if item == INT and draw < 0.4:
        return sorted(random_int(rng, wide) for _ in range(size))
    if item == BOOL or draw < 0.9:
        return [random_value(rng, item, inner, wide) for _ in range(size)]
    pool = [random_value(rng, item, inner, wide) for _ in range(2)]
    return [rng.choice(pool) for _ in range(size)]


def literal(value: object, double_quotes: bool = False) -> str:
    """Source text of a value: its `repr`, sets sorted, strings in the quotes wanted where possible."""
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if double_quotes and text[0] == "'" and '"' not in text else text
    if isinstance(value, list):
        return f"[{_join(value, double_quotes)}]"
    if isinstance(value, tuple):
        return f"({_join(value, double_quotes)}{',' if len(value) == 1 else ''})"
    if isinstance(value, (set, frozenset)):
        return f"{{{_join(sorted(value), double_quotes)}}}" if value else "set()"
    if isinstance(value, dict):
        pairs = (f"{literal(k, double_quotes)}: {literal(v, double_quotes)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(value)


def _join(items: Sequence[object], double_quotes: bool) -> str:
    return ", ".join(literal(item, double_quotes) for item in items)
