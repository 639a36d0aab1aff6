"""Puts other names and habits over a program that keep what it does."""

from __future__ import annotations

import ast
import keyword
import random
import re
from dataclasses import dataclass

from cwm_demo.train.generate import names
from cwm_demo.train.generate.types import Type
from cwm_demo.train.generate.values import random_word

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


def estranged(source: str, calls: list[str], rng: random.Random) -> tuple[str, list[str]]:
    """A program and its calls under names that tell nothing, and often with other texts in its literals.

    What such a program does can only be read from the program itself, not known from its like.
    """
    own = _own_names(ast.parse(source))
    share = rng.choice((0.4, 1.0))

    def changed(names_of: set[str], capital: bool = False) -> dict[str, str]:
        return {
            name: names.strange(rng, own.taken, capital) for name in sorted(names_of) if rng.random() < share
        }

    plain = changed(own.variables) | changed(own.functions) | changed(own.classes, capital=True)
    dotted = changed(own.attributes)
    if rng.random() < 0.35:
        texts: dict[str, str] = {}
        source = _with_texts(source, texts, rng)
        calls = [_with_texts(call, texts, rng) for call in calls]
    return _renamed(source, plain, dotted), [_renamed(call, plain, dotted) for call in calls]


@dataclass
class _Own:
    """Names that a program gives, and may be given others for."""

    variables: set[str]
    functions: set[str]
    classes: set[str]
    attributes: set[str]  # and methods
    taken: set[str]


def _own_names(tree: ast.Module) -> _Own:
    variables, attributes, functions, classes, fixed = set(), set(), set(), set(), set(_FIXED)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (variables if isinstance(node.ctx, ast.Store) else set()).add(node.id)
        elif isinstance(node, ast.arg):
            variables.add(node.arg)
        elif isinstance(node, ast.keyword):
            fixed.add(node.arg or "")  # the same word may be a parameter of Python's own
        elif isinstance(node, (ast.Global, ast.Import, ast.ImportFrom)):
            fixed |= set(node.names if isinstance(node, ast.Global) else _imported(node))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            attributes.add(node.attr)
        elif isinstance(node, ast.ClassDef):
            classes.add(node.name)
            attributes |= {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
            # Names of the class's own body are read as attributes elsewhere.
            fixed |= {
                target.id
                for part in node.body
                if isinstance(part, (ast.Assign, ast.AnnAssign))
                for target in ast.walk(part)
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)
            }
        elif isinstance(node, ast.FunctionDef):
            functions.add(node.name)
    functions -= attributes
    taken = variables | attributes | functions | classes | fixed
    taken |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {name for name in attributes if name not in _BUILTIN_METHODS and not name.startswith("__")}
    return _Own(
        variables={name for name in variables - fixed - attributes if not name.isupper()},
        functions={name for name in functions - fixed if not name.startswith("__")},
        classes={name for name in classes - fixed if not name.endswith("Error")},
        attributes=attributes - variables - fixed,
        taken=taken,
    )


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]


def _new_names(tree: ast.Module, rng: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """New names as people choose them, for variables, functions and classes; for attributes and methods."""
    own = _own_names(tree)
    plain, dotted = {}, {}
    share = rng.choice((0.3, 0.6, 1.0))
    for name in sorted(own.variables):
        if rng.random() < share:
            plain[name] = names.fresh(rng, Type(_POOL_OF.get(name, "int")), own.taken)
    for name in sorted(own.functions):
        if rng.random() < share:
            plain[name] = names.function(rng, own.taken)
    for name in sorted(own.classes):
        if rng.random() < share:
            plain[name] = names.from_pool(rng, names.CLASSES, own.taken)
    for name in sorted(own.attributes):
        if rng.random() < share / 2:
            dotted[name] = names.from_pool(rng, names.ATTRIBUTES + names.METHODS, own.taken)
    return plain, dotted


_TEXT = re.compile(r"""(?<![\w'"\\])(['"])([A-Za-z][A-Za-z ,.!?-]{2,24})\1(?!['"])""")


def _with_texts(text: str, found: dict[str, str], rng: random.Random) -> str:
    """Other words in the literals that are words; equal ones stay equal (`found` remembers)."""

    def replace(match: re.Match[str]) -> str:
        word = match[2]
        if word not in found:
            new = random_word(rng)
            found[word] = new.capitalize() if word[0].isupper() else new
        return match[1] + found[word] + match[1]

    return _TEXT.sub(replace, text)


def _renamed(text: str, plain: dict[str, str], attributes: dict[str, str]) -> str:
    def field(match: re.Match[str]) -> str:
        """An expression of an f-string; its conversion and format are no names."""
        return _renamed(match[1], plain, attributes) + match[2]

    def replace(match: re.Match[str]) -> str:
        token = match[0]
        if match["string"]:
            if token[0] not in "fF":
                return token
            return re.sub(r"(\{[^{}]*?)(![rsa]\}|:[^{}\[\]]*\}|\})", field, token)
        if match["attribute"]:
            name = token.lstrip(". ")
            return "." + attributes.get(name, name)
        if token in attributes and text[: match.start()].endswith("def "):
            return attributes[token]
        return plain.get(token, token)

    return _TOKEN.sub(replace, text)
