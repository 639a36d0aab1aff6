"""The operators beyond the first eight: what each makes of a line, and what it leaves alone."""

from __future__ import annotations

import pytest

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace
from cwm_demo.programs.bugs import mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.operators import OPERATORS
from cwm_demo.programs.program import marked


def made(source: str, operator: str, line: int | None = None) -> list[str]:
    """What the operator makes of a source (of one line of it), without the indentation."""
    return [
        bug.after.strip()
        for bug in mutations(source)
        if bug.operator == operator and (line is None or bug.line == line)
    ]


def made_on(source: str, call: str, operator: str) -> list[str]:
    """The same, with the types of a run."""
    kinds = kinds_by_line(trace(marked(source, call), Limits(events=200)).frames)
    return [bug.after.strip() for bug in mutations(source, kinds) if bug.operator == operator]


def test_there_are_sixteen_and_more_each_with_its_reason():
    assert len(OPERATORS) >= 16
    for name, operator in OPERATORS.items():
        assert name == operator.name and operator.title
        assert operator.why.endswith(".") and len(operator.why) <= 120
    assert len({operator.title for operator in OPERATORS.values()}) == len(OPERATORS)


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x = a - b", ["x = b - a"]),
        ("x = a  //(b)", ["x = (b)  //a"]),
        ("x = (a - 1) / len(b)", ["x = len(b) / (a - 1)"]),
        ("x = 'ä' + b", []),
        ("x = [a] + b", ["x = b + [a]"]),
        ("x = a + b", []),
        ("x = n - 1", []),
        ("x = a * b % c", []),
        ("x = f(a, b)", ["x = f(b, a)"]),
        ("x = f('ß', (b))", ["x = f((b), 'ß')"]),
        ("x = f(1, 'b')", []),
        ("x = f(*a, b)", []),
        ("x = f(a, key=b)", []),
        ("return a, b, c", ["return b, a, c", "return a, c, b"]),
        ("a, b = b, a", ["b, a = b, a", "a, b = a, b"]),
        ("for k, v in d: pass", ["for v, k in d: pass"]),
        ("x = f'{a - b}'", []),
    ],
)
def test_swapped_operands(line, after):
    source = f"def f(n):\n    {line}\n"
    assert made(source, "swapped-operands") == after


def test_arguments_are_swapped_within_a_type():
    source = "def f(a, b, c):\n    return g(a, b) + g(a, c)\n\ndef g(x, y):\n    return y\n"
    assert made_on(source, "f(1, 2, 'x')", "swapped-operands") == ["return g(b, a) + g(a, c)"]


LOOP = """\
def f(n):
    for x in n:
        if x:
            n = x

    {}
    return n
"""


@pytest.mark.parametrize("statement", ["return x", "return x, [\n  n]", "return  # x"])
def test_early_return_takes_the_indentation_of_the_loop(statement):
    source = LOOP.format(statement)
    bugs = [bug for bug in mutations(source) if bug.operator == "early-return"]
    assert [bug.after for bug in bugs] == (["        " + statement] if "\n" not in statement else [])


@pytest.mark.parametrize(
    "source",
    [
        LOOP.format("n = 1"),
        LOOP.format("pass; return n"),
        "def f(n):\n    for x in n: pass\n    return n\n",
        "def f(n):\n    for x in n:\n        break\n    else:\n        n = 1\n    return n\n",
        "def f(n):\n    if n:\n        n = 1\n    return n\n",
    ],
)
def test_no_return_to_take_into_a_loop(source):
    assert made(source, "early-return") == []


def test_early_return_behind_a_while_in_a_branch_with_tabs():
    source = "def f(n):\n\tif n:\n\t\twhile n:\n\t\t\tn -= 1\n\t\treturn n\n"
    (bug,) = (bug for bug in mutations(source) if bug.operator == "early-return")
    assert (bug.line, bug.after) == (5, "\t\t\treturn n")


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("def f(n=1):", ["def f(n=2):", "def f(n=0):"]),
        ("def f(n: int = -1):", ["def f(n: int = 0):", "def f(n: int = -2):"]),
        ("def f(a, n=True):", ["def f(a, n=False):"]),
        ("def f(n=None):", ["def f(n=[]):"]),
        ("def f(*, n=[], m={}):", ["def f(*, n=None, m={}):", "def f(*, n=[], m=None):"]),
        ("def f(n='ä', m=g()):", []),
    ],
)
def test_wrong_default(header, after):
    source = f"{header}\n    return n\n"
    assert made(source, "wrong-default") == after
    assert {bug.operator for bug in mutations(source) if bug.line == 1} == (
        {"wrong-default"} if after else set()
    )


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x.append(y)", ["x.extend(y)"]),
        ("x.append([1])", ["x.extend([1])"]),
        ("x.append(1)", []),
        ("ä.extend(y)", ["ä.append(y)"]),
        ("x[k].extend([1])", ["x[k].append([1])"]),
        ("x.add(y)", ["x.update(y)"]),
        ("x.update({1})", ["x.add({1})"]),
        ("x.update(y, z)", []),
        ("append(y)", []),
    ],
)
def test_append_for_extend(line, after):
    assert made(line, "append-for-extend") == after


def test_the_update_of_a_dictionary_is_no_add():
    assert made("d = {}\nd.update(e)\n", "append-for-extend") == []


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("b = a[:]", ["b = a"]),
        ("b = a.copy()", ["b = a"]),
        ("b = a[k].copy()", ["b = a[k]"]),
        ("b = deepcopy(a)", ["b = a"]),
        ("b = copy.copy(a)", ["b = a"]),
        ("b = list(a)", []),
        ("a[:] = b", []),
        ("b = a[1:]", []),
        ("b = a.copy(1, 2)", []),
        ("b = 'ä'[:]", []),
    ],
)
def test_alias_for_copy(line, after):
    assert made(line, "alias-for-copy") == after


def test_alias_for_copy_where_the_type_stays():
    source = "def f(a, d):\n    b = list(a)\n    c = list(d)\n    return b, c\n"
    assert made_on(source, "f([1], {2: 3})", "alias-for-copy") == ["b = a"]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x = a[1:]", ["x = a[0:]", "x = a[2:]", "x = a[:1]"]),
        ("x = a[:-1]", ["x = a[:-2]", "x = a[:0]", "x = a[-1:]"]),
        (
            "x = ä[i:i + 2]",
            ["x = ä[i - 1:i + 2]", "x = ä[i + 1:i + 2]", "x = ä[i:i + 1]", "x = ä[i:i + 3]"],
        ),
        ("x = a[::-1]", ["x = a[::1]"]),
        ("x = a[:]", []),
        ("x = a[1]", []),
    ],
)
def test_wrong_slice_bound(line, after):
    assert made(line, "wrong-slice-bound") == after


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x = 3 * n", ["x = 4 * n", "x = 2 * n"]),
        ("x = n + 1", ["x = n + 2"]),
        ("x = n // 2", ["x = n // 3"]),
        ("x += 1", ["x += 2"]),
        ("x = n == 0", ["x = n == 1"]),
        ("x = -1", ["x = 1"]),
        ("return True", ["return False"]),
        ("x = ''", ["x = ' '"]),
        ('x = f(" ")', ['x = f("")']),
        ("x = d['Name']", ["x = d['name']"]),
        ("x = 'ä b'", []),
        ("x = None", []),
        ("x = '''a'''", []),
        ("x = f'{1}'", []),
        ("while True: break", []),
        ("def f(n=3): pass", []),
    ],
)
def test_wrong_constant(line, after):
    assert made(f"def g(n):\n    {line}\n", "wrong-constant") == after


def test_a_number_too_long_to_be_written_out_is_left_alone():
    assert made(f"x = 0x{'f' * 5_000}\nx = x + 1\n", "wrong-constant") == ["x = x + 2"]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x = a and b", ["x = a or b"]),
        ("if (a) or (not b): pass", ["if (a) and (not b): pass"]),
        ("x = a or b or c", ["x = a and b or c", "x = a or b and c"]),
        ("x = 'and' in b", []),
    ],
)
def test_and_for_or(line, after):
    assert made(line, "and-for-or") == after


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("return not a", ["return a"]),
        ("return not(a)", ["return (a)"]),
        ("x = b and not a", ["x = b and a"]),
        ("if not a: pass", []),  # a condition turned around
        ("x = a not in b", []),  # a wrong comparison
    ],
)
def test_missing_not(line, after):
    assert made(f"def f():\n    {line}\n", "missing-not") == after


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x.pop()", ["x.pop(0)"]),
        ("x.pop(1)", []),
        ("ä.append((1, 2))", ["ä.insert(0, (1, 2))"]),
        ("for k in d.keys(): pass", ["for k in d.values(): pass"]),
        ("x = d.get(k, 0)", ["x = d.setdefault(k, 0)"]),
        ("x = a.upper()", ["x = a.lower()"]),
        ("x = sorted(a)", ["x = a.sort()"]),
        ("x = sorted(a, key=b)", []),
        ("x = max(a)", ["x = min(a)"]),
        ("x = {1} & b", ["x = {1} | b"]),
        ("x = a & b", []),
        ("x = a.b", []),
    ],
)
def test_wrong_method(line, after):
    assert made(line, "wrong-method") == after


def test_the_method_of_a_class_of_ones_own_is_no_neighbour():
    source = "class Box:\n    def get(self, k):\n        return k\n\ndef f(box):\n    return box.get(1)\n"
    assert made_on(source, "f(Box())", "wrong-method") == []
    assert made_on(source.replace("class Box", "class Box(dict)"), "f({1: 2})", "wrong-method") != []


def test_shadowed_name():
    source = "def f(a, n):\n    total = 0\n    for x in a:\n        total += x\n    return total + n\n"
    assert made_on(source, "f([1], 2)", "shadowed-name") == ["n += x"]


def test_a_name_that_is_bound_nowhere_else_is_kept():
    """Else the next line that reads it ends the run: no bug to puzzle over."""
    assert made_on("def f(a, b):\n    c = a + b\n    return a + c\n", "f(1, 2)", "shadowed-name") == []


def test_a_local_in_the_place_of_an_attribute():
    source = "class A:\n    def __init__(self, n):\n        self.n = n\n        self.n += 1\n"
    assert made(source, "shadowed-name") == ["n = n"]
