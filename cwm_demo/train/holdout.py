"""What must never be learnt from: the catalogue, MBPP's validation and test functions, and near copies.

A near copy has the same normalised syntax tree: names, attributes of `self` and constants of one type are
all alike, docstrings and annotations are gone. Programs are compared whole, and function by function.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_SMALL = 12  # nodes; a function of fewer says nothing about where it comes from
_KEPT = re.compile(r"^__\w+__$")


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    if len(body) > 1 and isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:]
    return body


# Fields that say nothing about what a program does, or that hold the names that are made alike.
_IGNORED = {"annotation", "returns", "ctx", "type_comment", "kind", "type_ignores", "decorator_list"}
_NAMES = {"id", "arg", "attr", "name", "names"}


def _own_names(tree: ast.AST) -> set[str]:
    """Names that the program gives: what it assigns, defines, takes as arguments, keeps on instances."""
    own = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            own.add(node.attr)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) or (
            isinstance(node, ast.ExceptHandler) and node.name
        ):
            own.add(node.name)
    return {name for name in own if not _KEPT.match(name)}


def _shape(tree: ast.AST) -> str:
    own = _own_names(tree)
    numbers: dict[str, str] = {}
    parts: list[str] = []

    def name(text: object) -> str:
        return numbers.setdefault(text, f"n{len(numbers)}") if text in own else str(text)

    def write(value: object, field_name: str) -> None:
        if isinstance(value, ast.Constant):
            parts.append(type(value.value).__name__)
        elif isinstance(value, ast.AST):
            parts.append(f"{type(value).__name__}(")
            for inner in value._fields:
                if inner not in _IGNORED:
                    write(getattr(value, inner, None), inner)
            parts.append(")")
        elif isinstance(value, list):
            if field_name == "body" and value:
                value = _without_docstring(value)
            parts.append("[")
            for item in value:
                write(item, field_name)
            parts.append("]")
        else:
            parts.append(name(value) if field_name in _NAMES else str(value))
        parts.append(" ")

    write(tree, "")
    return "".join(parts)


def shapes(source: str) -> Iterator[str]:
    """The normalised trees of a program: of all of it, and of each function and class at its top level.

    Raises SyntaxError when `source` is no program.
    """
    tree = ast.parse(source)
    definitions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    yield _shape(tree)
    for node in definitions:
        if sum(1 for _ in ast.walk(node)) >= _SMALL:
            yield _shape(node)


@dataclass
class Holdout:
    """The trees that are held out, by where they come from, and how many near copies were dropped."""

    held: dict[str, str] = field(default_factory=dict)  # shape to origin
    dropped: Counter[str] = field(default_factory=Counter)  # by origin

    def hold(self, origin: str, sources: Iterable[str]) -> None:
        for source in sources:
            for shape in shapes(source):
                self.held.setdefault(shape, origin)

    def allows(self, source: str) -> bool:
        """Whether a program may be learnt from; one that may not is counted."""
        for shape in shapes(source):
            if shape in self.held:
                self.dropped[self.held[shape]] += 1
                return False
        return True
