"""Expressions that no template can write: they have variables of their own, or a number of parts."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from cwm_demo.train.generate.scope import Scope
from cwm_demo.train.generate.text import OR, NoFit, Text
from cwm_demo.train.generate.types import BOOL, INT, STR, Bindings, Type, is_hashable, list_of

if TYPE_CHECKING:
    from cwm_demo.train.generate.expressions import Expressions


class Productions:
    """A method for each `!name` of the grammar: the wanted type, bound type variables, scope, depth left."""

    def __init__(self, rng: random.Random, write: Expressions) -> None:
        self.rng, self.write = rng, write

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
        quote = '"' if self.write.style.double_quotes else "'"
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
                arguments.append(self.write.expression(parameter, scope, depth - 1).text)
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
            source, item = f"range({self.write.special('bound', None, scope, 0)})", INT
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
        return f" if {self.write.expression(BOOL, inner, 1).at_least(OR)}"

    def list_comprehension(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        source, item, inner, name = self._source(scope)
        wanted = type_.args[0]
        body = (
            Text(name)
            if wanted == item and self.rng.random() < 0.3
            else self.write.expression(wanted, inner, 1)
        )
        return Text(f"[{body.text} for {name} in {source}{self._filter(inner, 0.45)}]")

    def set_comprehension(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        if not is_hashable(type_.args[0]):
            raise NoFit
        listed = self.list_comprehension(list_of(type_.args[0]), bindings, scope, depth).text
        return Text(f"{{{listed[1:-1]}}}")

    def dict_comprehension(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        source, item, inner, name = self._source(scope)
        key = Text(name) if item == type_.args[0] else self.write.expression(type_.args[0], inner, 1)
        value = self.write.expression(type_.args[1], inner, 1)
        if not is_hashable(type_.args[0]):
            raise NoFit
        return Text(f"{{{key.text}: {value.text} for {name} in {source}{self._filter(inner, 0.25)}}}")

    def sum_generator(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        source, item, inner, name = self._source(scope)
        body = "1" if item != INT or self.rng.random() < 0.4 else self.write.expression(INT, inner, 1).text
        return Text(f"sum({body} for {name} in {source}{self._filter(inner, 0.9 if body == '1' else 0.2)})")

    def any_all(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        source, _, inner, name = self._source(scope)
        condition = self.write.expression(BOOL, inner, 1).text
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
                f"list(map(lambda x: {self.write.expression(INT, inner, 1).text}, {scope.pick(candidates)}))"
            )
        return Text(
            f"list(filter(lambda x: {self.write.expression(BOOL, inner, 1).text}, {scope.pick(candidates)}))"
        )

    def _display_key(self, type_: Type, scope: Scope) -> str:
        if not is_hashable(type_):
            raise NoFit
        return self.write.special("key", type_, scope, 0)

    def dict_display(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        pairs = {
            self._display_key(type_.args[0], scope): self.write.expression(
                type_.args[1], scope, depth - 1
            ).text
            for _ in range(self.rng.choice((1, 2, 2)))
        }
        return Text("{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}")

    def dict_merge(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        candidates = scope.fitting(type_, {})
        if not candidates:
            raise NoFit
        key = self._display_key(type_.args[0], scope)
        value = self.write.expression(type_.args[1], scope, depth - 1).text
        return Text(f"{{**{scope.pick(candidates)}, {key}: {value}}}")

    def set_display(self, type_: Type, bindings: Bindings, scope: Scope, depth: int) -> Text:
        if not is_hashable(type_.args[0]):
            raise NoFit
        items = [
            self.write.expression(type_.args[0], scope, 0).text for _ in range(self.rng.choice((1, 2, 3)))
        ]
        return Text("{" + ", ".join(items) + "}")
