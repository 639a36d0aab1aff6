"""Writes statements and blocks: lists of lines, indented by four spaces below the block's own header."""

from __future__ import annotations

import random
from dataclasses import dataclass

from cwm_demo.train.generate.blocks import Lines, indent
from cwm_demo.train.generate.expressions import Expressions
from cwm_demo.train.generate.grammar import STATEMENTS
from cwm_demo.train.generate.loops import Loops
from cwm_demo.train.generate.scope import Function, Scope
from cwm_demo.train.generate.text import NoFit
from cwm_demo.train.generate.types import BOOL, INT, STR, random_type

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


@dataclass
class Statements:
    rng: random.Random
    write: Expressions

    def __post_init__(self) -> None:
        self.loops = Loops(self.rng, self.write, self)
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
                writer = getattr(self, method, None) or getattr(self.loops, method)
                return writer(scope, budget, nesting)
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
            read = scope.reads(text)
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
            if not scope.variables or scope.reads(text) or self.rng.random() < 0.15:
                break
            text = self.write.expression(scope.result, scope).text
        return text

    def final(self, scope: Scope) -> str:
        """What a function returns at its end: mostly what it worked on last, of whatever type."""
        if scope.recent and self.rng.random() < 0.55:
            return scope.recent[0] if scope.recent[0] in scope.variables else self.returned(scope)
        return self.returned(scope)

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
        found = [self.loops.name(inner, type_, "a b x y n k s t v w") for type_ in parameters]
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
