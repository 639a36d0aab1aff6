"""What each operator makes, which bugs matter on an input, and how a bug is named."""

from __future__ import annotations

import pytest

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace
from cwm_demo.programs.bugs import Bug, differ, effective, find_bug, mutations, program_bugs, random_bug
from cwm_demo.programs.kinds import kind_of, kinds_by_line
from cwm_demo.programs.operators import OPERATORS
from cwm_demo.programs.program import ProgramError, load_catalogue, marked
from cwm_demo.trace.frame import START_OF_TRACE, Trace


def run(source: str) -> Trace:
    return trace(source, Limits(events=200))


def made(source: str, operator: str, line: int | None = None) -> list[str]:
    """What the operator makes of a source (of one line of it), without the indentation."""
    return [
        bug.after.strip()
        for bug in mutations(source)
        if bug.operator == operator and (line is None or bug.line == line)
    ]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("range(n)", ["range(n - 1)", "range(n + 1)"]),
        ("range(2, n + 1)", ["range(1, n + 1)", "range(3, n + 1)", "range(2, n)", "range(2, n + 2)"]),
        (
            "range(n - 1, -1, -1)",
            [f"range({b}, -1)" for b in ("n - 2, -1", "n, -1", "n - 1, -2", "n - 1, 0")],
        ),
        ("range(len(a) - 1)", ["range(len(a) - 2)", "range(len(a))"]),
        ("range((b - 1))", ["range((b - 2))", "range((b))"]),
        ("range(x if y else 2)", ["range((x if y else 2) - 1)", "range((x if y else 2) + 1)"]),
        ("range(x | 2)", ["range((x | 2) - 1)", "range((x | 2) + 1)"]),
        ("a[0]", ["a[-1]", "a[1]"]),
        ("a[-1]", ["a[-2]", "a[0]"]),
        ("a['k']", []),
        ("a[1:2]", []),
        ("range(*a)", []),
        ("len(a) % 2", []),
        ("'ä' + a[0]", ["'ä' + a[-1]", "'ä' + a[1]"]),
    ],
)
def test_off_by_one(line, after):
    assert made(line, "off-by-one") == after


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("if a == b:", ["if a != b:"]),
        ("if a not in b:", ["if a in b:"]),
        ("if a  is  not  b:", ["if a  is  b:"]),
        ("while (a) < (b):", ["while (a) >= (b):"]),
        ("if not a:", ["if a:"]),
        ("if not (a or b):", ["if (a or b):"]),
        ("if f(a):", ["if not f(a):"]),
        ("if a and b < 2:", ["if not a and b < 2:", "if a and b >= 2:"]),
        ("if a < b < c:", ["if not a < b < c:"]),
        ("if (n := a):", ["if (not (n := a)):"]),
        ("if[a]:", ["if not [a]:"]),
        ("while True:", []),
    ],
)
def test_inverted_condition(header, after):
    assert made(f"{header}\n    x = 'ä'\n", "inverted-condition") == after


def test_inverted_condition_in_expressions():
    assert made("x = a if 'ü' in b else [y for y in z if y]", "inverted-condition") == [
        "x = a if 'ü' not in b else [y for y in z if y]",
        "x = a if 'ü' in b else [y for y in z if not y]",
    ]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x = a < b", ["x = a <= b", "x = a > b"]),
        ("x = a == b", ["x = a != b"]),
        ("x = 1 == 2", ["x = 1 != 2", "x = 1 <= 2", "x = 1 >= 2"]),
        ("x = 'ä' in b", ["x = 'ä' not in b"]),
        ("x = (a)>=(b)", ["x = (a)>(b)", "x = (a)<=(b)"]),
        ("x = a < b <= c", ["x = a <= b <= c", "x = a > b <= c", "x = a < b < c", "x = a < b >= c"]),
    ],
)
def test_wrong_comparison(line, after):
    assert made(line, "wrong-comparison") == after


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x = a + b", ["x = a - b"]),
        ("x = (a) // (b)", ["x = (a) / (b)", "x = (a) % (b)"]),
        ("x += 1", ["x -= 1"]),
        ("x //= 2", ["x /= 2", "x %= 2"]),
        ("x = 'ä' + b", []),
        ("x = [0] * n", []),
        ("x = f'{a + b}'", []),
        ("x += 'ä'", []),
        ("x = '%d' % n", []),
    ],
)
def test_wrong_arithmetic(line, after):
    assert made(line, "wrong-arithmetic") == after


def test_wrong_variable_keeps_to_the_type():
    source = "def f(n, items):\n    k = 1\n    for x in items:\n        n += k\n    return n\n"
    assert made(source, "wrong-variable", 4) == ["n += n"]
    assert made(source, "wrong-variable", 5) == ["return k"]
    assert made(source, "wrong-variable", 3) == []


def test_wrong_variable_takes_its_types_from_the_run():
    source = "def f(a, b, c):\n    return a + b + len(c)\n"
    assert made(source, "wrong-variable") == []
    kinds = kinds_by_line(run(marked(source, "f(1, 2, [3])")).frames)
    after = [bug.after.strip() for bug in mutations(source, kinds) if bug.operator == "wrong-variable"]
    assert after == ["return b + b + len(c)", "return a + a + len(c)"]


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x += 1", ["x = 1"]),
        ("x -= 1", ["x = 1"]),
        ("d['ä'] **= (2)", ["d['ä'] = (2)"]),
        ("x = x + 1", ["x = 1"]),
        ("x = 'ä' + x", ["x = 'ä'"]),
        ("d[k] = d.get(k, 0) + 1", ["d[k] = 1"]),
        ("d[k] = d.get(j, 0) + 1", []),
        ("x = y + 1", []),
        ("x = x // 2", []),
    ],
)
def test_missing_accumulation(line, after):
    assert made(line, "missing-accumulation") == after


@pytest.mark.parametrize(
    ("start", "after"),
    [
        ("x = 0", ["x = 1", "x = -1"]),
        ("x = -1", ["x = 0", "x = -2"]),
        ("x = False", ["x = True"]),
        ("x = None", ["x = 0"]),
        ("x = []", ["x = [0]"]),
        ("x = [0]", ["x = []"]),
        ("x, y = 1, 2", ["x, y = 2, 2", "x, y = 0, 2"]),
        ("x = float('-inf')", ["x = 0"]),
        ("x = z[0]", ["x = 0"]),
        ("x = 'ä'", []),
        ("y = 0", []),
    ],
)
def test_wrong_start_value(start, after):
    assert made(f"{start}\nx = f(x)\n", "wrong-start-value", 1) == after


def test_wrong_start_value_of_a_default():
    assert made("y = d.get(k, 0)", "wrong-start-value") == ["y = d.get(k, 1)", "y = d.get(k, -1)"]
    assert made("y = enumerate(a, 1)", "wrong-start-value") == ["y = enumerate(a, 2)", "y = enumerate(a, 0)"]


def test_missing_line():
    source = '''"""Text."""
import math
def f(n):
    """Text."""
    global g
    n += 1; g = n  # both
    while n: n -= 1
    return (
        n)
'''
    assert made(source, "missing-line") == [
        "pass",
        "pass; g = n  # both",
        "n += 1; pass  # both",
        "while n: pass",
    ]


def test_what_is_never_touched():
    source = f'''import math
from a import b
def f(n: int, *, m: "not 1 + 1"):
    """1 + 1 < 2"""
    x: list[0] = (n +
                  1)
    return math.sqrt(
        n - 1
    )

f(1 + 1)  {START_OF_TRACE}
'''
    assert mutations(source) == []


def test_an_f_string_stays_as_it_is():
    """Positions inside are wrong before Python 3.12: bugs would differ between versions."""
    source = "x = f'{a[0] + 1 if a < b else d.get(c, 0)}'\n"
    assert [bug.operator for bug in mutations(source)] == ["missing-line"]


def test_a_candidate_that_is_not_legal_is_left_out():
    source = "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n = 1\n    return g\n"
    assert "2:missing-line" not in [bug.id for bug in mutations(source)]  # no binding for nonlocal 'n'


def test_bugs_are_numbered_by_line_and_operator_and_none_stands_twice():
    for program in load_catalogue().values():
        bugs = mutations(program.source)
        assert len({bug.id for bug in bugs}) == len({bug.source for bug in bugs}) == len(bugs)
        assert [bug.line for bug in bugs] == sorted(bug.line for bug in bugs)
        assert mutations(program.source) == bugs


def test_a_program_with_a_syntax_error_has_no_bugs_yet():
    with pytest.raises(ProgramError, match=r"line 2: .*mend"):
        mutations("x = 1\ndef f(:\n")


def test_json_is_what_others_script_against():
    bug = find_bug(mutations(load_catalogue()["tally"].source), "4:wrong-start-value")
    assert bug.to_json() == {
        "line": 4,
        "operator": "wrong-start-value",
        "before": "        counts[x] = counts.get(x, 0) + 1",
        "after": "        counts[x] = counts.get(x, 1) + 1",
        "source": load_catalogue()["tally"].source.replace("(x, 0)", "(x, 1)"),
    }
    assert bug.title == OPERATORS["wrong-start-value"].title and bug.why.endswith(".")


def test_equivalent_mutants_are_dropped():
    tally = load_catalogue()["tally"].source
    source = "def f(n):\n    if n > 0:\n        return 'ja'\n    return 'nein'\n"
    ids = [bug.id for bug in program_bugs(source, "f(5)", run)]
    assert ids == [
        "2:inverted-condition",
        "2:wrong-comparison:2",
        "3:missing-line",
        "3:wrong-constant",
    ]
    assert "2:wrong-comparison" in [bug.id for bug in program_bugs(source, "f(0)", run)]
    empty = effective(tally, "tally([])", mutations(tally), run)
    assert {bug.line for bug in empty} == {2, 5}


def test_a_candidate_that_never_ends_is_allowed():
    source = load_catalogue()["countdown"].source
    bug = find_bug(program_bugs(source, "countdown(2)", run), "4:missing-line")
    assert run(marked(bug.source, "countdown(2)")).stopped.reason == "events"


def test_a_bug_that_shows_in_what_is_printed_alone():
    source = "def f(n):\n    print(n + 1)\n"
    assert "2:wrong-arithmetic" in [bug.id for bug in program_bugs(source, "f(1)", run)]


def test_bugs_of_a_module_program():
    bugs = program_bugs("x = 1\nx += 2\nprint(x)\n", None, run)
    assert {"2:missing-accumulation", "3:missing-line"} <= {bug.id for bug in bugs}


def test_runs_do_not_differ_by_the_text_of_their_lines():
    one, other = (run(marked(f"def f(n):\n    return n * {n}\n", "f(0)")) for n in (2, 3))
    assert one.frames != other.frames
    assert not differ(one, other)


def test_a_bug_is_found_by_its_id():
    bugs = mutations(load_catalogue()["tally"].source)
    for bug in bugs:
        assert find_bug(bugs, bug.id) is bug
    assert find_bug(bugs, "4:wrong-start-value:1").after.endswith("get(x, 1) + 1")
    late = [bug for bug in bugs if bug.variant > 1]
    assert find_bug(late, "4:wrong-start-value").id == "4:wrong-start-value:2"


@pytest.mark.parametrize("text", ["4:off-by-one", "9:missing-line", "missing-line", "", "4:missing-line:7"])
def test_an_unknown_bug_lists_those_that_are_there(text):
    with pytest.raises(ProgramError, match="4:wrong-start-value:2"):
        find_bug(mutations(load_catalogue()["tally"].source), text)
    with pytest.raises(ProgramError, match="no operator"):
        find_bug([], text)


def test_a_random_bug_is_the_same_for_the_same_seed():
    bugs: list[Bug] = mutations(load_catalogue()["collatz"].source)
    drawn = {random_bug(bugs, seed).id for seed in range(60)}
    assert drawn == {random_bug(bugs, seed).id for seed in range(60)}
    assert {bug_id.split(":")[1] for bug_id in drawn} == {bug.operator for bug in bugs}
    with pytest.raises(ProgramError, match="another input"):
        random_bug([], 1)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-3", "int"),
        ("1234…(5000 digits, ab12)", "int"),
        ("1e-07", "float"),
        ("-inf", "float"),
        ("True", "bool"),
        ("None", "NoneType"),
        ("'{1: 2}'", "str"),
        ('"it\'s"', "str"),
        ("b'a'", "bytes"),
        ("{}", "dict"),
        ("{'a:b'}", "set"),
        ("{'a': <function f>}", "dict"),
        ("set()", "set"),
        ("deque([1])", "deque"),
        ("Memo(cache={})", "Memo"),
        ("<generator g>", "generator"),
    ],
)
def test_kinds_by_the_text_of_values(text, kind):
    assert kind_of(text) == kind
