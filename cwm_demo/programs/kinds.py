"""What type a name or an expression has: seen in a run, or guessed from the text alone.

A bug that people make stays within the type: nobody confuses a counter with the list it counts, or is off
by one in a dictionary's key. A kind is the type's name ("int", "list", "Memo"); None means not known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from cwm_demo.trace.frame import Frame

Kinds = Mapping[str, str]  # name, or dotted name such as "self.cache", to kind

NUMBERS = {"int", "float", "bool", "complex", "Fraction", "Decimal"}
MAPPINGS = {"dict", "defaultdict", "Counter", "OrderedDict"}

_CALLS = {
    **dict.fromkeys(("len", "int", "ord", "round", "hash"), "int"),
    **dict.fromkeys(("str", "repr", "chr", "input", "format", "hex", "bin"), "str"),
    **dict.fromkeys(("list", "sorted"), "list"),
    **{name: name for name in ("float", "bool", "tuple", "dict", "set", "frozenset", "range", "Counter")},
}
_METHODS = {
    **dict.fromkeys(("append", "extend", "insert", "sort", "reverse"), "list"),
    **dict.fromkeys(("get", "items", "keys", "values", "setdefault"), "dict"),
    **dict.fromkeys(("upper", "lower", "split", "strip", "join", "startswith", "isdigit", "isalpha"), "str"),
    **dict.fromkeys(("add", "discard", "union"), "set"),
}
_DISPLAYS: dict[type[ast.expr], str] = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Tuple: "tuple",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.JoinedStr: "str",
    ast.Compare: "bool",
}


def kinds_by_line(frames: Iterable[Frame]) -> dict[int, dict[str, str]]:
    """The kinds of the names that a run shows before each line, on the first visit of that line."""
    seen: dict[int, dict[str, str]] = {}
    for frame in frames:
        if frame.event == "line" and frame.line is not None and frame.line not in seen:
            seen[frame.line] = {}
            for name, text in frame.locals.items():
                seen[frame.line] |= _kinds_of_value(name, text)
    return seen


def expression_kind(node: ast.expr, kinds: Kinds) -> str | None:
    """The kind of an expression, given those of its names."""
    match node:
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.Name(id=name):
            return kinds.get(name)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return kinds.get(f"{owner}.{name}")
        case ast.Call(func=ast.Name(id=name)):
            return _CALLS.get(name)
        case ast.UnaryOp(op=ast.Not()):
            return "bool"
        case ast.UnaryOp(operand=operand):
            return expression_kind(operand, kinds)
        case ast.BinOp(left=left, op=op, right=right):
            return _binary_kind(expression_kind(left, kinds), op, expression_kind(right, kinds))
        case ast.Subscript(value=value, slice=ast.Slice()):
            return expression_kind(value, kinds)
        case ast.Subscript(value=value) if expression_kind(value, kinds) == "str":
            return "str"
        case ast.IfExp(body=body):
            return expression_kind(body, kinds)
    return _DISPLAYS.get(type(node))


def guessed_kinds(scope: ast.AST) -> dict[str, str]:
    """The kinds of a function's (or module's) names as its text suggests them; the first hint wins."""
    kinds: dict[str, str] = {}

    def hint(node: ast.expr | None, kind: str | None) -> None:
        if isinstance(node, ast.Name) and kind and kind != "NoneType":
            kinds.setdefault(node.id, kind)

    for node in ast.walk(scope):
        match node:
            case ast.arg(arg=name, annotation=ast.expr() as annotation):
                hint(ast.Name(name), _annotated(annotation))
            case ast.arg(arg="self" | "cls" as name):
                hint(ast.Name(name), name)
            case ast.AnnAssign(target=target, annotation=annotation):
                hint(target, _annotated(annotation))
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values):
                    hint(target, expression_kind(value, kinds))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    hint(target, expression_kind(value, kinds))
            case ast.AugAssign(target=target, value=value):
                hint(target, expression_kind(value, kinds))
            case ast.For(target=target, iter=ast.Call(func=ast.Name(id="range"))):
                hint(target, "int")
            case ast.For(target=ast.Tuple(elts=[first, *_]), iter=ast.Call(func=ast.Name(id="enumerate"))):
                hint(first, "int")
            case ast.For(iter=ast.Name() as owner) | ast.Subscript(value=owner):
                hint(owner, "list")
            case ast.Call(func=ast.Name(id="range"), args=bounds):
                for bound in bounds:
                    hint(bound, "int")
            case ast.Call(func=ast.Name(id="len"), args=[owner]):
                hint(owner, "list")
            case ast.Call(func=ast.Name() as function):
                hint(function, "function")
            case ast.Call(func=ast.Attribute(value=owner, attr=method)):
                hint(owner, _METHODS.get(method))
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()]):
                pass
            case ast.Compare(left=left, comparators=[right, *_]):
                hint(left, expression_kind(right, kinds))
                hint(right, expression_kind(left, kinds))
            case ast.BinOp(left=left, right=right):
                for one, other in ((left, right), (right, left)):
                    kind = expression_kind(other, kinds)
                    if kind in NUMBERS or isinstance(node.op, ast.Add):
                        hint(one, kind)
    return kinds


def kind_of(text: str) -> str | None:
    """The kind of a value by its text in a trace: "[1, 2]" is a list, "Memo(cache={})" a Memo."""
    if re.match(r"-?\d+($|…)", text):
        return "int"
    if re.fullmatch(r"-?(\d[\d.e+-]*|inf|nan)", text):
        return "float"
    if text in ("True", "False", "None"):
        return "NoneType" if text == "None" else "bool"
    if match := re.match(r"<?(\w+)", text):
        return {"b": "bytes"}.get(match[1], match[1])
    if text.startswith("{"):
        return _brace_kind(text)
    return {"'": "str", '"': "str", "[": "list", "(": "tuple"}.get(text[:1])


def _brace_kind(text: str) -> str:
    if text == "{}":
        return "dict"
    tree = _parsed(text)
    return "set" if isinstance(tree, ast.Set) else "dict"


def _kinds_of_value(name: str, text: str) -> dict[str, str]:
    """Of a value and, where it is an instance, of its attributes too ("self.cache")."""
    kind = kind_of(text)
    kinds = {name: kind} if kind else {}
    if kind and text.startswith(f"{kind}("):
        match _parsed(text):
            case ast.Call(keywords=keywords):
                for keyword in keywords:
                    if keyword.arg and (inner := expression_kind(keyword.value, {})):
                        kinds[f"{name}.{keyword.arg}"] = inner
    return kinds


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # a value that was cut, or holds "<function f>"


def _annotated(annotation: ast.expr) -> str | None:
    base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return base.id if isinstance(base, ast.Name) else None


def _binary_kind(left: str | None, op: ast.operator, right: str | None) -> str | None:
    if left == "str" or (right == "str" and not isinstance(op, ast.Mod)):
        return "str"
    if isinstance(op, ast.Div):
        return "float"
    if "float" in (left, right):
        return "float"
    if isinstance(op, ast.Add | ast.Mult):
        return next((kind for kind in (left, right) if kind and kind not in NUMBERS), left or right)
    return left or right
