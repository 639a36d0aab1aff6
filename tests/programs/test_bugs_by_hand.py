"""A line that a visitor rewrites: what is taken, what is refused, and how a link carries it."""

from __future__ import annotations

import pytest

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace
from cwm_demo.programs.bugs import MAX_CHARACTERS, effective, find_bug, hand_made, is_by_hand, mutations
from cwm_demo.programs.program import ProgramError, load_catalogue
from cwm_demo.trace.frame import START_OF_TRACE

TALLY = load_catalogue()["tally"].source


def test_one_line_changes_and_keeps_its_indentation():
    bug = hand_made(TALLY, 4, "counts[x] = 7  ")
    assert bug.source == TALLY.replace("counts[x] = counts.get(x, 0) + 1", "counts[x] = 7")
    assert (bug.line, bug.operator, bug.variant, bug.by_hand) == (4, "by-hand", 1, True)
    assert bug.before.strip() == "counts[x] = counts.get(x, 0) + 1"
    assert bug.after == "        counts[x] = 7"
    assert bug.title and bug.why.endswith(".")
    assert bug.to_json()["operator"] == "by-hand"


def test_another_indentation_is_kept_as_typed():
    bug = hand_made(TALLY, 5, "        return counts")
    assert bug.after == "        return counts"
    assert bug.id == "5:by-hand=        return counts"


@pytest.mark.parametrize(
    ("line", "text"), [(4, "counts[x] = 7"), (2, "counts = {'ä': '=:'}"), (5, "        return counts")]
)
def test_its_id_brings_it_back(line, text):
    bug = hand_made(TALLY, line, text)
    assert bug.id == f"{line}:by-hand={text}"
    assert is_by_hand(bug.id)
    assert find_bug((), bug.id, TALLY) == bug
    assert find_bug(mutations(TALLY), bug.id, TALLY) == bug


def test_other_ids_are_not_by_hand():
    assert not any(is_by_hand(bug.id) for bug in mutations(TALLY))
    assert find_bug(mutations(TALLY), "4:wrong-arithmetic", TALLY).operator == "wrong-arithmetic"
    assert not is_by_hand("4:by-hand") and not is_by_hand("x:by-hand=1")
    with pytest.raises(ProgramError, match="no bug"):
        find_bug((), "4:by-hand=x = 1")


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_all_other_bytes_stay(ending):
    source = f"# ü{ending}def f(n):{ending}    return n  # é\x0c{ending}\tä = '\u2028'"
    source = source.replace(f"{ending}\t", ending)
    bug = hand_made(source, 3, "return 2")
    assert bug.source == source.replace("return n  # é\x0c", "return 2")
    assert hand_made(source, 4, "ä = 1").source.endswith(f"{ending}ä = 1")


def test_whether_it_matters_is_found_out_by_running():
    bugs = [hand_made(TALLY, 4, "counts[x] = 1"), hand_made(TALLY, 4, "counts[x] = 1 + counts.get(x, 0)")]
    found = effective(TALLY, "tally(['a', 'a'])", bugs, lambda source: trace(source, Limits(events=200)))
    assert found == bugs[:1]


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        (4, "counts[x] = counts.get(x, 0) + 1", "already reads like this"),
        (4, "        counts[x] = counts.get(x, 0) + 1  ", "already reads like this"),
        (4, "counts[x] = counts.get( x, 0 ) + 1  # one more", "only spaces or comments"),
        (4, "a = 1\nb = 2", "must stay one line"),
        (4, "a = 1\r\tb = 2", "must stay one line"),
        (4, "", "write pass"),
        (4, " \t\n", "write pass"),
        (0, "x = 1", "lines 1 to 5"),
        (6, "x = 1", "lines 1 to 5"),
        (4, "counts[x] = ", "line 4 the program is not legal Python \\(invalid syntax\\)"),
        (3, "for x in items", "not legal Python \\(expected ':'\\)"),
        (3, "pass", "line 4: unexpected indent"),
        (4, "counts[x] = (1", "never closed"),
        (4, "counts[x] = '\0'", "not legal Python|can't be read"),
        (4, "x = '\ud800'", "not text"),
        (4, "x = " + "1" * MAX_CHARACTERS, "up to 200"),
        (4, f"x = 1  {START_OF_TRACE}", "marks the call"),
    ],
)
def test_what_is_refused(line, text, message):
    with pytest.raises(ProgramError, match=message):
        hand_made(TALLY, line, text)


def test_a_program_that_is_broken_already_is_mended_first():
    with pytest.raises(ProgramError, match=r"line 1: .*mend"):
        hand_made("def f(:\n    pass\n", 2, "return 1")


def test_a_program_too_deep_to_be_compared():
    source = f"x = {'+'.join('1' * 900)}\ny = 1\n"
    assert hand_made(source, 2, "y = 2").source.endswith("y = 2\n")
