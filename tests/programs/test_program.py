"""Reading programs: ours and a visitor's."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwm_demo.programs.program import Case, ProgramError, check_call, marked, read_program
from cwm_demo.trace.frame import START_OF_TRACE

FILE = """def double(n):
    return 2 * n

# /// program
# title = "Double"
# teaches = "One thing."
# level = 1
#
# [[cases]]
# call = "double(2)"
# returns = "4"
#
# [[cases]]
# call = "double('ä')"
# returns = "'ää'"
# ///
"""


def test_metadata_leaves_the_source():
    program = read_program(FILE, "double")
    assert program.source == "def double(n):\n    return 2 * n\n"
    assert (program.title, program.level, program.call) == ("Double", 1, "double(2)")
    assert program.cases == (Case("double(2)", returns="4"), Case("double('ä')", returns="'ää'"))
    assert program.case("double('ä')") is program.cases[1]
    assert program.case("double(3)") is None


def test_nothing_of_the_metadata_reaches_a_model():
    program = read_program(FILE, "double")
    assert marked(program.source, program.call) == (
        "def double(n):\n    return 2 * n\n\ndouble(2)  # << START_OF_TRACE\n"
    )


def test_line_numbers_are_those_of_the_file():
    program = read_program("\n\n" + FILE, "double")
    shown = marked(program.source, program.call).split("\n")
    assert shown[:4] == ("\n\n" + FILE).split("\n")[:4]


def test_marked_last_line_becomes_the_call():
    program = read_program(f"def f(n):\n\treturn n\nf(1) {START_OF_TRACE}\n\n", "mine")
    assert (program.source, program.call) == ("def f(n):\n\treturn n\n", "f(1)")
    assert program.cases == (Case("f(1)"),)
    assert program.level == 0


def test_the_mark_is_not_stripped_as_a_set_of_characters():
    assert read_program(f"def TRACE():\n    return 1\nTRACE(){START_OF_TRACE}", "x").call == "TRACE()"


@pytest.mark.parametrize(
    "last",
    [
        f"x = f(3)  {START_OF_TRACE}",
        f"    f(3)  {START_OF_TRACE}",
        f"f(\n3)  {START_OF_TRACE}",
        f"x = \\\nf(3)  {START_OF_TRACE}",
        f"f(3)  {START_OF_TRACE}\ng(4)",
        "print(1)",
    ],
)
def test_a_mark_elsewhere_stays_in_place(last):
    text = f"def f(n):\n    return n\n{last}\n"
    program = read_program(text, "x")
    assert (program.source, program.call) == (text, None)
    assert marked(program.source, program.call) == text


def test_a_syntax_error_is_left_to_the_tracer():
    assert read_program(f"def f(:\nf(1)  {START_OF_TRACE}", "x").call == "f(1)"


def test_line_ends_are_made_one():
    program = read_program(f"\ufeffdef f():\r\n\treturn 1\rf()  {START_OF_TRACE}\r\n", "x")
    assert program.source == "def f():\n\treturn 1\n"


def test_another_call_takes_its_own_check():
    program = read_program(FILE, "double")
    assert program.with_call(" double('ä') ").cases == (program.cases[1],)
    assert program.with_call("double(9)").cases == (Case("double(9)"),)
    with pytest.raises(ProgramError, match="remove the mark"):
        read_program(f"x = int('1')  {START_OF_TRACE}\ny = x", "x").with_call("int('2')")


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ("", "empty"),
        ("f(1", "not a Python expression"),
        ("x = f(1)", "not a Python expression"),
        ("f", "not a call"),
        ("f(1) + 1", "not a call"),
        ("f(1)\nf(2)", "several lines"),
        ("f(1)  # of course", "more than the call"),
        ("f(1); f(2)", "not a Python expression"),
        ("f(" * 10_000, "not a Python expression"),
        ("f('\0')", "not a Python expression"),
    ],
)
def test_what_is_no_call_is_refused_with_an_example(call, problem):
    with pytest.raises(ProgramError, match=problem) as caught:
        check_call(call)
    assert "f(3)" in str(caught.value)


def test_calls_may_hold_any_text():
    assert check_call(" f('ä # << START_OF_TRACE', [1, 2])\n") == "f('ä # << START_OF_TRACE', [1, 2])"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no program here"),
        (" \n\t\n", "no program here"),
        (f"f(1)  {START_OF_TRACE}", "no program here"),
        (f"x = 1\nx  {START_OF_TRACE}", "marked.*not a call"),
        ("x = '\0'", "not text"),
        ("x = '\ud800'", "not text"),
        (FILE.replace("# ///\n", ""), "line 4.*closed"),
        (FILE + "x = 1\n", "last thing"),
        (FILE.replace("# level = 1\n", ""), "level"),
        (FILE.replace("level = 1", "level = 0"), "level"),
        (FILE.replace("level = 1", "level = one"), "not TOML"),
        (FILE.replace("# level", "# color = 3\n# level"), "color"),
        (FILE.replace("# level", "# stdin = 3\n# level"), "stdin"),
        (FILE.replace('returns = "4"', "returns = 4"), "case 1.*text"),
        (FILE.replace('returns = "4"', 'result = "4"'), "case 1"),
        (FILE.replace('returns = "4"', 'returns = "4"\n# raises = "E: x"'), "either"),
        (FILE.replace("double(2)", "double"), "case 1.*not a call"),
        (FILE[FILE.index("# ///") :], "no program above"),
        (FILE.split("#\n")[0] + "# ///\n", "cases"),
        (FILE.split("#\n")[0] + "# cases = []\n# ///\n", "at least one"),
    ],
)
def test_broken_files_are_refused_with_a_reason(text, problem):
    with pytest.raises(ProgramError, match=f"(?s)^broken.*{problem}"):
        read_program(text, "broken")


@given(st.text())
def test_any_text_is_a_program_or_a_clear_error(text):
    try:
        program = read_program(text, "any")
    except ProgramError as error:
        assert str(error).startswith("any")
        return
    assert program.source.strip()
    assert "\r" not in program.source
    if program.call is not None:
        ast.parse(program.call, mode="eval")
