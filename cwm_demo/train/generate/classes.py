"""Programs around one class: attributes, methods, and a function that uses an instance."""

from __future__ import annotations

from dataclasses import dataclass

from cwm_demo.train.generate import names
from cwm_demo.train.generate.author import Author, Parameters, Program
from cwm_demo.train.generate.blocks import Lines, indent
from cwm_demo.train.generate.scope import Function
from cwm_demo.train.generate.types import INT, STR, Type, list_of

_FIRST = {"int": "0", "list": "[]", "str": "''", "dict": "{}"}  # values that attributes begin with


@dataclass
class _Class:
    name: str
    attributes: dict[str, tuple[Type, str]]  # type and first value
    init: Parameters
    methods: list[tuple[str, Parameters, Type | None]]


def with_class(author: Author) -> Program:
    rng = author.rng
    attributes, init = _attributes(author)
    class_ = _Class(names.from_pool(rng, names.CLASSES, author.taken), attributes, init, [])
    written = f", {init.written(author.annotated)}" if init.names else ""
    lines = [f"class {class_.name}:", f"    def __init__(self{written}):"]
    lines += [f"        self.{attribute} = {text}" for attribute, (_, text) in attributes.items()]
    lines += indent(_methods(author, class_))
    if rng.random() < 0.6:
        driver, calls = _driver(author, class_)
        return [*lines, "", "", *driver], calls
    calls = []
    for _ in range(author.calls):
        method, parameters, _ = rng.choice(class_.methods)
        calls.append(f"{class_.name}({author.arguments(init)}).{method}({author.arguments(parameters)})")
    return lines, calls


def _attributes(author: Author) -> tuple[dict[str, tuple[Type, str]], Parameters]:
    """Attribute to its type and first value, and the parameters of `__init__`."""
    rng = author.rng
    init = author.parameters(least=0, most=2) if rng.random() < 0.7 else Parameters.none()
    attributes = {name: (type_, name) for name, type_ in zip(init.names, init.types)}
    for _ in range(rng.choice((0, 1, 1)) + (not attributes)):
        name = rng.choice(names.ATTRIBUTES)
        if name not in attributes:
            type_ = rng.choice((INT, INT, list_of(INT), list_of(STR), STR, Type("dict", (STR, INT))))
            attributes[name] = (type_, _FIRST[type_.name])
    return attributes, init


def _methods(author: Author, class_: _Class) -> Lines:
    rng = author.rng
    around = author.top()
    for attribute, (type_, _) in class_.attributes.items():
        around.define(f"self.{attribute}", type_)
    lines: Lines = []
    for _ in range(rng.choice((1, 1, 2) if author.stratum.name == "easy" else (1, 2, 2, 3))):
        name = names.from_pool(rng, names.METHODS, author.taken)
        parameters = author.parameters(least=0, most=1) if rng.random() < 0.6 else Parameters.none()
        result = rng.choice((None, INT, rng.choice([type_ for type_, _ in class_.attributes.values()])))
        budget = rng.choice((1, 2, 3, 4) if author.stratum.name == "hard" else (1, 1, 2, 3))
        lines += ["", *author.function(name, parameters, result, budget, around, first="self")]
        class_.methods.append((name, parameters, result))
        function = Function(
            f"self.{name}", tuple(parameters.types), result or INT, parameters.small_positions
        )
        around.functions.append(function)
    return lines


def _driver(author: Author, class_: _Class) -> Program:
    """A function that makes an instance and calls its methods."""
    rng = author.rng
    driver = names.function(rng, author.taken)
    instance = names.from_pool(rng, "obj c p box a it acc x thing obj1 inst b s".split(), author.taken)
    parameters = author.parameters(most=2, wanted=tuple(class_.init.types[:1]))
    scope = author.top()
    for parameter, type_ in zip(parameters.names, parameters.types):
        scope.define(parameter, type_)
    arguments = [author.write.expression(type_, scope, 0).text for type_ in class_.init.types]
    lines = [f"{instance} = {class_.name}({', '.join(arguments)})"]
    for attribute, (type_, _) in class_.attributes.items():
        scope.variables[f"{instance}.{attribute}"] = type_
        if rng.random() < 0.7:
            scope.fixed.add(f"{instance}.{attribute}")
    for _ in range(rng.choice((1, 2, 2, 3))):
        method, method_parameters, result = rng.choice(class_.methods)
        call = f"{instance}.{method}({author.inner_arguments(method_parameters, scope)})"
        if result is None or rng.random() < 0.35:
            lines.append(call)
        else:
            lines.append(f"{scope.new(result)} = {call}")
            scope.settle()
        if rng.random() < 0.15:
            lines.append(author.statements.simple(scope))
    found = [name for name in scope.variables if name not in parameters.names]
    lines.append(f"return {instance if rng.random() < 0.1 else scope.pick(found)}")
    return author.driver(driver, parameters, lines)
