"""Whole programs: a function, helpers, recursion, a class, a closure, a generator, or a bare module."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from cwm_demo.train.generate import names, values
from cwm_demo.train.generate.expressions import Expressions, Style
from cwm_demo.train.generate.scope import STRATA, Function, Scope
from cwm_demo.train.generate.statements import Lines, Statements, indent
from cwm_demo.train.generate.types import BOOL, INT, STR, Type, list_of, random_scalar, random_type

# weight in easy, medium, hard; the method that writes it
_SHAPES = (
    (73, 55, 44, "function"),
    (6, 13, 18, "with_helper"),
    (5, 5, 4, "recursion"),
    (5, 11, 15, "class_"),
    (3, 5, 7, "closure"),
    (4, 6, 7, "generator"),
    (4, 5, 5, "module"),
)


def random_shape(rng: random.Random, stratum: str) -> str:
    column = tuple(STRATA).index(stratum)
    return rng.choices(_SHAPES, [row[column] for row in _SHAPES])[0][3]


@dataclass
class Parameters:
    """Of one function: what they are called, their types, and which of them set how long it runs."""

    names: list[str]
    types: list[Type]
    small: list[bool]
    defaults: list[str | None]

    def written(self, annotated: bool) -> str:
        parts = []
        for name, type_, default in zip(self.names, self.types, self.defaults):
            text = f"{name}: {type_}" if annotated else name
            if default is not None:
                text += f" = {default}" if annotated else f"={default}"
            parts.append(text)
        return ", ".join(parts)


@dataclass
class Programs:
    rng: random.Random
    stratum_name: str
    calls: int  # calls wanted for each program
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.stratum = STRATA[self.stratum_name]
        self.style = Style.random(self.rng)
        self.write = Expressions(self.rng, self.stratum, self.style)
        self.statements = Statements(self.rng, self.write)
        self.annotated = self.rng.random() < 0.07
        self.double_calls = self.rng.random() < 0.2

    def program(self, shape: str) -> tuple[str, list[str]]:
        """A program of this shape and its calls. Raises NoFit when the writer ran into a dead end."""
        lines, calls = getattr(self, shape)()
        if any(line.lstrip().startswith("with suppress(") for line in lines):
            lines = ["from contextlib import suppress", "", "", *lines]
        return self._finish(lines), list(dict.fromkeys(calls))

    # Pieces

    def _finish(self, lines: Lines) -> str:
        """Small differences in how people write."""
        text = "\n".join(lines)
        if self.rng.random() < 0.05:
            text = "\n".join(_halve_indent(line) for line in lines)
        if self.rng.random() < 0.15:
            text = text.replace("\n\n\n", "\n\n")
        return text

    def _parameters(self, least: int = 1, most: int = 3, wanted: tuple[Type, ...] = ()) -> Parameters:
        rng = self.rng
        count = rng.choices((1, 2, 3), (50, 38, 12))[0]
        types = list(wanted)
        while len(types) < max(least, min(count, most)):
            types.append(random_type(rng, self.stratum.type_nesting))
        found = [names.fresh(rng, type_, self.taken) for type_ in types]
        small = [type_ == INT and rng.random() < 0.4 for type_ in types]
        defaults: list[str | None] = [None] * len(types)
        if len(types) > 1 and types[-1].name in ("int", "str", "bool") and rng.random() < 0.08:
            defaults[-1] = values.literal(values.random_value(rng, types[-1]), self.style.double_quotes)
        return Parameters(found, types, small, defaults)

    def _argument(self, type_: Type, small: bool) -> str:
        if small:
            value: object = self.rng.choices((0, 1, 2, 3, 4, 5, -1, 6), (5, 10, 20, 28, 18, 9, 4, 6))[0]
        else:
            value = self.write.value(type_)
        return values.literal(value, self.double_calls)

    def _arguments(self, parameters: Parameters) -> str:
        texts = []
        keyword = self.rng.random() < 0.04
        for name, type_, small, default in zip(
            parameters.names, parameters.types, parameters.small, parameters.defaults
        ):
            if default is not None and self.rng.random() < 0.5:
                continue
            text = self._argument(type_, small)
            texts.append(f"{name}={text}" if keyword else text)
        return ", ".join(texts)

    def _budget(self) -> int:
        return self.rng.randint(*self.stratum.statements)

    def _result(self, parameters: Parameters) -> Type | None:
        rng = self.rng
        if rng.random() < 0.06:
            return None
        if rng.random() < 0.55:
            return rng.choice(parameters.types) if rng.random() < 0.6 else rng.choice((INT, INT, STR, BOOL))
        return random_type(rng, self.stratum.type_nesting)

    def _function(
        self,
        name: str,
        parameters: Parameters,
        result: Type | None,
        budget: int,
        scope: Scope,
        self_: bool = False,
    ) -> Lines:
        """`def`, body and return. `scope` is what is around it."""
        rng = self.rng
        inner = scope.block(result=result, small=set(), in_loop=False)
        for parameter, type_, small in zip(parameters.names, parameters.types, parameters.small):
            inner.define(parameter, type_)
            if small:
                inner.small.add(parameter)
        body = self.statements.block(inner, budget, self.stratum.nesting)
        ends = body and body[-1].split(" ")[0] in ("return", "raise")
        if result is not None and not ends:
            body.append(f"return {self.statements.final(inner)}")
        arrow = f" -> {result or 'None'}" if self.annotated else ""
        written = parameters.written(self.annotated)
        if self_:
            written = f"self, {written}" if written else "self"
        if rng.random() < 0.03:
            body.insert(0, f'"""{name.replace("_", " ").capitalize()}."""')
        if rng.random() < 0.03:
            body.insert(
                rng.randrange(len(body)),
                "# " + rng.choice(("done", "start", "next", "TODO", "check", "loop")),
            )
        return [f"def {name}({written}){arrow}:", *indent(_comments_in_place(body))]

    def _top(self) -> Scope:
        """The module's scope: now and then with a constant."""
        scope = Scope(self.rng, taken=self.taken)
        return scope

    # Shapes

    def function(self) -> tuple[Lines, list[str]]:
        scope = self._top()
        lines: Lines = []
        if self.rng.random() < 0.05:
            name = self.rng.choice("LIMIT SIZE BASE RATE STEP MAX_VALUE VOWELS NAMES TABLE".split())
            type_ = {"VOWELS": STR, "NAMES": list_of(STR), "TABLE": Type("dict", (STR, INT))}.get(name, INT)
            scope.define(name, type_, fixed=True)
            lines = [f"{name} = {self.write.literal(type_)}", "", ""]
        parameters = self._parameters()
        name = names.function(self.rng, self.taken)
        lines += self._function(name, parameters, self._result(parameters), self._budget(), scope)
        return lines, [f"{name}({self._arguments(parameters)})" for _ in range(self.calls)]

    def with_helper(self) -> tuple[Lines, list[str]]:
        scope = self._top()
        small_budget = max(1, self.stratum.statements[0] - 1)
        helper_parameters = self._parameters(most=2)
        helper_result = self._result(helper_parameters) or INT
        helper = names.function(self.rng, self.taken)
        lines = self._function(helper, helper_parameters, helper_result, small_budget, scope)
        small = frozenset(i for i, is_small in enumerate(helper_parameters.small) if is_small)
        scope.functions.append(Function(helper, tuple(helper_parameters.types), helper_result, small))
        parameters = self._parameters(wanted=(self.rng.choice(helper_parameters.types),))
        name = names.function(self.rng, self.taken)
        result = helper_result if self.rng.random() < 0.6 else self._result(parameters)
        body_scope = scope.block()
        budget = max(1, self._budget() - 1)
        entry = self._function(name, parameters, result, budget, body_scope)
        if not any(f"{helper}(" in line for line in entry):
            entry = self._with_call(entry, helper, helper_parameters, parameters, body_scope)
        calls = [f"{name}({self._arguments(parameters)})" for _ in range(self.calls)]
        return [*lines, "", "", *entry], calls

    def _with_call(
        self, entry: Lines, helper: str, helper_parameters: Parameters, parameters: Parameters, scope: Scope
    ) -> Lines:
        """`entry` with a first line that calls the helper."""
        inner = scope.block()
        for name, type_ in zip(parameters.names, parameters.types):
            inner.define(name, type_)
        arguments = ", ".join(
            str(self.rng.randint(0, 4)) if small else self.write.expression(type_, inner, 1).text
            for type_, small in zip(helper_parameters.types, helper_parameters.small)
        )
        target = names.fresh(self.rng, INT, self.taken)
        return [entry[0], f"    {target} = {helper}({arguments})", *entry[1:]]

    def recursion(self) -> tuple[Lines, list[str]]:
        """Random steps around the shapes that recursion has."""
        rng, write = self.rng, self.write
        name = names.function(rng, self.taken)
        scope = self._top()
        kind = rng.choice(("number", "number", "list", "string", "digits", "accumulator", "two"))
        if kind == "number":
            n = names.fresh(rng, INT, self.taken)
            scope.define(n, INT)
            step = write.expression(INT, scope, 1).at_least(9)
            base = rng.choice(("0", "1", "1", n))
            joined = rng.choice(
                (
                    f"{step} + {name}({n} - 1)",
                    f"{name}({n} - 1) + {step}",
                    f"{n} * {name}({n} - 1)",
                    f"{name}({n} - 1) * 2",
                    f"{name}({n} - 2) + {n}",
                )
            )
            lines = [
                f"if {n} {rng.choice(('<= 0', '<= 1', '< 1', '< 2'))}:",
                f"    return {base}",
                f"return {joined}",
            ]
            calls = [f"{name}({rng.randint(-1, 5)})" for _ in range(self.calls)]
            return [f"def {name}({n}):", *indent(lines)], calls
        if kind == "two":
            n = names.fresh(rng, INT, self.taken)
            lines = [
                f"if {n} < {rng.choice((1, 2))}:",
                f"    return {rng.choice((n, '1', '0'))}",
                f"return {name}({n} - 1) {rng.choice('++*-')} {name}({n} - 2)",
            ]
            return [f"def {name}({n}):", *indent(lines)], [
                f"{name}({rng.randint(0, 4)})" for _ in range(self.calls)
            ]
        if kind == "digits":
            n = names.fresh(rng, INT, self.taken)
            base, by = rng.choice((10, 10, 2, 3)), rng.choice((f"{n} % 10", f"{n} % 2", "1"))
            lines = [
                f"if {n} {rng.choice(('< 10', '== 0', '<= 1'))}:",
                f"    return {rng.choice((n, '0', '1'))}",
                f"return {by} + {name}({n} // {base})",
            ]
            return [f"def {name}({n}):", *indent(lines)], [
                f"{name}({rng.choice((rng.randint(0, 30), rng.randint(10, 9999)))})"
                for _ in range(self.calls)
            ]
        if kind == "accumulator":
            n, acc = names.fresh(rng, INT, self.taken), "acc"
            scope.define(n, INT)
            scope.define(acc, INT)
            lines = [
                f"if {n} {rng.choice(('== 0', '<= 0'))}:",
                "    return acc",
                f"return {name}({n} - 1, {write.expression(INT, scope, 1).text})",
            ]
            return [f"def {name}({n}, acc{rng.choice(('=0', '=1', '=0'))}):", *indent(lines)], [
                f"{name}({rng.randint(0, 5)})" for _ in range(self.calls)
            ]
        item = STR if kind == "string" else rng.choice((INT, INT, STR))
        type_ = STR if kind == "string" else list_of(item)
        xs = names.fresh(rng, type_, self.taken)
        empty = "''" if kind == "string" else "[]"
        test = rng.choice((f"not {xs}", f"len({xs}) == 0", f"{xs} == {empty}"))
        head, rest = f"{xs}[0]", f"{name}({xs}[1:])"
        if kind == "string":
            options = (
                ("''", f"{rest} + {head}"),
                ("0", f"1 + {rest}"),
                ("''", f"{head} + '-' + {rest}"),
                ("''", f"{head}.upper() + {rest}"),
                ("''", f"{head} * 2 + {rest}"),
            )
        elif item == INT:
            options = (
                ("0", f"{head} + {rest}"),
                ("[]", f"{rest} + [{head}]"),
                ("0", f"max({head}, {rest})"),
                ("1", f"{head} * {rest}"),
                ("0", f"1 + {rest}"),
                ("[]", f"[{head} * 2] + {rest}"),
            )
        else:
            options = (
                ("''", f"{head} + {rest}"),
                ("[]", f"{rest} + [{head}]"),
                ("0", f"len({head}) + {rest}"),
                ("[]", f"[{head}.upper()] + {rest}"),
            )
        base, joined = rng.choice(options)
        lines = [f"if {test}:", f"    return {base}"]
        if rng.random() < 0.4:
            condition = {
                "int": f"{head} {rng.choice(('> 0', '% 2 == 0', '== 0', '< 5'))}",
                "str": f"{head} {rng.choice(('in ' + repr('aeiou'), '== ' + repr('a'), '> ' + repr('m')))}",
            }[item.name]
            lines += [f"if {condition}:", f"    return {joined}", f"return {rest}"]
        else:
            lines += [f"return {joined}"]
        calls = [f"{name}({self._argument(type_, False)})" for _ in range(self.calls)]
        return [f"def {name}({xs}):", *indent(lines)], calls

    def class_(self) -> tuple[Lines, list[str]]:
        rng = self.rng
        name = names.from_pool(rng, names.CLASSES, self.taken)
        attributes, init, initial = self._attributes()
        lines = [
            f"class {name}:",
            f"    def __init__(self{', ' if init.names else ''}{init.written(self.annotated)}):",
        ]
        lines += indent(indent([f"self.{attribute} = {text}" for attribute, (_, text) in attributes.items()]))
        around = self._top()
        for attribute, (type_, _) in attributes.items():
            around.define(f"self.{attribute}", type_)
        methods: list[tuple[str, Parameters, Type | None]] = []
        for _ in range(rng.choice((1, 1, 2) if self.stratum_name == "easy" else (1, 2, 2, 3))):
            method = names.from_pool(rng, names.METHODS, self.taken)
            parameters = self._parameters(least=0, most=1)
            if rng.random() < 0.4:
                parameters = Parameters([], [], [], [])
            result = rng.choice((None, INT, rng.choice([type_ for type_, _ in attributes.values()])))
            budget = rng.choice((1, 1, 2, 3)) if self.stratum_name != "hard" else rng.choice((1, 2, 3, 4))
            body = self._function(method, parameters, result, budget, around, self_=True)
            lines += ["", *indent(body)]
            methods.append((method, parameters, result))
            small = frozenset(i for i, is_small in enumerate(parameters.small) if is_small)
            around.functions.append(Function(f"self.{method}", tuple(parameters.types), result or INT, small))
        if rng.random() < 0.4:
            calls = []
            for _ in range(self.calls):
                method, parameters, _ = rng.choice(methods)
                calls.append(f"{name}({self._arguments(init)}).{method}({self._arguments(parameters)})")
            return lines, calls
        driver, driver_calls = self._driver(name, init, attributes, methods)
        return [*lines, "", "", *driver], driver_calls

    def _attributes(self) -> tuple[dict[str, tuple[Type, str]], Parameters, list[str]]:
        """Of a class: attribute to its type and first value; the parameters of `__init__`."""
        rng = self.rng
        attributes: dict[str, tuple[Type, str]] = {}
        parameters = self._parameters(least=0, most=2) if rng.random() < 0.7 else Parameters([], [], [], [])
        for parameter, type_ in zip(parameters.names, parameters.types):
            attributes[parameter] = (type_, parameter)
        for _ in range(rng.choice((0, 1, 1)) + (not attributes)):
            attribute = rng.choice(names.ATTRIBUTES)
            if attribute not in attributes:
                type_ = rng.choice((INT, INT, list_of(INT), list_of(STR), STR, Type("dict", (STR, INT))))
                first = {"int": "0", "list": "[]", "str": "''", "dict": "{}"}[type_.name]
                attributes[attribute] = (type_, first)
        return attributes, parameters, []

    def _driver(
        self, name: str, init: Parameters, attributes: dict, methods: list
    ) -> tuple[Lines, list[str]]:
        """A function that makes an instance and uses it."""
        rng = self.rng
        driver = names.function(rng, self.taken)
        instance = names.from_pool(rng, "obj c p box a it acc x thing obj1 inst b s".split(), self.taken)
        parameters = self._parameters(most=2, wanted=tuple(init.types[:1]))
        scope = self._top()
        for parameter, type_ in zip(parameters.names, parameters.types):
            scope.define(parameter, type_)
        arguments = [self.write.expression(type_, scope, 0).text for type_ in init.types]
        lines = [f"{instance} = {name}({', '.join(arguments)})"]
        for attribute, (type_, _) in attributes.items():
            scope.variables[f"{instance}.{attribute}"] = type_
            if rng.random() < 0.7:
                scope.fixed.add(f"{instance}.{attribute}")
        for _ in range(rng.choice((1, 2, 2, 3))):
            method, method_parameters, result = rng.choice(methods)
            call_arguments = ", ".join(
                str(rng.randint(0, 4)) if small else self.write.expression(type_, scope, 1).text
                for type_, small in zip(method_parameters.types, method_parameters.small)
            )
            call = f"{instance}.{method}({call_arguments})"
            if result is None or rng.random() < 0.35:
                lines.append(call)
            else:
                target = scope.new(result)
                lines.append(f"{target} = {call}")
                scope.settle()
            if rng.random() < 0.15:
                lines.append(self.statements.simple(scope))
        if rng.random() < 0.1:
            lines.append(f"return {instance}")
        else:
            candidates = [n for n in scope.variables if n not in parameters.names]
            lines.append(f"return {scope.pick(candidates)}")
        calls = [f"{driver}({self._arguments(parameters)})" for _ in range(self.calls)]
        return [f"def {driver}({parameters.written(self.annotated)}):", *indent(lines)], calls

    def closure(self) -> tuple[Lines, list[str]]:
        rng = self.rng
        maker = names.from_pool(
            rng, "make make_counter make_adder outer build factory create start".split(), self.taken
        )
        inner_name = names.from_pool(
            rng, "inner step add bump call fn tick run_one helper".split(), self.taken
        )
        state_type = rng.choice((INT, INT, INT, list_of(INT), STR))
        state = names.fresh(rng, state_type, self.taken)
        changed = state_type.name != "list" and rng.random() < 0.75
        outer_scope = self._top()
        inner_parameters = self._parameters(least=1, most=1, wanted=(rng.choice((INT, state_type)),))
        if rng.random() < 0.35:
            inner_parameters = Parameters([], [], [], [])
        as_parameter = rng.random() < 0.5
        outer_scope.define(state, state_type, fixed=not changed and state_type.name != "list")
        body = self._function(inner_name, inner_parameters, state_type, rng.choice((1, 1, 2)), outer_scope)
        if changed:
            body.insert(1, f"    nonlocal {state}")
            scope = outer_scope.block()
            for parameter, type_ in zip(inner_parameters.names, inner_parameters.types):
                scope.define(parameter, type_)
            added = self.write.expression(state_type, scope, 1).text
            operator = "+=" if rng.random() < 0.8 or added == state else "="
            body.insert(2, f"    {state} {operator} {added}")
        elif any(
            line.strip().startswith((f"{state} =", f"{state} +=", f"{state} -=", f"{state} *="))
            for line in body
        ):
            body.insert(1, f"    nonlocal {state}")
        if as_parameter:
            lines = [f"def {maker}({state}):"]
        else:
            lines = [
                f"def {maker}():",
                f"    {state} = {values.literal(values.random_value(rng, state_type, 3))}",
            ]
        lines += [*indent(body), f"    return {inner_name}"]
        driver = names.function(rng, self.taken)
        fn = names.from_pool(rng, "f g fn c counter add next_one h".split(), self.taken)
        parameters = self._parameters(most=2, wanted=(state_type,) if as_parameter else (INT,))
        scope = self._top()
        for parameter, type_ in zip(parameters.names, parameters.types):
            scope.define(parameter, type_)
        first = self.write.expression(state_type, scope, 0).text if as_parameter else ""
        steps = [f"{fn} = {maker}({first})"]
        for _ in range(rng.choice((1, 2, 2, 3))):
            call = (
                f"{fn}({', '.join(self.write.expression(t, scope, 0).text for t in inner_parameters.types)})"
            )
            if rng.random() < 0.6:
                target = scope.new(state_type)
                steps.append(f"{target} = {call}")
                scope.settle()
            else:
                steps.append(rng.choice((call, call, f"print({call})")))
        final = rng.choice((call, scope.recent[0], scope.recent[0]))
        steps.append(f"return {final}")
        calls = [f"{driver}({self._arguments(parameters)})" for _ in range(self.calls)]
        return [*lines, "", "", f"def {driver}({parameters.written(False)}):", *indent(steps)], calls

    def generator(self) -> tuple[Lines, list[str]]:
        rng = self.rng
        parameters = self._parameters(most=2)
        name = names.function(rng, self.taken)
        scope = self._top()
        for parameter, type_, small in zip(parameters.names, parameters.types, parameters.small):
            scope.define(parameter, type_)
            if small:
                scope.small.add(parameter)
        header, inner, item = self.statements.header(scope)
        result = inner.variables[item] if rng.random() < 0.6 else random_scalar(rng)
        yielded = (
            item
            if result == inner.variables[item] and rng.random() < 0.5
            else self.write.expression(result, inner, 1).text
        )
        body = [f"yield {yielded}"]
        draw = rng.random()
        if draw < 0.4:
            body = [f"if {self.statements.condition(inner)}:", f"    yield {yielded}"]
        elif draw < 0.6:
            body = [self.statements.simple(inner), *body]
        elif draw < 0.7:
            body += [self.statements.simple(inner)]
        before = [self.statements.simple(scope)] if rng.random() < 0.25 else []
        after = [f"yield {self.write.expression(result, scope, 0).text}"] if rng.random() < 0.12 else []
        lines = [
            f"def {name}({parameters.written(False)}):",
            *indent([*before, header, *indent(body), *after]),
        ]
        if rng.random() < 0.55:
            consumer = rng.choice(
                (
                    "list",
                    "list",
                    "list",
                    "sorted",
                    "tuple",
                    "set" if result.name in ("int", "str") else "list",
                )
            )
            if result == INT and rng.random() < 0.25:
                consumer = "sum"
            return lines, [f"{consumer}({name}({self._arguments(parameters)}))" for _ in range(self.calls)]
        driver = names.function(rng, self.taken)
        out, each = names.fresh(rng, list_of(result), self.taken), names.fresh(rng, result, self.taken)
        use = rng.choice(
            (f"{out}.append({each})", f"{out}.append({each})", f"print({each})", f"{out}.insert(0, {each})")
        )
        parameters_text = parameters.written(False)
        arguments = ", ".join(parameters.names)
        driver_lines = [f"{out} = []", f"for {each} in {name}({arguments}):", f"    {use}", f"return {out}"]
        calls = [f"{driver}({self._arguments(parameters)})" for _ in range(self.calls)]
        return [*lines, "", "", f"def {driver}({parameters_text}):", *indent(driver_lines)], calls

    def module(self) -> tuple[Lines, list[str]]:
        """Statements at top level, without a call."""
        scope = self._top()
        rng = self.rng
        lines: Lines = []
        for _ in range(rng.choice((1, 2))):
            type_ = random_type(rng, self.stratum.type_nesting)
            name = scope.new(type_)
            lines.append(f"{name} = {self.write.literal(type_)}")
            scope.settle()
        lines += self.statements.block(scope, self._budget() + 1, self.stratum.nesting)
        if rng.random() < 0.6:
            lines.append(f"print({scope.recent[0]})")
        return lines, []


def _comments_in_place(body: Lines) -> Lines:
    """A comment takes the indentation of the line that it stands before."""
    placed = []
    for index, line in enumerate(body):
        if line.startswith("# ") and index + 1 < len(body):
            following = body[index + 1]
            line = following[: len(following) - len(following.lstrip())] + line
        placed.append(line)
    return placed


def _halve_indent(line: str) -> str:
    stripped = line.lstrip(" ")
    return " " * ((len(line) - len(stripped)) // 2) + stripped
