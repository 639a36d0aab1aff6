"""Writes loops: over what the scope offers, with a result that they feed, and until something holds."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from cwm_demo.train.generate.accumulators import accumulator
from cwm_demo.train.generate.blocks import Lines, indent
from cwm_demo.train.generate.expressions import Expressions
from cwm_demo.train.generate.scope import Scope
from cwm_demo.train.generate.text import NoFit
from cwm_demo.train.generate.types import INT, STR, Type

if TYPE_CHECKING:
    from cwm_demo.train.generate.statements import Statements


class Loops:
    def __init__(self, rng: random.Random, write: Expressions, statements: Statements) -> None:
        self.rng, self.write, self.statements = rng, write, statements

    def header(self, scope: Scope) -> tuple[str, Scope, str]:
        """`for …:`, the scope of its body, and the loop variable that matters."""
        rng = self.rng
        inner = scope.block(in_loop=True)
        sources = [n for n, t in scope.variables.items() if t.name in ("list", "str", "dict", "set", "tuple")]
        if not sources or rng.random() < 0.3:
            return self._range_header(scope, inner)
        source = scope.pick(sources)
        type_ = scope.variables[source]
        inner.fixed.add(source)
        if type_.name == "dict":
            return self._dict_header(source, type_, inner)
        if type_.name == "tuple" and len(set(type_.args)) != 1:
            raise NoFit
        item = STR if type_ == STR else type_.args[0]
        draw = rng.random()
        others = [n for n, t in scope.variables.items() if t.name in ("list", "str") and n != source]
        if type_.name in ("list", "str") and others and rng.random() < 0.4:
            return self._zip_header(source, item, rng.choice(others), inner)
        if type_.name in ("list", "str") and draw < 0.18:
            index, name = self._index_name(inner), self.name(inner, item)
            start = rng.choice(("", "", "", ", 1"))
            return f"for {index}, {name} in enumerate({source}{start}):", inner, name
        if type_.name in ("list", "str") and draw < 0.34:
            index = self._index_name(inner)
            bounds = rng.choice(
                (f"len({source})",) * 4 + (f"1, len({source})", f"len({source}) - 1", f"0, len({source}), 2")
            )
            return f"for {index} in range({bounds}):", inner, index
        if item.name == "tuple" and type_.name == "list":
            found = [self.name(inner, arg) for arg in item.args]
            return f"for {', '.join(found)} in {source}:", inner, found[-1]
        name = self.name(inner, item)
        if type_.name == "set":
            return f"for {name} in sorted({source}):", inner, name
        text = source
        if draw > 0.94 and type_.name in ("list", "str"):
            text = rng.choice(
                (f"reversed({source})", f"{source}[::-1]", f"sorted({source})", f"{source}[1:]")
            )
        return f"for {name} in {text}:", inner, name

    def _zip_header(self, source: str, item: Type, other: str, inner: Scope) -> tuple[str, Scope, str]:
        other_type = inner.variables[other]
        inner.fixed.add(other)
        first = self.name(inner, item)
        second = self.name(inner, STR if other_type == STR else other_type.args[0])
        return f"for {first}, {second} in zip({source}, {other}):", inner, first

    def _range_header(self, scope: Scope, inner: Scope) -> tuple[str, Scope, str]:
        rng = self.rng
        name = self._index_name(inner)
        bound = self.write.special("bound", None, scope, 1)
        start = str(rng.choice((1, 1, 2)))
        text = rng.choices(
            (
                bound,
                f"{start}, {bound}",
                f"1, {bound} + 1",
                f"{bound}, 0, -1",
                f"0, {rng.randint(4, 10)}, {rng.randint(2, 4)}",
            ),
            (60, 15, 10, 8, 7),
        )[0]
        return f"for {name} in range({text.replace('+ 1 + 1', '+ 1')}):", inner, name

    def _dict_header(self, source: str, type_: Type, inner: Scope) -> tuple[str, Scope, str]:
        draw = self.rng.random()
        if draw < 0.55:
            key, value = (
                self.name(inner, type_.args[0], "k key name"),
                self.name(inner, type_.args[1], "v value val"),
            )
            return f"for {key}, {value} in {source}.items():", inner, value
        if draw < 0.8:
            key = self.name(inner, type_.args[0], "k key name")
            text = self.rng.choice((source, source, f"sorted({source})", f"{source}.keys()"))
            return f"for {key} in {text}:", inner, key
        value = self.name(inner, type_.args[1], "v value val")
        return f"for {value} in {source}.values():", inner, value

    def _index_name(self, inner: Scope) -> str:
        return self.name(inner, INT, "i i i i j k n idx")

    def name(self, inner: Scope, type_: Type, pool: str | None = None) -> str:
        defaults = {
            "int": "x n num v value i item k",
            "str": "c ch word w s name x letter item",
            "list": "row xs group part item",
            "tuple": "pair t item",
        }
        names = (pool or defaults.get(type_.name, "x item v value")).split()
        free = [name for name in names if not inner.knows(name)]
        name = self.rng.choice(free) if free else inner.new(type_)
        inner.taken.add(name)
        inner.pending.pop(name, None)
        inner.define(name, type_, fixed=True)
        return name

    def for_(self, scope: Scope, budget: int, nesting: int) -> Lines:
        header, inner, _ = self.header(scope)
        share = self.rng.randint(1, max(1, min(budget - 1, 4)))
        lines = [header, *indent(self.statements.block(inner, share, nesting - 1))]
        if self.rng.random() < 0.06:
            lines += ["else:", *self.statements.inner(scope, 1, 0)]
        return lines

    def accumulate(self, scope: Scope, budget: int, nesting: int) -> Lines:
        """A result is begun, a loop feeds it: most loops of small programs."""
        rng = self.rng
        header, inner, item = self.header(scope)
        item_type = inner.variables[item]
        start, updates, type_ = accumulator(self.rng, self.write, self.statements, item_type)
        name = scope.new(type_)
        inner.variables[name] = type_
        update = [line.replace("ACC", name) for line in updates(inner, item)]
        filtered = rng.random() < 0.4
        body = [f"if {self.statements.condition(inner)}:", *indent(update)] if filtered else update
        if filtered and rng.random() < 0.25:
            body += ["else:", *self.statements.inner(inner, 1, 0)]
        if budget > 4 and rng.random() < 0.35:
            extra = self.statements.block(inner, 1, nesting - 1)
            body = extra + body if rng.random() < 0.5 else body + extra
        scope.settle()
        return [f"{name} = {start}", header, *indent(body)]

    def while_(self, scope: Scope, budget: int, nesting: int) -> Lines:
        rng = self.rng
        patterns = (self._count_up, self._count_down, self._drain, self._shrink, self._forever, self._halve)
        return rng.choices(patterns, (4, 5, 3, 4, 2, 2))[0](scope, max(1, min(budget - 2, 3)), nesting)

    def _body(self, scope: Scope, counter: str, budget: int, nesting: int) -> Lines:
        """A loop's body that leaves its counter alone; no `continue`, which would skip the step."""
        inner = scope.block(in_loop=True)
        inner.fixed.add(counter)
        inner.touch(counter)
        lines = indent(self.statements.block(inner, self.rng.randint(1, budget), nesting - 1))
        return [line.replace("continue", "break") if line.strip() == "continue" else line for line in lines]

    def _count_up(self, scope: Scope, budget: int, nesting: int) -> Lines:
        name = self.rng.choice(
            [n for n in ("i", "i", "j", "k", "n", "step") if not scope.knows(n)] or [scope.new(INT)]
        )
        scope.define(name, INT)
        scope.taken.add(name)
        limit = self.write.special("bound", None, scope, 1)
        step = self.rng.choice(
            (f"{name} += 1",) * 4 + (f"{name} += 2", f"{name} = {name} + 1", f"{name} *= 2")
        )
        start = 1 if "*" in step else self.rng.choice((0, 0, 1))
        return [
            f"{name} = {start}",
            f"while {name} < {limit}:",
            *self._body(scope, name, budget, nesting),
            f"    {step}",
        ]

    def _count_down(self, scope: Scope, budget: int, nesting: int) -> Lines:
        lines: Lines = []
        names = sorted(name for name in scope.small if name in scope.variables and name not in scope.fixed)
        if names:
            name = self.rng.choice(names)
        else:
            name = scope.new(INT)
            scope.settle()
            lines = [f"{name} = {self.rng.randint(2, 6)}"]
        test = self.rng.choice(("{} > 0", "{} > 0", "{} > 0", "{} >= 1", "{} > 1", "{}")).format(name)
        step = self.rng.choice((f"{name} -= 1",) * 5 + (f"{name} -= 2", f"{name} = {name} - 1"))
        if test == name:
            step = f"{name} -= 1"
        body = self._body(scope, name, budget, nesting)
        return [*lines, f"while {test}:", *body, f"    {step}"]

    def _drain(self, scope: Scope, budget: int, nesting: int) -> Lines:
        lists = [n for n, t in scope.variables.items() if t.name == "list" and n not in scope.fixed]
        if not lists:
            raise NoFit
        source = scope.pick(lists)
        item = scope.variables[source].args[0]
        inner = scope.block(in_loop=True)
        inner.fixed.add(source)
        name = self.name(inner, item)
        test = self.rng.choice(("{}", "{}", "len({}) > 0", "len({}) > 1")).format(source)
        body = indent(self.statements.block(inner, self.rng.randint(1, budget), nesting - 1))
        return [f"while {test}:", f"    {name} = {source}.pop({self.rng.choice(('', '', '0'))})", *body]

    def _shrink(self, scope: Scope, budget: int, nesting: int) -> Lines:
        names = [n for n, t in scope.variables.items() if t == INT and n not in scope.fixed and "." not in n]
        if not names:
            raise NoFit
        name = scope.pick(names)
        by = self.rng.choice((2, 2, 10, 10, 3))
        body = self._body(scope, name, budget, nesting)
        return [f"while {name} > {self.rng.choice((0, 0, 1))}:", *body, f"    {name} //= {by}"]

    def _forever(self, scope: Scope, budget: int, nesting: int) -> Lines:
        name = scope.new(INT)
        scope.settle()
        body = self._body(scope, name, 1, nesting)
        limit = self.rng.randint(2, 9)
        return [
            f"{name} = {self.rng.randint(0, 2)}",
            "while True:",
            f"    {name} += {self.rng.choice((1, 1, 2, 3))}",
            *body,
            f"    if {name} {self.rng.choice(('>', '>='))} {limit}:",
            "        break",
        ]

    def _halve(self, scope: Scope, budget: int, nesting: int) -> Lines:
        """Two ends that approach each other."""
        lists = [n for n, t in scope.variables.items() if t.name in ("list", "str")]
        if not lists:
            raise NoFit
        source = scope.pick(lists)
        low, high = self.rng.choice(
            (("lo", "hi"), ("left", "right"), ("i", "j"), ("low", "high"), ("start", "end"))
        )
        if low in scope.variables or high in scope.variables:
            raise NoFit
        scope.define(low, INT)
        scope.define(high, INT)
        scope.taken |= {low, high}
        body = self._body(scope, low, budget, nesting)
        if self.rng.random() < 0.5:
            step = [f"    {low} += 1", f"    {high} -= 1"]
        else:
            step = [
                f"    mid = ({low} + {high}) // 2",
                self.rng.choice((f"    {low} = mid + 1", f"    {high} = mid - 1")),
            ]
        return [
            f"{low} = 0",
            f"{high} = len({source}) - 1",
            f"while {low} {self.rng.choice(('<', '<='))} {high}:",
            *body,
            *step,
        ]
