"""Puts other names and habits over a program that keep what it does."""

from __future__ import annotations

import ast
import keyword
import random
import re

from cwm_demo.train.generate import names
from cwm_demo.train.generate.types import Type

_TOKEN = re.compile(
    r"(?P<string>[rbfRBF]{0,2}(?:'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"))|(?P<attribute>\.\s*[A-Za-z_]\w*)|"
    r"(?P<name>[A-Za-z_]\w*)"
)
_BUILTIN_METHODS = {name for type_ in (str, list, dict, set, tuple, int) for name in dir(type_)}
_POOL_OF = {name: kind for kind, text in names.VARIABLES.items() for name in text.split()}
_FIXED = {"self", "cls", "e"} | set(keyword.kwlist)


def restyled(source: str, calls: list[str], rng: random.Random) -> tuple[str, list[str]]:
    """A program and its calls, some of the program's own names replaced, its author's habits changed."""
    if rng.random() < 0.75:
        plain, attributes = _new_names(ast.parse(source), rng)
        source = _renamed(source, plain, attributes)
        calls = [_renamed(call, plain, attributes) for call in calls]
    if rng.random() < 0.25:
        source = re.sub(r"(?<![\"\w'\\])'([^'\"\\\n]*)'", r'"\1"', source)
    if rng.random() < 0.15:
        source = re.sub(
            r"^(\s*)([\w.]+) ([+*-])= ([\w.()\[\]]+)$", r"\1\2 = \2 \3 \4", source, flags=re.MULTILINE
        )
    if rng.random() < 0.04:
        source = re.sub(r"^( +)", lambda match: " " * (len(match[1]) // 2), source, flags=re.MULTILINE)
    return source, calls


def _new_names(tree: ast.Module, rng: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """New names for variables and functions, and for attributes and methods."""
    variables, attributes, functions, classes = set(), set(), set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (variables if isinstance(node.ctx, ast.Store) else set()).add(node.id)
        elif isinstance(node, ast.arg):
            variables.add(node.arg)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            attributes.add(node.attr)
        elif isinstance(node, ast.ClassDef):
            classes.add(node.name)
            attributes |= {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            functions.add(node.name)
    functions -= attributes
    taken = variables | attributes | functions | classes | _FIXED
    attributes = {name for name in attributes if name not in _BUILTIN_METHODS and not name.startswith("__")}
    taken |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    plain, dotted = {}, {}
    share = rng.choice((0.3, 0.6, 1.0))
    for name in sorted(variables - _FIXED - attributes):
        if rng.random() < share and not name.isupper():
            plain[name] = names.fresh(rng, Type(_POOL_OF.get(name, "int")), taken)
    for name in sorted(functions):
        if rng.random() < share:
            plain[name] = names.function(rng, taken)
    for name in sorted(classes):
        if rng.random() < share and not name.endswith("Error"):
            plain[name] = names.from_pool(rng, names.CLASSES, taken)
    for name in sorted(attributes - variables):
        if rng.random() < share / 2:
            dotted[name] = names.from_pool(rng, names.ATTRIBUTES + names.METHODS, taken)
    return plain, dotted


def _renamed(text: str, plain: dict[str, str], attributes: dict[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        token = match[0]
        if match["string"]:
            if token[0] not in "fF":
                return token
            return re.sub(r"\{[^{}]*\}", lambda part: _renamed(part[0], plain, attributes), token)
        if match["attribute"]:
            name = token.lstrip(". ")
            return "." + attributes.get(name, name)
        if token in attributes and text[: match.start()].endswith("def "):
            return attributes[token]
        return plain.get(token, token)

    return _TOKEN.sub(replace, text)
