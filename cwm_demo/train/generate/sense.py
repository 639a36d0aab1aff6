"""Whether a program makes sense to a reader: what it is given is used, what it sets is read."""

from __future__ import annotations

import ast


def is_sensible(source: str) -> bool:
    """False for programs that ignore a parameter, test a constant, or set most of their names in vain.

    Raises SyntaxError when `source` is no program.
    """
    tree = ast.parse(source)
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read.add(node.id)
        elif isinstance(node, (ast.If, ast.While)) and isinstance(node.test, ast.Constant):
            if isinstance(node, ast.If) or node.test.value is not True:
                return False
        elif isinstance(node, ast.AugAssign):
            if isinstance(node.target, ast.Name):
                read.add(node.target.id)
        elif isinstance(node, ast.Compare) and ast.dump(node.left) == ast.dump(node.comparators[0]):
            return False
        elif isinstance(node, (ast.BoolOp, ast.Set)):
            parts = [ast.dump(part) for part in (node.values if isinstance(node, ast.BoolOp) else node.elts)]
            if len(set(parts)) < len(parts):
                return False
        elif isinstance(node, ast.IfExp) and (
            isinstance(node.test, ast.Constant) or ast.dump(node.body) == ast.dump(node.orelse)
        ):
            return False
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            for argument in node.args.args:
                if argument.arg not in read and argument.arg != "self":
                    return False
            if isinstance(node, ast.FunctionDef):
                inner = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
                if not inner <= read:
                    return False
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    in_vain = len(names - read)
    return in_vain <= max(1, len(names) // 3) and not _after_leaving(tree)


def _after_leaving(tree: ast.Module) -> bool:
    """Whether a statement stands behind a `return`, `raise`, `break` or `continue` of its own block."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and any(
                isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue))
                for statement in block[:-1]
            ):
                return True
    return False
