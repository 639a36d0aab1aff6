"""On any source: a bug changes its own spot and nothing else, and stays legal Python."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cwm_demo.programs.bugs import mutations

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")  # `3if x` is legal, if frowned upon

NAMES = st.sampled_from(["n", "items", "größe", "x", "名", "d"])
ATOMS = st.one_of(
    NAMES,
    st.integers(-3, 20).map(str),
    st.sampled_from(
        ["'ä'", '"日本語"', "'# << START_OF_TRACE'", "None", "True", "[]", "f'{n + 1}é'", "'''a'''"]
    ),
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = [
        "+",
        "-",
        "*",
        "//",
        "%",
        "<",
        "<=",
        "==",
        "!=",
        " in ",
        " not  in ",
        " is not ",
        " and ",
        " or ",
    ]
    return st.one_of(
        st.tuples(inner, st.sampled_from(operators), inner).map("".join),
        st.tuples(inner, st.sampled_from([" + ", " < ", " == "]), inner).map(
            lambda parts: f"({''.join(parts)})"
        ),
        inner.map(lambda text: f"( {text} )"),
        inner.map(lambda text: f"(not({text}))"),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"len({text})-1"),
        inner.map(lambda text: f"range(1,{text})"),
        inner.map(lambda text: f"d.get({text},0)"),
        st.tuples(NAMES, inner).map(lambda pair: f"{pair[0]}[{pair[1]}]"),
        st.tuples(NAMES, inner, inner).map(lambda parts: f"{parts[0]}[{parts[1]}:{parts[2]}]"),
        st.tuples(NAMES, inner).map(lambda pair: f"{pair[0]}[({pair[1]}) :]"),
        inner.map(lambda text: f"{text}[:]"),
        st.tuples(inner, inner).map(lambda pair: f"größe( {pair[0]} ,({pair[1]}))"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]})-( ( {pair[1]}))"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}, {pair[1]})"),
        st.tuples(
            NAMES,
            st.sampled_from(["append", "extend", "add", "pop", "get", "copy", "upper", "keys"]),
            st.one_of(st.just(""), inner),
        ).map(lambda parts: f"{parts[0]} .{parts[1]}({parts[2]})"),
        inner.map(lambda text: f"sorted({text})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}if[{pair[1]}]else 'ß')"),
        st.tuples(inner, inner).map(lambda pair: f"[x for x in({pair[0]})if({pair[1]})]"),
        inner.map(lambda text: f"(lambda ä=1:{text})"),
        inner.map(lambda text: f"(n\n  + {text})"),
    )


EXPRESSIONS = st.recursive(ATOMS, _grown, max_leaves=6)
SIMPLE = st.one_of(
    st.tuples(NAMES, st.sampled_from(["=", " = ", "+=", " //= ", "-="]), EXPRESSIONS).map("".join),
    st.tuples(NAMES, EXPRESSIONS, EXPRESSIONS).map(lambda p: f"{p[0]}[{p[1]}] = {p[2]}"),
    st.tuples(NAMES, NAMES).map(lambda p: f"{p[0]}, {p[1]} = 0, []"),
    EXPRESSIONS.map(lambda text: f"print({text})"),
    EXPRESSIONS.map(lambda text: f"return {text}"),
    EXPRESSIONS.map(lambda text: f"assert {text}, 'é'"),
    st.sampled_from(["pass", "import math", "'''docs é'''", "del x", "x: int = 0", "x = x + \\\n  1"]),
)
LINES = st.one_of(
    st.tuples(SIMPLE, st.sampled_from(["", ";", "  # ünd < 1", "; x += 1", "  # << START_OF_TRACE"])).map(
        "".join
    ),
    st.tuples(st.sampled_from(["if ", "while(", "if("]), EXPRESSIONS, SIMPLE).map(
        lambda p: f"{p[0]}{p[1]}{')' if '(' in p[0] else ''}: {p[2]}"
    ),
    st.tuples(NAMES, EXPRESSIONS, SIMPLE).map(lambda p: f"for {p[0]} in {p[1]}:\n\t {p[2]}"),
    st.tuples(NAMES, EXPRESSIONS, SIMPLE).map(
        lambda p: f"for {p[0]} in {p[1]}:\n      {p[2]}\n    # é\n    return {p[0]}, n"
    ),
    EXPRESSIONS.map(lambda text: f"def g(n, größe={text}, *, x=None): return größe"),
)
SOURCES = st.tuples(st.lists(LINES, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"])).map(
    lambda parts: (
        "def f(n, items):\n".replace("\n", parts[1])
        + "".join(f"    {line}\n" for line in parts[0]).replace("\n", parts[1])
    )
)


def _legal(source: str) -> bool:
    try:
        compile(source, "<source>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _changed(before: bytes, after: bytes) -> tuple[int, int]:
    """The shortest range of `before` outside which both lines are equal."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, len(before) - end


def _may_change(source: str, line: int, start: int, end: int) -> bool:
    """Whether one statement or header of this line holds the whole range, and is neither import nor text."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt) or node.lineno != line:
            continue
        if isinstance(node, ast.Import) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            continue
        last = node.body[0] if hasattr(node, "body") else node
        if hasattr(node, "body"):
            to = last.col_offset if last.lineno == line else 10**6
        elif node.end_lineno == line:
            to = node.end_col_offset
        else:
            continue
        if node.col_offset <= start and end <= to:
            return True
    return False


@settings(max_examples=200, deadline=None)
@given(SOURCES.filter(_legal))
def test_only_the_spot_changes(source):
    lines = source.encode().splitlines(keepends=True)
    for bug in mutations(source):
        compile(bug.source, "<candidate>", "exec", dont_inherit=True)
        candidate = bug.source.encode().splitlines(keepends=True)
        assert len(candidate) == len(lines)
        different = [k for k, pair in enumerate(zip(lines, candidate), 1) if pair[0] != pair[1]]
        assert different == [bug.line]
        before, after = lines[bug.line - 1], candidate[bug.line - 1]
        assert (bug.before, bug.after) == (before.decode().rstrip("\r\n"), after.decode().rstrip("\r\n"))
        assert not before.rstrip().endswith(b"# << START_OF_TRACE")
        assert _may_change(source, bug.line, *_changed(before, after))
