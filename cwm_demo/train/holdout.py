"""What must never be learnt from: the catalogue, MBPP's validation and test functions, and near copies.

A near copy has the same normalised syntax tree: names, attributes of `self` and constants of one type are
all alike, docstrings and annotations are gone. Programs are compared whole, and function by function.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_SMALL = 12  # nodes; a function of fewer says nothing about where it comes from
_KEPT = re.compile(r"^__\w+__$")


class _Normaliser(ast.NodeTransformer):
    """Names in order of appearance, constants by their type. Names of methods and builtins stay."""

    def __init__(self, own: set[str]) -> None:
        self.own = own
        self.numbers: dict[str, str] = {}

    def _name(self, name: str) -> str:
        return self.numbers.setdefault(name, f"n{len(self.numbers)}") if name in self.own else name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._name(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg, node.annotation = self._name(node.arg), None
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        self.generic_visit(node)
        node.arg = self._name(node.arg) if node.arg else None
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        node.attr = self._name(node.attr)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant(type(node.value).__name__)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        node.names = [self._name(name) for name in node.names]
        return node

    visit_Global = visit_Nonlocal

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = self._name(node.name) if node.name else None
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name, node.returns = self._name(node.name), None
        node.body = _without_docstring(node.body)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = self._name(node.name)
        node.body = _without_docstring(node.body)
        self.generic_visit(node)
        return node


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    if len(body) > 1 and isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return body[1:]
    return body


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
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            own.add(node.name)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            own.add(node.name)
    return {name for name in own if not _KEPT.match(name)}


def _shape(node: ast.AST) -> str:
    node = copy.deepcopy(node)
    return ast.dump(_Normaliser(_own_names(node)).visit(node))


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
