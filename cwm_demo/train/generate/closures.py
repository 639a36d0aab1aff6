"""Programs around a function that outlives its call: closures that keep a state, generators."""

from __future__ import annotations

import re

from cwm_demo.train.generate import names, values
from cwm_demo.train.generate.author import Author, Parameters, Program
from cwm_demo.train.generate.blocks import Lines, indent
from cwm_demo.train.generate.scope import Scope
from cwm_demo.train.generate.types import INT, STR, Type, list_of, random_scalar

_MAKERS = "make make_counter make_adder outer build factory create start".split()
_INNER = "inner step add bump call fn tick run_one helper".split()


def closure(author: Author) -> Program:
    """A maker, the function that it returns, and one that calls it a few times."""
    rng = author.rng
    maker = names.from_pool(rng, _MAKERS, author.taken)
    type_ = rng.choice((INT, INT, INT, list_of(INT), STR))
    state = names.fresh(rng, type_, author.taken)
    inner_parameters = author.parameters(least=1, most=1, wanted=(rng.choice((INT, type_)),))
    if rng.random() < 0.35:
        inner_parameters = Parameters.none()
    inner = _inner(author, state, type_, inner_parameters)
    given = rng.random() < 0.5
    first = f"    {state} = {values.literal(values.random_value(rng, type_, 3))}"
    head = [f"def {maker}({state}):"] if given else [f"def {maker}():", first]
    lines = [*head, *indent(inner), f"    return {inner[0][4:].partition('(')[0]}"]
    driver, calls = _uses(author, maker, type_, inner_parameters, given)
    return [*lines, "", "", *driver], calls


def _inner(author: Author, state: str, type_: Type, parameters: Parameters) -> Lines:
    """The function that is kept: it reads `state` and mostly changes it."""
    rng = author.rng
    changed = type_.name != "list" and rng.random() < 0.75
    around = author.top()
    around.define(state, type_, fixed=not changed and type_.name != "list")
    name = names.from_pool(rng, _INNER, author.taken)
    lines = author.function(name, parameters, type_, rng.choice((1, 1, 2)), around)
    if changed:
        scope = around.block()
        for parameter, parameter_type in zip(parameters.names, parameters.types):
            scope.define(parameter, parameter_type)
        added = author.write.expression(type_, scope, 1).text
        operator = "+=" if rng.random() < 0.8 or added == state else "="
        lines.insert(1, f"    {state} {operator} {added}")
    if any(re.match(rf"\s*{state} [-+*/%]*=", line) for line in lines):
        lines.insert(1, f"    nonlocal {state}")
    return lines


def _uses(author: Author, maker: str, type_: Type, inner: Parameters, given: bool) -> Program:
    rng = author.rng
    driver = names.function(rng, author.taken)
    kept = names.from_pool(rng, "f g fn c counter add next_one h".split(), author.taken)
    parameters = author.parameters(most=2, wanted=(type_,) if given else (INT,))
    scope = author.top()
    for parameter, parameter_type in zip(parameters.names, parameters.types):
        scope.define(parameter, parameter_type)
    lines = [f"{kept} = {maker}({author.write.expression(type_, scope, 0).text if given else ''})"]
    for _ in range(rng.choice((1, 2, 2, 3))):
        arguments = ", ".join(author.write.expression(wanted, scope, 0).text for wanted in inner.types)
        call = f"{kept}({arguments})"
        if rng.random() < 0.6:
            lines.append(f"{scope.new(type_)} = {call}")
            scope.settle()
        else:
            lines.append(rng.choice((call, call, f"print({call})")))
    lines.append(f"return {rng.choice((call, scope.recent[0], scope.recent[0]))}")
    return author.driver(driver, parameters, lines)


def generator(author: Author) -> Program:
    """A generator with one loop, and who asks for its items."""
    rng = author.rng
    parameters = author.parameters(most=2)
    name = names.function(rng, author.taken)
    scope = author.top()
    for parameter, type_, small in zip(parameters.names, parameters.types, parameters.small):
        scope.define(parameter, type_)
        if small:
            scope.small.add(parameter)
    body, result = _yields(author, scope)
    lines = [f"def {name}({parameters.written(False)}):", *indent(body)]
    if rng.random() < 0.55:
        consumer = rng.choice(("list", "list", "list", "sorted", "tuple"))
        if result == INT and rng.random() < 0.25:
            consumer = "sum"
        return lines, [f"{consumer}({name}({author.arguments(parameters)}))" for _ in range(author.calls)]
    out = names.fresh(rng, list_of(result), author.taken)
    item = names.fresh(rng, result, author.taken)
    use = rng.choice((f"{out}.append({item})",) * 2 + (f"print({item})", f"{out}.insert(0, {item})"))
    loop = [
        f"{out} = []",
        f"for {item} in {name}({', '.join(parameters.names)}):",
        f"    {use}",
        f"return {out}",
    ]
    driver, calls = author.driver(names.function(rng, author.taken), parameters, loop)
    return [*lines, "", "", *driver], calls


def _yields(author: Author, scope: Scope) -> tuple[Lines, Type]:
    """The body of a generator, and the type of its items."""
    rng, write, statements = author.rng, author.write, author.statements
    before = [statements.simple(scope)] if rng.random() < 0.25 else []
    header, inner, item = statements.loops.header(scope)
    own = inner.variables[item]
    result = own if rng.random() < 0.6 else random_scalar(rng)
    yielded = item if result == own and rng.random() < 0.5 else write.expression(result, inner, 1).text
    body = [f"yield {yielded}"]
    draw = rng.random()
    if draw < 0.4:
        body = [f"if {statements.condition(inner)}:", f"    yield {yielded}"]
    elif draw < 0.6:
        body = [statements.simple(inner), *body]
    elif draw < 0.7:
        body = [*body, statements.simple(inner)]
    after = [f"yield {write.expression(result, scope, 0).text}"] if rng.random() < 0.12 else []
    return [*before, header, *indent(body), *after], result
