"""Where a bug may sit: the one-line simple statements and the headers of a program.

Everything works on the positions that `ast` gives, on one line at a time. Those columns count UTF-8 bytes,
and so does an `Edit`: the text around it is never written anew.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from cwm_demo.programs.kinds import Kinds, expression_kind, guessed_kinds
from cwm_demo.trace.frame import START_OF_TRACE

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_COMPOUND = (
    *_FUNCTIONS,
    *(ast.ClassDef, ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith),
    *(ast.Try, ast.TryStar, ast.Match),
)
_UNTOUCHED = (ast.Import, ast.ImportFrom, ast.Pass)


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in the place of the bytes `start` to `end` of one line."""

    start: int
    end: int
    text: str


class Scope:
    """What is known of a function, class or module from its text alone."""

    def __init__(self, node: ast.AST) -> None:
        self.node = node

    @cached_property
    def bound(self) -> dict[str, int]:
        """Parameters and assigned variables of this scope, with the line where each is first bound."""
        places = [
            (node.lineno, node.col_offset, node.arg if isinstance(node, ast.arg) else node.id)
            for node in _own(self.node)
            if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        ]
        first: dict[str, int] = {}
        for line, _, name in sorted(places):
            first.setdefault(name, line)
        return first

    @cached_property
    def stores(self) -> Counter[str]:
        """How often each name is assigned, inner functions included."""
        return Counter(
            node.id
            for node in ast.walk(self.node)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )

    @cached_property
    def read(self) -> set[str]:
        """The names that are read, inner functions included."""
        return {
            node.id
            for node in ast.walk(self.node)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }

    @cached_property
    def kinds(self) -> Kinds:
        return guessed_kinds(self.node)


@dataclass(frozen=True)
class Spot:
    """A simple statement or a header, all on one line."""

    node: ast.stmt | ast.match_case
    line: int  # 1-based
    text: bytes  # the line, without its end
    expressions: tuple[ast.expr, ...]  # of the statement or header, those that stand on this line
    scope: Scope
    seen: Kinds | None  # the kinds of a run's values at this line; None when nothing was run
    loop_indent: str | None = None  # of the body of the loop that ends just above this statement

    @property
    def simple(self) -> bool:
        return isinstance(self.node, ast.stmt) and not isinstance(self.node, _COMPOUND)

    @property
    def kinds(self) -> Kinds:
        return self.scope.kinds if self.seen is None else self.seen

    def kind(self, node: ast.expr) -> str | None:
        return expression_kind(node, self.kinds)

    def names(self) -> list[str]:
        """The variables that can be read here: those of the run, or those bound further up."""
        if self.seen is not None:
            return [name for name in self.seen if "." not in name]
        return [name for name, line in self.scope.bound.items() if line < self.line]

    def walk(self) -> Iterator[ast.expr]:
        """All expressions here, outer before inner, left before right.

        What stands in an f-string is left out: its positions are wrong before Python 3.12.
        """
        stack = list(reversed(self.expressions))
        while stack:
            node = stack.pop()
            if isinstance(node, ast.expr):
                yield node
            if not isinstance(node, ast.JoinedStr):
                stack += reversed(list(ast.iter_child_nodes(node)))

    def source(self, node: ast.expr) -> str:
        return self.text[node.col_offset : node.end_col_offset].decode()

    def replace(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        return Edit(node.col_offset, node.end_col_offset, text)

    def method(self, function: ast.Attribute, name: str) -> Edit:
        """`name` in the place of the attribute's own."""
        return Edit(function.end_col_offset - len(function.attr.encode()), function.end_col_offset, name)

    def operator(self, left: ast.expr, right: ast.expr, text: str) -> Edit:
        """`text` in the place of the operator between two expressions; round brackets stay as they are."""
        between = self.text[left.end_col_offset : right.col_offset]
        found = re.search(rb"[^\s()](?:[^()]*[^\s()])?", between)
        assert found, f"no operator in {between!r}"
        return Edit(left.end_col_offset + found.start(), left.end_col_offset + found.end(), text)


def spots(tree: ast.Module, lines: list[bytes], seen: Mapping[int, Kinds] | None) -> Iterator[Spot]:
    """Every spot of a parsed program in the order of its text. The marked call is none of them."""
    stack: list[tuple[ast.AST, Scope]] = [(tree, Scope(tree))]
    behind: dict[ast.AST, str] = {}
    while stack:
        node, scope = stack.pop()
        behind |= _behind_loops(node, lines)
        if isinstance(node, ast.stmt | ast.match_case):
            spot = _spot(node, scope, lines, seen)
            if spot is not None:
                yield replace(spot, loop_indent=behind.get(node))
        inner = Scope(node) if isinstance(node, _SCOPES) else scope
        children = [
            child
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.stmt | ast.match_case | ast.ExceptHandler)
        ]
        stack += [(child, inner) for child in reversed(children)]


def _spot(
    node: ast.stmt | ast.match_case, scope: Scope, lines: list[bytes], seen: Mapping[int, Kinds] | None
) -> Spot | None:
    first = node.pattern if isinstance(node, ast.match_case) else node
    line = first.lineno
    text = lines[line - 1].rstrip(b"\r\n")
    simple = isinstance(node, ast.stmt) and not isinstance(node, _COMPOUND)
    if isinstance(node, _UNTOUCHED) or _is_text(node) or text.rstrip().endswith(START_OF_TRACE.encode()):
        return None
    if simple and node.end_lineno != line:
        return None
    expressions = tuple(part for part in _parts(node) if part.lineno == part.end_lineno == line)
    here = None if seen is None else seen.get(line, {})
    return Spot(node, line, text, expressions, scope, here)


def _behind_loops(node: ast.AST, lines: list[bytes]) -> dict[ast.AST, str]:
    """The statements of this block that follow a loop, with the indentation of the loop's body."""
    found: dict[ast.AST, str] = {}
    for block in ("body", "orelse", "finalbody"):
        for loop, after in pairwise(getattr(node, block, None) or ()):
            if isinstance(loop, ast.For | ast.While) and not loop.orelse:
                inner, outer = _indent(loop.body[0], lines), _indent(after, lines)
                if inner is not None and outer is not None and inner.startswith(outer):
                    found[after] = inner
    return found


def _indent(node: ast.stmt, lines: list[bytes]) -> str | None:
    """What stands left of a statement, if that is nothing but space."""
    before = lines[node.lineno - 1][: node.col_offset]
    return before.decode() if not before.strip() else None


def _is_text(node: ast.stmt | ast.match_case) -> bool:
    """A docstring, or another constant that stands alone, such as `...`."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _parts(node: ast.stmt | ast.match_case) -> list[ast.expr]:
    """The expressions of a simple statement, or of a header alone; annotations and decorators are none."""
    match node:
        case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
            return [*args.defaults, *(default for default in args.kw_defaults if default)]
        case ast.If(test=test) | ast.While(test=test):
            return [test]
        case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
            return [target, iterable]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [item.context_expr for item in items]
        case ast.Match(subject=subject):
            return [subject]
        case ast.match_case(guard=guard):
            return [guard] if guard else []
        case ast.AnnAssign(target=target, value=value):
            return [target, value] if value else [target]
        case ast.ClassDef():
            return []
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the scopes inside it."""
    stack = list(ast.iter_child_nodes(scope))
    while stack:
        node = stack.pop()
        if isinstance(node, (*_SCOPES, *_COMPREHENSIONS)):
            continue
        yield node
        stack += ast.iter_child_nodes(node)
