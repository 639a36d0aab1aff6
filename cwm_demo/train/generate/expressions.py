"""Writes expressions of a wanted type from the tables of `grammar`, with what the scope offers."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from cwm_demo.train.generate import values
from cwm_demo.train.generate.grammar import EXPRESSIONS, PRECEDENCE, STATEMENTS, Hole, Rule
from cwm_demo.train.generate.scope import Scope, Stratum
from cwm_demo.train.generate.types import (
    BOOL,
    INT,
    STR,
    Bindings,
    Type,
    is_free,
    is_hashable,
    list_of,
    random_scalar,
    substitute,
    unify,
)

ATOM, OR = PRECEDENCE["atom"], PRECEDENCE["or"]
_LETTER = re.compile(r"[a-z_]")


class NoFit(Exception):
    """A rule needs what the scope does not have."""


@dataclass
class Text:
    text: str
    precedence: int = ATOM

    def at_least(self, precedence: int) -> str:
        return self.text if self.precedence >= precedence else f"({self.text})"


@cache
def _rules_for(type_: Type) -> tuple[int, ...]:
    """Indices of the rules whose result can be `type_`."""
    return tuple(i for i, rule in enumerate(EXPRESSIONS) if unify(rule.result, type_, {}))


@dataclass
class Style:
    """Tastes of one program's author."""

    double_quotes: bool
    expression_boost: dict[int, float]  # by index of rule: what this program is about
    statement_boost: dict[int, float]
    keys: dict[str, list[object]]  # keys that dictionaries of this program use, by type

    @classmethod
    def random(cls, rng: random.Random) -> Style:
        return cls(
            double_quotes=rng.random() < 0.25,
            expression_boost={rng.randrange(len(EXPRESSIONS)): 10.0 for _ in range(6)},
            statement_boost={rng.randrange(len(STATEMENTS)): 6.0 for _ in range(4)},
            keys={
                "str": rng.sample(values.WORDS, 3) if rng.random() < 0.6 else list("abc"),
                "int": rng.sample(range(10), 3),
                "float": [0.5, 1.0, 2.5],
                "bool": [True, False],
            },
        )


@dataclass
class Expressions:
    rng: random.Random
    stratum: Stratum
    style: Style
    _weights: dict[Type, list[float]] = field(default_factory=dict)

    # The three ways in

    def expression(self, type_: Type, scope: Scope, depth: int | None = None) -> Text:
        """An expression of `type_`. At depth 0 a variable or a literal."""
        depth = self.stratum.depth if depth is None else depth
        rng = self.rng
        leaf = 0.25 if depth == self.stratum.depth else 0.5
        if depth > 0 and rng.random() > leaf:
            indices = _rules_for(type_)
            if indices:
                weights = self._cumulative(type_, indices)
                for _ in range(5):
                    rule = EXPRESSIONS[rng.choices(indices, cum_weights=weights)[0]]
                    bindings: Bindings = {}
                    unify(rule.result, type_, bindings)
                    try:
                        return self._apply(rule, type_, bindings, scope, depth)
                    except NoFit:
                        continue
        return self.leaf(type_, scope)

    def leaf(self, type_: Type, scope: Scope) -> Text:
        candidates = scope.fitting(type_, {})
        likely = 0.9 if type_.args else 0.78
        if candidates and self.rng.random() < likely:
            return Text(scope.pick(candidates))
        numbers = scope.fitting(INT, {}) if type_ == BOOL else []
        if numbers and self.rng.random() < 0.85:
            operator = self.rng.choice((">", "<", "==", "!=", ">=", "<="))
            text = f"{scope.pick(numbers)} {operator} {self._near_int(None, scope, 0)}"
            return Text(text, PRECEDENCE["cmp"])
        return Text(self.literal(type_))

    def literal(self, type_: Type, largest: int | None = None) -> str:
        value = values.random_value(
            self.rng, type_, largest or max(3, self.stratum.largest - 2), self.stratum.wide
        )
        return values.literal(value, self.style.double_quotes)

    def value(self, type_: Type) -> object:
        """An input of the program; the keys of its dictionaries are those that the program asks for."""
        if type_.name == "dict" and type_.args[0].name in self.style.keys:
            keys = self.style.keys[type_.args[0].name]
            chosen = self.rng.sample(keys, self.rng.choice((0, 1, 2, 2, 3)) if len(keys) > 2 else 1)
            return {key: self.value(type_.args[1]) for key in chosen}
        return values.random_value(self.rng, type_, self.stratum.largest, self.stratum.wide)

    # Templates

    def _cumulative(self, type_: Type, indices: tuple[int, ...]) -> list[float]:
        if type_ not in self._weights:
            boost, rare = self.style.expression_boost, self.stratum.rare
            self._weights[type_] = list(
                accumulate(
                    EXPRESSIONS[i].weight * rare[EXPRESSIONS[i].stratum] * boost.get(i, 1.0) for i in indices
                )
            )
        return self._weights[type_]

    def _apply(self, rule: Rule, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        if rule.method:
            return getattr(self, rule.method)(type_, bindings, scope, depth)
        text = self.fill(rule.pieces, bindings, scope, depth)
        if rule.precedence < ATOM and not _LETTER.search(text) and self.rng.random() < 0.85:
            raise NoFit  # numbers alone
        return Text(text, rule.precedence)

    def fill(self, pieces: tuple[str | Hole, ...], bindings: Bindings, scope: Scope, depth: int) -> str:
        """The text of a template. Raises NoFit when the scope has nothing for one of its holes.

        So it does when two of its expressions are the same name: `x < x` says nothing.
        """
        labels: dict[str, str] = {}
        texts, seen = [], set()
        for piece in pieces:
            text = piece if isinstance(piece, str) else self._fill_hole(piece, bindings, labels, scope, depth)
            if isinstance(piece, Hole) and piece.kind in ("", "@", "!"):
                if text in seen and text in scope.variables:
                    raise NoFit
                seen.add(text)
            texts.append(text)
        return "".join(texts)

    def _fill_hole(
        self, hole: Hole, bindings: Bindings, labels: dict[str, str], scope: Scope, depth: int
    ) -> str:
        if hole.kind == "again":
            return labels[hole.label]
        if hole.kind.startswith("$"):
            of = substitute(hole.type, bindings) if hole.type else None
            return self.special(hole.kind[1:], of, scope, depth)
        if hole.kind in ("@", "!"):
            candidates = scope.fitting(hole.type, bindings, changeable=hole.kind == "!")
            candidates = [name for name in candidates if name not in labels.values()]
            if not candidates:
                raise NoFit
            text = scope.pick(candidates)
            unify(hole.type, scope.variables[text], bindings)
        else:
            type_ = self._concrete(hole.type, bindings, scope)
            if hole.kind == "+":
                text = scope.new(type_)
            else:
                text = self.expression(type_, scope, depth - 1).at_least(hole.precedence)
        if hole.label:
            labels[hole.label] = text
        return text

    def _concrete(self, pattern: Type, bindings: Bindings, scope: Scope) -> Type:
        """`pattern` without free variables: as some variable of the scope has it, or at random."""
        type_ = substitute(pattern, bindings)
        if not is_free(type_):
            return type_
        candidates = scope.fitting(type_, {})
        if candidates and self.rng.random() < 0.7:
            found = scope.variables[scope.pick(candidates)]
            unify(type_, found, bindings)
            return found
        for letter in "ABCP":
            bindings.setdefault(letter, random_scalar(self.rng))
        return substitute(type_, bindings)

    # Special holes

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
        "bits": "'101' '1' '11' '1101' '0' '1000'",
        "letters": "'aeiou' 'aeiou' 'abc' 'xyz' 'aeiouAEIOU' '0123456789' '+-*/' '.,!?' '([{'",
        "fill": "'*' '-' '0' '.' '_' '=' '#'",
        "sep": "'' '-' ',' '+' '/' '_' ':' ';' '.'",
    }
    _CHOICES = {name: text.split(" ") for name, text in _CHOICES.items()}
    _CHOICES["sep"] += ["' '", "' '", "', '", "', '", "' - '"]
    _CHOICES["fill"] += ["' '"]
    _CHOICES["piece"] = [
        repr(c) for c in "aaaeeoilltnrsbcxyzAB01-,. !"
    ] + "'an' 'ab' 'll' 'th' '--' 'oo'".split()
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
    _CHOICES["sep1"] = [repr(c) for c in ",,- ;:/ae"]

    def special(self, kind: str, of: Type | None, scope: Scope, depth: int) -> str:
        rng = self.rng
        if kind in self._CHOICES:
            text = rng.choice(self._CHOICES[kind])
            quoted = text[0] == "'" and '"' not in text and self.style.double_quotes
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
        if of.name not in self.style.keys:
            return self.leaf(of, scope).text
        return values.literal(self.rng.choice(self.style.keys[of.name]), self.style.double_quotes)

    def _plain(self, of: Type, scope: Scope, depth: int) -> str:
        plain = {"int": ("0", "0", "0", "1", "-1"), "str": ("''", "'?'", "'none'"), "bool": ("False", "True")}
        return self.rng.choice(plain[of.name]) if of.name in plain else self.leaf(of, scope).text

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
        return self.special("piece1", None, scope, depth)

    def _fstring(self, of: Type | None, scope: Scope, depth: int) -> str:
        return self.fstring(STR, {}, scope, depth).text

    # Productions that no template can write

    def fstring(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        found = [name for name, type_ in scope.variables.items() if "set" not in str(type_)]
        if not found:
            raise NoFit
        rng = self.rng
        parts = []
        for _ in range(rng.choice((1, 1, 2))):
            name = scope.pick(found)
            kind = scope.variables[name].name
            inner = name
            if kind == "int" and rng.random() < 0.3:
                inner = f"{name} {rng.choice('+-*')} {rng.randint(1, 5)}"
            suffix = ""
            if rng.random() < 0.15:
                suffix = {"int": ":03", "float": ":.1f", "str": "!r", "list": "!r"}.get(kind, "")
            parts.append(f"{{{inner}{suffix}}}")
        frame = rng.choice(
            ("{}: ", "n={}", "{} ", "<{}>", "{}!", "got {}", "total {}", "{}-", "[{}]", "item {}")
        )
        text = frame.replace("{}", parts[0])
        if len(parts) == 2:
            text = parts[0] + rng.choice((" ", ": ", "-", ", ", " and ", "=", "/")) + parts[1]
        quote = '"' if self.style.double_quotes else "'"
        return Text(f"f{quote}{text}{quote}")

    def call(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        fitting = [function for function in scope.functions if function.result == type_]
        if not fitting:
            raise NoFit
        function = self.rng.choice(fitting)
        arguments = []
        for position, parameter in enumerate(function.parameters):
            if position in function.small:
                arguments.append(str(self.rng.randint(0, 4)))
            else:
                arguments.append(self.expression(parameter, scope, depth - 1).text)
        return Text(f"{function.name}({', '.join(arguments)})")

    def _source(self, scope: Scope) -> tuple[str, Type, Scope, str]:
        """What a comprehension runs over: its text, the item's type, a scope with the item, its name."""
        rng = self.rng
        candidates = [n for n, t in scope.variables.items() if t.name in ("list", "set", "str")]
        if candidates and rng.random() < 0.8:
            source = scope.pick(candidates)
            type_ = scope.variables[source]
            item = STR if type_ == STR else type_.args[0]
            if type_.name == "set":
                source = f"sorted({source})"
        else:
            source, item = f"range({self._bound(None, scope, 0)})", INT
        inner = scope.block()
        pool = (
            "x n i v k".split()
            if item == INT
            else "c ch s w t".split()
            if item == STR
            else "x v e it".split()
        )
        name = rng.choice([n for n in pool if n not in scope.variables] or ["item_"])
        inner.define(name, item, fixed=True)
        inner.recent = [name] * 2
        return source, item, inner, name

    def _filter(self, inner: Scope, chance: float) -> str:
        if self.rng.random() > chance:
            return ""
        return f" if {self.expression(BOOL, inner, 1).at_least(OR)}"

    def list_comprehension(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        source, item, inner, name = self._source(scope)
        wanted = type_.args[0]
        body = Text(name) if wanted == item and self.rng.random() < 0.3 else self.expression(wanted, inner, 1)
        return Text(f"[{body.text} for {name} in {source}{self._filter(inner, 0.45)}]")

    def set_comprehension(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        if not is_hashable(type_.args[0]):
            raise NoFit
        listed = self.list_comprehension(list_of(type_.args[0]), bindings, scope, depth).text
        return Text(f"{{{listed[1:-1]}}}")

    def dict_comprehension(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        source, item, inner, name = self._source(scope)
        key = Text(name) if item == type_.args[0] else self.expression(type_.args[0], inner, 1)
        value = self.expression(type_.args[1], inner, 1)
        if not is_hashable(type_.args[0]):
            raise NoFit
        return Text(f"{{{key.text}: {value.text} for {name} in {source}{self._filter(inner, 0.25)}}}")

    def sum_generator(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        source, item, inner, name = self._source(scope)
        body = "1" if item != INT or self.rng.random() < 0.4 else self.expression(INT, inner, 1).text
        return Text(f"sum({body} for {name} in {source}{self._filter(inner, 0.9 if body == '1' else 0.2)})")

    def any_all(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        source, _, inner, name = self._source(scope)
        condition = self.expression(BOOL, inner, 1).text
        return Text(f"{self.rng.choice(('any', 'all'))}({condition} for {name} in {source})")

    def sorted_key(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        candidates = scope.fitting(type_, {})
        if not candidates:
            raise NoFit
        item = type_.args[0]
        name = self.rng.choice(("x", "t", "v", "p"))
        keys = {
            "str": [
                "len",
                f"lambda {name}: {name}[-1:]",
                f"lambda {name}: (len({name}), {name})",
                "str.lower",
            ],
            "int": [
                "abs",
                f"lambda {name}: -{name}",
                f"lambda {name}: {name} % 3",
                f"lambda {name}: ({name} % 2, {name})",
            ],
            "tuple": [f"lambda {name}: {name}[1]", f"lambda {name}: {name}[0]", f"lambda {name}: -{name}[1]"],
            "list": ["len"],
        }.get(item.name)
        if keys is None:
            raise NoFit
        reverse = ", reverse=True" if self.rng.random() < 0.2 else ""
        return Text(f"sorted({scope.pick(candidates)}, key={self.rng.choice(keys)}{reverse})")

    def map_lambda(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        candidates = scope.fitting(list_of(INT), {})
        if not candidates:
            raise NoFit
        inner = scope.block()
        inner.define("x", INT, fixed=True)
        if self.rng.random() < 0.5:
            return Text(
                f"list(map(lambda x: {self.expression(INT, inner, 1).text}, {scope.pick(candidates)}))"
            )
        return Text(
            f"list(filter(lambda x: {self.expression(BOOL, inner, 1).text}, {scope.pick(candidates)}))"
        )

    def _display_key(self, type_: Type, scope: Scope) -> str:
        if not is_hashable(type_):
            raise NoFit
        return self._key(type_, scope, 0)

    def dict_display(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        pairs = {
            self._display_key(type_.args[0], scope): self.expression(type_.args[1], scope, depth - 1).text
            for _ in range(self.rng.choice((1, 2, 2)))
        }
        return Text("{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}")

    def dict_merge(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        candidates = scope.fitting(type_, {})
        if not candidates:
            raise NoFit
        key = self._display_key(type_.args[0], scope)
        value = self.expression(type_.args[1], scope, depth - 1).text
        return Text(f"{{**{scope.pick(candidates)}, {key}: {value}}}")

    def set_display(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        if not is_hashable(type_.args[0]):
            raise NoFit
        items = [self.expression(type_.args[0], scope, 0).text for _ in range(self.rng.choice((1, 2, 3)))]
        return Text("{" + ", ".join(items) + "}")
