"""The hour's exercise: each commit's check fails before it and holds after it; tables through the checker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cwm_demo.execution import sandbox
from cwm_demo.predict.prediction import Prediction
from cwm_demo.predict.scripted import ScriptedWorldModel
from cwm_demo.programs.program import marked
from cwm_demo.rollout.answer import answer
from cwm_demo.trace.frame import Trace
from cwm_demo.workshop.commits import (
    MAX_ROWS,
    RESULT,
    Commit,
    Row,
    attempted,
    check_row,
    diff,
    is_empty,
    load_commits,
    score,
    size_problem,
    table,
)

COMMITS = list(load_commits().values())


def run_of(commit: Commit) -> Trace:
    return sandbox.run(marked(commit.before, commit.call), trusted=True)


def rows_of(commit: Commit) -> list[Row]:
    run = run_of(commit)
    return table(run, ScriptedWorldModel().replay(run.source, run.frames, run.complete))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return rows_of(COMMITS[0])


def test_there_are_ten() -> None:
    assert len(COMMITS) == 10


@pytest.mark.parametrize("commit", COMMITS, ids=lambda commit: commit.key)
def test_the_check_fails_before_and_holds_after(commit: Commit) -> None:
    assert answer(commit.case, run_of(commit)) == "wrong"
    after = sandbox.run(marked(commit.after, commit.call), trusted=True)
    assert answer(commit.case, after) == "right"
    assert {sign for sign, _ in diff(commit)} >= {"-", "+"}
    assert "".join(f"{text}\n" for sign, text in diff(commit) if sign != "+") == commit.before


@pytest.mark.parametrize("commit", COMMITS, ids=lambda commit: commit.key)
def test_its_solution_is_right_in_every_cell(commit: Commit) -> None:
    """The solution of a table is what its run did, typed in."""
    rows = rows_of(commit)
    assert 3 <= len(rows) <= 16
    checked = [check_row(row, row.changes) for row in rows]
    assert all(cell.state == "right" and cell.model_right for cells in checked for cell in cells)
    found = score(checked)
    assert found.right == found.changes == found.model_right > 2
    assert found.false == found.model_false == 0
    assert rows[-1].changes[RESULT] != commit.returns


@pytest.mark.parametrize("commit", COMMITS, ids=lambda commit: commit.key)
def test_an_empty_cell_where_something_changes_is_missed(commit: Commit) -> None:
    cells = [cell for row in rows_of(commit) for cell in check_row(row, {})]
    assert {cell.state for cell in cells} == {"missing"}


@pytest.mark.parametrize(
    ("text", "state"),
    [("0", "right"), (" 0 ", "right"), ("0.0", "wrong"), ("1", "wrong"), ("", "missing"), ("..", "missing")],
)
def test_a_cell_is_compared_as_a_value(rows: list[Row], text: str, state: str) -> None:
    (cell,) = [cell for cell in check_row(rows[0], {"total": text}) if cell.name == "total"]
    assert (cell.state, cell.real, cell.changed) == (state, "0", True)


@pytest.mark.parametrize("text", ["zero", "0 +", "x" * 501, "[1,"])
def test_what_is_no_value_is_said(rows: list[Row], text: str) -> None:
    (cell,) = check_row(rows[0], {"total": text})
    assert cell.state == "unusable"
    assert cell.message


def test_quotes_and_spaces_do_not_matter() -> None:
    rows = rows_of(load_commits()["06-groups"])
    last = rows[-1]
    typed = {RESULT: '{"k":["kale"],"f":["fig"]}'}
    assert [cell.state for cell in check_row(last, typed)] == ["right"]


def test_the_same_value_again_is_no_change_and_no_mistake(rows: list[Row]) -> None:
    (cell,) = [cell for cell in check_row(rows[1], {"total": "0", "i": "0"}) if cell.name == "total"]
    assert (cell.state, cell.changed) == ("right", False)
    cells = check_row(rows[1], {"total": "5", "i": "0"})
    assert score([cells]).false == 1
    assert score([cells]).right == 1


def test_a_variable_that_is_not_there_yet(rows: list[Row]) -> None:
    (cell,) = [cell for cell in check_row(rows[0], {"total": "0", "i": "0"}) if cell.name == "i"]
    assert (cell.state, cell.real) == ("wrong", None)


def test_the_model_may_be_wrong_unreadable_or_silent(rows: list[Row]) -> None:
    frame = replace(rows[0].actual, locals={**rows[0].actual.locals, "total": "7", "readings": "[]"})
    wrong = replace(rows[0], prediction=Prediction("", 0.5, frame=frame))
    cells = {cell.name: cell for cell in check_row(wrong, {"total": "0"})}
    assert (cells["total"].model, cells["total"].model_right) == ("7", False)
    assert (cells["readings"].state, cells["readings"].model) == ("unchanged", "[]")
    assert score([list(cells.values())]).model_false == 1
    unreadable = replace(rows[0], prediction=Prediction("?", 0.5, problem="no frame"))
    (cell,) = check_row(unreadable, {"total": "0"})
    assert (cell.model, cell.model_right) == (None, False)
    (cell,) = check_row(replace(rows[0], prediction=None), {"total": "0"})
    assert (cell.model, cell.model_right) == (None, None)


def test_rows_down_to_the_last_that_is_filled_in_are_answered() -> None:
    assert is_empty([{"x": " "}, {}])
    assert attempted([{"x": ""}, {"x": "1"}, {"x": ""}]) == 2
    assert attempted([]) == 0


def test_an_exception_is_asked_by_its_class() -> None:
    run = sandbox.run(marked("def f(d):\n    x = 1\n    return d['k']\n", "f({})"))
    last = table(run)[-1]
    assert last.names[-1] == RESULT
    assert [
        check_row(last, {RESULT: text})[0].state for text in ("KeyError", "KeyError: 'k'", "ValueError")
    ] == [
        "right",
        "right",
        "wrong",
    ]


def test_recursion_gives_rows_of_each_call() -> None:
    run = sandbox.run(marked("def f(n):\n    if n:\n        m = f(n - 1)\n    return n\n", "f(1)"))
    assert [row.line for row in table(run)] == [2, 2, 4, 3, 4]


@pytest.mark.parametrize(
    ("code", "said"), [("", "no program yet"), ("x = 1\n" * 10_000, "10,000 lines and 60,000 characters")]
)
def test_a_program_that_is_too_long_is_said(code: str, said: str) -> None:
    assert said in size_problem(code)
    assert size_problem("x = 1\n") is None
    assert MAX_ROWS >= 16
