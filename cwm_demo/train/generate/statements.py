"""Writes statements and blocks: lists of lines, indented by four spaces below the block's own header."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from cwm_demo.train.generate.expressions import Expressions, NoFit
from cwm_demo.train.generate.grammar import PRECEDENCE, STATEMENTS
from cwm_demo.train.generate.scope import Function, Scope
from cwm_demo.train.generate.types import BOOL, FLOAT, INT, STR, Type, list_of, random_type

Lines = list[str]
_NAME = re.compile(r"\w+")
OR, ADD, MUL = PRECEDENCE["or"], PRECEDENCE["add"], PRECEDENCE["mul"]

# weight in easy, medium, hard; the method that writes it; lines that it takes at least
_COMPOUND = (
    (16, 22, 24, "if_", 2),
    (5, 6, 6, "early_return", 2),
    (3.5, 4, 4, "guard", 2),
    (8, 11, 12, "for_", 2),
    (10, 12, 10, "accumulate", 3),
    (5, 7, 8, "while_", 3),
    (6, 7, 7, "try_", 4),
    (0.3, 1, 3, "match_", 5),
    (0.3, 1, 3, "inner_function", 3),
    (0.2, 0.6, 1.2, "with_", 2),
)
_ERRORS = (
    "ValueError",
    "ValueError",
    "ValueError",
    "TypeError",
    "KeyError",
    "IndexError",
    "RuntimeError",
    "Exception",
)


def indent(lines: Lines) -> Lines:
    return ["    " + line for line in lines]


@dataclass
class Statements:
    rng: random.Random
    write: Expressions

    def __post_init__(self) -> None:
        stratum = self.write.stratum
        boost = self.write.style.statement_boost
        self._simple_weights = [
            rule.weight * stratum.rare[rule.stratum] * boost.get(index, 1.0)
            for index, rule in enumerate(STATEMENTS)
        ]
        column = ("easy", "medium", "hard").index(stratum.name)
        theme = self.rng.randrange(len(_COMPOUND))
        self._compound = [
            (row[column] * (3 if index == theme else 1), row[3], row[4])
            for index, row in enumerate(_COMPOUND)
        ]

    # Blocks

    def block(self, scope: Scope, budget: int, nesting: int) -> Lines:
        """At least one statement, about `budget` lines."""
        lines: Lines = []
        while budget > len(lines) or not lines:
            lines += self.statement(scope, budget - len(lines), nesting)
        return lines

    def inner(self, scope: Scope, budget: int, nesting: int, **changes: object) -> Lines:
        return indent(self.block(scope.block(**changes), max(1, budget), nesting - 1))

    def statement(self, scope: Scope, budget: int, nesting: int) -> Lines:
        if nesting > 0 and budget >= 2 and self.rng.random() < 0.42:
            rows = [row for row in self._compound if row[2] <= budget + 1]
            method = self.rng.choices(rows, [row[0] for row in rows])[0][1]
            try:
                return getattr(self, method)(scope, budget, nesting)
            except NoFit:
                scope.pending.clear()
        return [self.simple(scope)]

    def simple(self, scope: Scope) -> str:
        for _ in range(12):
            rule = self.rng.choices(STATEMENTS, self._simple_weights)[0]
            try:
                line = self.write.fill(rule.pieces, {}, scope, self.write.stratum.depth + 1)
            except NoFit:
                scope.pending.clear()
                continue
            if line.startswith("del ") and line[4:] in scope.variables:
                if "." in line or len(scope.variables) < 3:
                    continue
                del scope.variables[line[4:]]
            target = line.partition(" ")[0]
            if target == line.partition(" = ")[2]:
                continue
            scope.settle()
            if target in scope.variables:
                scope.touch(target)
            return line
        name = scope.new(INT)
        scope.settle()
        return f"{name} = {self.write.literal(INT)}"

    # Conditions

    def condition(self, scope: Scope) -> str:
        rng = self.rng
        if rng.random() < 0.12:
            found = [
                n
                for n, t in scope.variables.items()
                if t.name in ("list", "str", "dict", "bool", "set", "int")
            ]
            if found:
                return rng.choice(("{}", "not {}")).format(scope.pick(found))
        for _ in range(6):
            text = self.write.expression(BOOL, scope, max(1, self.write.stratum.depth)).text
            read = self._reads(text, scope)
            if read and (read != {text} or rng.random() < 0.3):
                break
        return text

    def if_(self, scope: Scope, budget: int, nesting: int) -> Lines:
        rng = self.rng
        share = max(1, (budget - 2) // 2)
        lines = [f"if {self.condition(scope)}:", *self.branch(scope, share, nesting)]
        if rng.random() < 0.25:
            lines += [f"elif {self.condition(scope)}:", *self.branch(scope, share, nesting)]
        if rng.random() < 0.5:
            lines += ["else:", *self.branch(scope, share, nesting)]
        return lines

    def branch(self, scope: Scope, budget: int, nesting: int) -> Lines:
        """The body of an `if`: in a loop it may leave or go on."""
        rng = self.rng
        if scope.in_loop and rng.random() < 0.22:
            return [f"    {rng.choice(('break', 'continue'))}"]
        if scope.result is not None and rng.random() < 0.1:
            return [f"    return {self.returned(scope)}"]
        lines = self.inner(scope, rng.randint(1, max(1, min(budget, 3))), nesting)
        if scope.in_loop and rng.random() < 0.08:
            lines.append("    break")
        return lines

    def returned(self, scope: Scope) -> str:
        if scope.result is None:
            return "None"
        recent = [name for name in scope.recent if scope.variables.get(name) == scope.result]
        if recent and self.rng.random() < 0.5:
            return recent[0]
        text = self.write.expression(scope.result, scope).text
        for _ in range(3):
            if not scope.variables or self._reads(text, scope) or self.rng.random() < 0.15:
                break
            text = self.write.expression(scope.result, scope).text
        return text

    def final(self, scope: Scope) -> str:
        """What a function returns at its end: mostly what it worked on last, of whatever type."""
        if scope.recent and self.rng.random() < 0.55:
            return scope.recent[0] if scope.recent[0] in scope.variables else self.returned(scope)
        return self.returned(scope)

    def _reads(self, text: str, scope: Scope) -> set[str]:
        """The variables of the scope that `text` names."""
        return set(_NAME.findall(text)) & {name.partition(".")[0] for name in scope.variables}

    def early_return(self, scope: Scope, budget: int, nesting: int) -> Lines:
        if scope.result is None:
            raise NoFit
        return [f"if {self.condition(scope)}:", f"    return {self.returned(scope)}"]

    def raised(self, scope: Scope) -> str:
        rng = self.rng
        error = rng.choice(_ERRORS)
        draw = rng.random()
        if draw < 0.15:
            return f"raise {error}"
        if draw < 0.35:
            return f"raise {error}({self.write.special('fstring', None, scope, 1)})"
        return f"raise {error}({self.write.special('message', None, scope, 1)})"

    def guard(self, scope: Scope, budget: int, nesting: int) -> Lines:
        return [f"if {self.condition(scope)}:", f"    {self.raised(scope)}"]

    # Loops

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
        if type_.name in ("list", "str") and draw < 0.12:
            index, name = self._index_name(inner), self._loop_name(inner, item)
            start = rng.choice(("", "", "", ", 1"))
            return f"for {index}, {name} in enumerate({source}{start}):", inner, name
        if type_.name in ("list", "str") and draw < 0.28:
            index = self._index_name(inner)
            bounds = rng.choice(
                (f"len({source})",) * 4 + (f"1, len({source})", f"len({source}) - 1", f"0, len({source}), 2")
            )
            return f"for {index} in range({bounds}):", inner, index
        if type_.name == "list" and draw < 0.36:
            others = [n for n, t in scope.variables.items() if t.name in ("list", "str") and n != source]
            if others:
                other = rng.choice(others)
                other_type = scope.variables[other]
                inner.fixed.add(other)
                first = self._loop_name(inner, item)
                second = self._loop_name(inner, STR if other_type == STR else other_type.args[0])
                return f"for {first}, {second} in zip({source}, {other}):", inner, first
        if item.name == "tuple" and type_.name == "list":
            found = [self._loop_name(inner, arg) for arg in item.args]
            return f"for {', '.join(found)} in {source}:", inner, found[-1]
        name = self._loop_name(inner, item)
        if type_.name == "set":
            return f"for {name} in sorted({source}):", inner, name
        text = source
        if draw > 0.94 and type_.name in ("list", "str"):
            text = rng.choice(
                (f"reversed({source})", f"{source}[::-1]", f"sorted({source})", f"{source}[1:]")
            )
        return f"for {name} in {text}:", inner, name

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
                self._loop_name(inner, type_.args[0], "k key name"),
                self._loop_name(inner, type_.args[1], "v value val"),
            )
            return f"for {key}, {value} in {source}.items():", inner, value
        if draw < 0.8:
            key = self._loop_name(inner, type_.args[0], "k key name")
            text = self.rng.choice((source, source, f"sorted({source})", f"{source}.keys()"))
            return f"for {key} in {text}:", inner, key
        value = self._loop_name(inner, type_.args[1], "v value val")
        return f"for {value} in {source}.values():", inner, value

    def _index_name(self, inner: Scope) -> str:
        return self._loop_name(inner, INT, "i i i i j k n idx")

    def _loop_name(self, inner: Scope, type_: Type, pool: str | None = None) -> str:
        defaults = {
            "int": "x n num v value i item k",
            "str": "c ch word w s name x letter item",
            "list": "row xs group part item",
            "tuple": "pair t item",
        }
        names = (pool or defaults.get(type_.name, "x item v value")).split()
        free = [name for name in names if name not in inner.variables and name not in inner.pending]
        name = self.rng.choice(free) if free else inner.new(type_)
        inner.taken.add(name)
        inner.pending.pop(name, None)
        inner.define(name, type_, fixed=True)
        return name

    def for_(self, scope: Scope, budget: int, nesting: int) -> Lines:
        header, inner, _ = self.header(scope)
        share = self.rng.randint(1, max(1, min(budget - 1, 4)))
        lines = [header, *indent(self.block(inner, share, nesting - 1))]
        if self.rng.random() < 0.06:
            lines += ["else:", *self.inner(scope, 1, 0)]
        return lines

    def accumulate(self, scope: Scope, budget: int, nesting: int) -> Lines:
        """A result is begun, a loop feeds it: most loops of small programs."""
        rng = self.rng
        header, inner, item = self.header(scope)
        item_type = inner.variables[item]
        start, updates, type_ = self._accumulator(item_type, inner)
        name = scope.new(type_)
        inner.variables[name] = type_
        update = [line.replace("ACC", name) for line in updates(inner, item)]
        filtered = rng.random() < 0.4
        body = [f"if {self.condition(inner)}:", *indent(update)] if filtered else update
        if filtered and rng.random() < 0.25:
            body += ["else:", *self.inner(inner, 1, 0)]
        if budget > 4 and rng.random() < 0.35:
            extra = self.block(inner, 1, nesting - 1)
            body = extra + body if rng.random() < 0.5 else body + extra
        scope.settle()
        return [f"{name} = {start}", header, *indent(body)]

    def _accumulator(self, item: Type, inner: Scope):
        """Start value, a function that writes the update's lines with ACC for the name, and the type."""
        rng, write = self.rng, self.write

        def expression(type_: Type, scope: Scope, least: int = 0) -> str:
            return write.expression(type_, scope, 1).at_least(least)

        def add(scope: Scope, name: str) -> Lines:
            text = name if item == INT and rng.random() < 0.6 else expression(INT, scope)
            return [rng.choice((f"ACC += {text}", f"ACC += {text}", f"ACC = ACC + {text}"))]

        def count(scope: Scope, name: str) -> Lines:
            return [rng.choice(("ACC += 1", "ACC += 1", "ACC = ACC + 1"))]

        def product(scope: Scope, name: str) -> Lines:
            return [f"ACC *= {name if item == INT else rng.randint(2, 3)}"]

        def append(scope: Scope, name: str) -> Lines:
            return [f"ACC.append({name if rng.random() < 0.45 else expression(out, scope)})"]

        def prepend(scope: Scope, name: str) -> Lines:
            return [f"ACC.insert(0, {name})"]

        def concatenate(scope: Scope, name: str) -> Lines:
            text = name if item == STR and rng.random() < 0.5 else expression(STR, scope, ADD)
            return [
                rng.choice((f"ACC += {text}", f"ACC += {text}", f"ACC = ACC + {text}", f"ACC = {text} + ACC"))
            ]

        def tally(scope: Scope, name: str) -> Lines:
            return rng.choice(
                (
                    [f"ACC[{name}] = ACC.get({name}, 0) + 1"],
                    [f"if {name} not in ACC:", f"    ACC[{name}] = 0", f"ACC[{name}] += 1"],
                    [f"if {name} in ACC:", f"    ACC[{name}] += 1", "else:", f"    ACC[{name}] = 1"],
                )
            )

        def store(scope: Scope, name: str) -> Lines:
            return [f"ACC[{name}] = {expression(INT, scope)}"]

        def group(scope: Scope, name: str) -> Lines:
            key = {"str": f"len({name})", "int": f"{name} % {rng.choice((2, 3))}"}[item.name]
            return [f"ACC.setdefault({key}, []).append({name})"]

        def best(scope: Scope, name: str) -> Lines:
            return [f"if {name} {rng.choice('><')} ACC:", f"    ACC = {name}"]

        def see(scope: Scope, name: str) -> Lines:
            return [f"ACC.add({name})"]

        def flag(scope: Scope, name: str) -> Lines:
            return [
                f"if {self.condition(scope)}:",
                "    ACC = True",
                *(["    break"] if rng.random() < 0.5 else []),
            ]

        out = item if rng.random() < 0.7 else rng.choice((INT, STR))
        quotes = '""' if write.style.double_quotes else "''"
        options = [
            (12, "0", add, INT),
            (8, "0", count, INT),
            (8, quotes, concatenate, STR),
            (14, "[]", append, list_of(out)),
            (3, "False", flag, BOOL),
        ]
        if item == INT:
            options += [(4, "1", product, INT), (4, rng.choice(("0", "-1", "100")), best, INT)]
        if item == FLOAT:
            options += [(10, "0", add, FLOAT), (4, "0.0", best, FLOAT)]
        if item in (INT, STR):
            options += [
                (9, "{}", tally, Type("dict", (item, INT))),
                (3, "{}", store, Type("dict", (item, INT))),
                (2, "{}", group, Type("dict", (INT, list_of(item)))),
                (4, "set()", see, Type("set", (item,))),
                (1.5, "[]", prepend, list_of(item)),
            ]
        _, start, update, type_ = rng.choices(options, [option[0] for option in options])[0]
        if update is add and item == FLOAT:
            return start, lambda scope, name: [f"ACC += {name}"], FLOAT
        return start, update, type_

    def while_(self, scope: Scope, budget: int, nesting: int) -> Lines:
        rng = self.rng
        patterns = (self._count_up, self._count_down, self._drain, self._shrink, self._forever, self._halve)
        return rng.choices(patterns, (4, 5, 3, 4, 2, 2))[0](scope, max(1, min(budget - 2, 3)), nesting)

    def _body(self, scope: Scope, counter: str, budget: int, nesting: int) -> Lines:
        """A loop's body that leaves its counter alone; no `continue`, which would skip the step."""
        inner = scope.block(in_loop=True)
        inner.fixed.add(counter)
        inner.touch(counter)
        lines = indent(self.block(inner, self.rng.randint(1, budget), nesting - 1))
        return [line.replace("continue", "break") if line.strip() == "continue" else line for line in lines]

    def _count_up(self, scope: Scope, budget: int, nesting: int) -> Lines:
        name = self.rng.choice(
            [n for n in ("i", "i", "j", "k", "n", "step") if n not in scope.variables] or [scope.new(INT)]
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
        name = self._loop_name(inner, item)
        test = self.rng.choice(("{}", "{}", "len({}) > 0", "len({}) > 1")).format(source)
        body = indent(self.block(inner, self.rng.randint(1, budget), nesting - 1))
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

    # Errors

    def try_(self, scope: Scope, budget: int, nesting: int) -> Lines:
        rng = self.rng
        name = scope.new(INT)
        risky, error = self._risky(scope, name)
        caught = rng.choices((error, "Exception", "ValueError", f"({error}, TypeError)"), (80, 8, 6, 6))[0]
        alias = rng.random() < 0.25
        if alias and "e" not in scope.taken:
            handler = rng.choice((["    print(e)"], [f"    {name} = str(e)"], [f"    {name} = -1"]))
            head = f"except {caught} as e:"
        else:
            handler = rng.choice(
                ([f"    {name} = 0"], [f"    {name} = -1"], [f"    {name} = None"], ["    print('error')"])
            )
            head = f"except {caught}:"
        plain = scope.block()
        lines = ["try:", *indent(risky), head, *handler]
        if rng.random() < 0.15:
            lines += ["else:", *self.inner(plain, 1, 0)]
        if rng.random() < 0.2:
            lines += ["finally:", *self.inner(plain, 1, 0)]
        sets_it = any(line.strip().startswith(f"{name} = ") for line in handler)
        scope.pending.clear()
        if sets_it and "str(e)" not in handler[0] and "None" not in handler[0]:
            scope.define(name, INT)
        return lines

    def _risky(self, scope: Scope, name: str) -> tuple[Lines, str]:
        """Lines that set `name` and may fail, and what they fail with."""
        rng, variables = self.rng, scope.variables
        options: list[tuple[str, str]] = []
        for variable, type_ in variables.items():
            if type_ == STR:
                options.append((f"int({variable})", "ValueError"))
                options.append(
                    (f"{variable}.index({self.write.special('piece', None, scope, 1)})", "ValueError")
                )
            elif type_ == INT:
                options.append((f"{rng.randint(10, 60)} // {variable}", "ZeroDivisionError"))
                options.append((f"{rng.randint(5, 60)} % {variable}", "ZeroDivisionError"))
                options.append((f"{variable} + {self.write.literal(STR)}", "TypeError"))
            elif type_.name == "list" and type_.args[0] == INT:
                options.append((f"{variable}[{rng.randint(0, 5)}]", "IndexError"))
                options.append((f"{variable}.index({rng.randint(0, 9)})", "ValueError"))
            elif type_.name == "dict" and type_.args[1] == INT:
                options.append(
                    (f"{variable}[{self.write.special('key', type_.args[0], scope, 1)}]", "KeyError")
                )
        if not options:
            options.append((f"int({self.write.special('digits', None, scope, 1)})", "ValueError"))
        text, error = rng.choice(options)
        lines = [f"{name} = {text}"]
        if rng.random() < 0.15:
            lines += self.guard(scope, 2, 0)
        elif rng.random() < 0.25:
            lines += [self.simple(scope.block())]
        return lines, error

    # The rarer ones

    def match_(self, scope: Scope, budget: int, nesting: int) -> Lines:
        subjects = [n for n, t in scope.variables.items() if t in (INT, STR)]
        if not subjects:
            raise NoFit
        name = scope.pick(subjects)
        lines = [f"match {name}:"]
        cases = {self.write.literal(scope.variables[name]) for _ in range(2)}
        for case in sorted(cases):
            if not case.startswith("-") or case[1:].isdigit():
                lines += [f"    case {case}:", *indent(self.inner(scope, 1, 0))]
        return [*lines, "    case _:", *indent(self.inner(scope, 1, 0))]

    def inner_function(self, scope: Scope, budget: int, nesting: int) -> Lines:
        """A helper within the function, which may read what is around it."""
        rng = self.rng
        name = rng.choice(
            [n for n in "helper inner step check apply_one combine inner_fn".split() if n not in scope.taken]
            or [scope.new(INT)]
        )
        scope.pending.clear()
        scope.taken.add(name)
        inner = scope.block(fixed=set(scope.variables), in_loop=False, small=set())
        parameters = tuple(random_type(rng, 0) for _ in range(rng.choice((1, 1, 2))))
        result = random_type(rng, 0)
        inner.result = result
        found = [self._loop_name(inner, type_, "a b x y n k s t v w") for type_ in parameters]
        for parameter in found:
            inner.fixed.discard(parameter)
        body = self.block(inner, rng.choice((1, 1, 2)), 0) if rng.random() < 0.4 else []
        lines = [f"def {name}({', '.join(found)}):", *indent(body), f"    return {self.returned(inner)}"]
        scope.functions = [*scope.functions, Function(name, parameters, result)]
        return lines

    def with_(self, scope: Scope, budget: int, nesting: int) -> Lines:
        """Only where the program's head imports it; `programs` sees to that."""
        error = self.rng.choice(("ValueError", "KeyError", "IndexError", "ZeroDivisionError"))
        return [f"with suppress({error}):", *self.inner(scope, 1, 0)]
