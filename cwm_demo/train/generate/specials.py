"""Fills the holes of templates that are no plain expressions: `{$small}`, `{$index}`, `{$key A}`."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from cwm_demo.train.generate import values
from cwm_demo.train.generate.scope import Scope
from cwm_demo.train.generate.text import NoFit
from cwm_demo.train.generate.types import INT, STR, Type

if TYPE_CHECKING:
    from cwm_demo.train.generate.expressions import Expressions

_CHOICES = {
    "small": "2 2 2 3 3 4 5 10",
    "small1": "1 1 1 1 2 2 3 5",
    "small0": "0 0 1 1 2 3",
    "divisor": "2 2 2 2 3 3 4 5 7 10 10",
    "exponent": "2 2 2 3",
    "half": "2 2 2 4 5 8 10",
    "quarter": "0.5 0.5 1.5 2 0.25 0.1 1.1",
    "places": "1 2 2",
    "bit": "0 0 1",
    "zero": "0 0 0 0 1 1 10 -1",
    "near": "0 0 0 -1 -1 1",
    "near0": "0 0 1",
    "from": "1 1 1 2 -2 -1",
    "to": "1 2 2 3 -1 -1",
    "width": "3 4 5 6",
    "empty_dict": "{} {} {} dict()",
    "class": "int str list float bool",
    "format": "'03d' '05d' '>5' '<4' ',' '+' 'b' 'x' '04b'",
    "code": "65 66 97 98 99 100 104 120",
    "decimal": "'2.5' '0.1' '10' '-1.5'",
    "hexadecimal": "'ff' '1a' '10' '7' 'c'",
    "attribute": "'append' 'upper' 'keys' 'name' '__len__'",
    "bits": "'101' '1' '11' '1101' '0' '1000'",
    "letters": "'aeiou' 'aeiou' 'abc' 'xyz' 'aeiouAEIOU' '0123456789' '+-*/' '.,!?' '([{'",
    "fill": "'*' '-' '0' '.' '_' '=' '#'",
    "sep": "'' '-' ',' '+' '/' '_' ':' ';' '.'",
}
_CHOICES = {name: text.split(" ") for name, text in _CHOICES.items()}
_CHOICES["sep"] += ["' '", "' '", "', '", "', '", "' - '"]
_CHOICES["fill"] += ["' '"]
_CHOICES["piece"] = [repr(c) for c in "aaaeeoilltnrsbcxyzAB01-,. !"] + "'an' 'ab' 'll' 'th' '--' 'oo'".split()
_CHOICES["piece0"] = [*_CHOICES["piece"], "''", "''", "''", "'_'", "'*'"]
_CHOICES["piece1"] = [repr(c) for c in "abcdeilnorstxyz"]
_CHOICES["message"] = [
    "'bad'",
    "'empty'",
    "'too big'",
    "'negative'",
    "'oops'",
    "'invalid value'",
    "'not found'",
]
_CHOICES["word_key"] = ["len(w)", "w[-1:]", "-len(w)", "(len(w), w)", "w.count('a')", "w[::-1]"]
_CHOICES["number_key"] = ["-v", "v % 3", "abs(v)", "v % 10", "abs(v - 5)", "(v % 2, v)"]
_CHOICES["sep1"] = [repr(c) for c in ",,- ;:/ae"]


class Specials:
    def __init__(self, rng: random.Random, write: Expressions) -> None:
        self.rng, self.write = rng, write

    def special(self, kind: str, of: Type | None, scope: Scope, depth: int) -> str:
        rng = self.rng
        if kind in _CHOICES:
            text = rng.choice(_CHOICES[kind])
            quoted = text[0] == "'" and '"' not in text and self.write.style.double_quotes
            return f'"{text[1:-1]}"' if quoted else text
        return getattr(self, f"_{kind}")(of, scope, depth)

    def _near_int(self, of: Type | None, scope: Scope, depth: int) -> str:
        return str(self.rng.choices((0, 1, self.rng.randint(2, 9), 10, -1, 100), (20, 12, 50, 10, 3, 3))[0])

    def _sized(self, of: Type | None, scope: Scope, depth: int) -> str:
        found = [
            name
            for name, type_ in scope.variables.items()
            if type_.name in ("list", "str", "dict", "set", "tuple")
        ]
        if not found:
            raise NoFit
        return scope.pick(found)

    def _index(self, of: Type | None, scope: Scope, depth: int) -> str:
        loops = [name for name in scope.fixed if scope.variables.get(name) == INT]
        if loops and self.rng.random() < 0.6:
            return self.rng.choice(sorted(loops))
        return self.rng.choice(("0", "0", "1", "1", "-1", "2"))

    def _bound(self, of: Type | None, scope: Scope, depth: int) -> str:
        numbers = sorted(scope.small)
        if numbers and self.rng.random() < 0.6:
            name = self.rng.choice(numbers)
            return self.rng.choices((name, f"{name} + 1"), (80, 20))[0]
        if self.rng.random() < 0.35:
            sized = [n for n, t in scope.variables.items() if t.name in ("list", "str")]
            if sized:
                return f"len({scope.pick(sized)})"
        return str(self.rng.choices((2, 3, 4, 5, 6), (25, 40, 20, 12, 3))[0])

    def _key(self, of: Type, scope: Scope, depth: int) -> str:
        """A key that the program's dictionaries are likely to have, or a variable."""
        candidates = scope.fitting(of, {})
        if candidates and self.rng.random() < 0.3:
            return scope.pick(candidates)
        if of.name not in self.write.style.keys:
            return self.write.leaf(of, scope).text
        return values.literal(self.rng.choice(self.write.style.keys[of.name]), self.write.style.double_quotes)

    def _plain(self, of: Type, scope: Scope, depth: int) -> str:
        plain = {"int": ("0", "0", "0", "1", "-1"), "str": ("''", "'?'", "'none'"), "bool": ("False", "True")}
        return self.rng.choice(plain[of.name]) if of.name in plain else self.write.leaf(of, scope).text

    def _digits(self, of: Type | None, scope: Scope, depth: int) -> str:
        strings = scope.fitting(STR, {})
        if strings and self.rng.random() < 0.4:
            return scope.pick(strings)
        return repr(str(values.random_int(self.rng)))

    def _char(self, of: Type | None, scope: Scope, depth: int) -> str:
        loops = [name for name in scope.fixed if scope.variables.get(name) == STR]
        if loops and self.rng.random() < 0.7:
            return self.rng.choice(sorted(loops))
        strings = scope.fitting(STR, {})
        if strings and self.rng.random() < 0.3:
            return f"{scope.pick(strings)}[0]"
        return self.write.special("piece1", None, scope, depth)

    def _fstring(self, of: Type | None, scope: Scope, depth: int) -> str:
        return self.write.productions.fstring(STR, {}, scope, depth).text
