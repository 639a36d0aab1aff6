"""What changed between two frames of one activation. Pure functions; see docs/trace-format.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from cwm_demo.trace.frame import Frame


def delta(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The names of `after` that are new or changed, with their texts."""
    return {name: text for name, text in after.items() if before.get(name) != text}


def deleted(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The names of `before` that are gone."""
    return tuple(name for name in before if name not in after)


def changed(frame: Frame) -> bool:
    """Whether anything that LOCALS shows differs from the frame before it in its activation.

    A return or exception frame writes its LOCALS only then. An assignment of an equal value changes
    nothing that LOCALS shows.
    """
    return bool(frame.delta or frame.deleted or frame.stdout)


def targets(node: ast.AST) -> tuple[str, ...]:
    """The names that the statement itself (a compound one: its header) assigns whenever it succeeds.

    Of a `for` loop, a `with` and a `case` these are the names that are set when the body is entered.
    """
    return tuple(dict.fromkeys(_targets(node)))


def _targets(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    elif isinstance(node, ast.ExceptHandler):
        if node.name:
            yield node.name
    elif isinstance(node, ast.Assign):
        yield from _walrus(node.value)
        for target in node.targets:
            yield from _names(target)
    elif isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor)):
        yield from _walrus(node.value if isinstance(node, ast.AugAssign) else node.iter)
        yield from _names(node.target)
    elif isinstance(node, ast.AnnAssign):
        if node.value is not None:
            yield from _walrus(node.value)
            yield from _names(node.target)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            yield from _walrus(item.context_expr)
            if item.optional_vars is not None:
                yield from _names(item.optional_vars)
    elif isinstance(node, ast.match_case):
        for part in ast.walk(node.pattern):
            if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name:
                yield part.name
            elif isinstance(part, ast.MatchMapping) and part.rest:
                yield part.rest
    elif isinstance(node, (ast.If, ast.While)):
        yield from _walrus(node.test)
    elif isinstance(node, (ast.Expr, ast.Return)) and node.value is not None:
        yield from _walrus(node.value)


def _names(target: ast.expr) -> Iterator[str]:
    """The names in a target; `a.b` and `a[i]` assign no name."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _names(element)
    elif isinstance(target, ast.Starred):
        yield from _names(target.value)


def _walrus(value: ast.AST) -> Iterator[str]:
    """Names assigned by `:=` wherever it is certain to run."""
    if isinstance(value, ast.NamedExpr):
        yield value.target.id
    if isinstance(value, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return
    certain = list(ast.iter_child_nodes(value))
    if isinstance(value, ast.BoolOp):
        certain = [value.values[0]]
    elif isinstance(value, ast.IfExp):
        certain = [value.test]
    elif isinstance(value, ast.Compare):
        certain = [value.left, value.comparators[0]]
    for child in certain:
        yield from _walrus(child)
