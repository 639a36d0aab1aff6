"""Chapter 09: each exercise is said what it takes, kept in the URL, and checked by what really ran."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from cwm_demo.execution import sandbox
from cwm_demo.programs.program import marked
from cwm_demo.render.highlight import plain
from cwm_demo.ui.url import pack
from cwm_demo.ui.workshop import hint
from cwm_demo.workshop import tracer
from cwm_demo.workshop.commits import Commit, Row, load_commits, table
from cwm_demo.workshop.exercises import load_exercises
from cwm_demo.workshop.tasks import load_tasks
from tests.ui.conftest import Client, html, not_yet_run

MISTAKES = tracer.FOLDER / "mistakes"


@pytest.fixture
def page(client: Client) -> AppTest:
    """The page, not yet run."""
    return not_yet_run("pages/09_workshop.py")


def query(app: AppTest, name: str) -> str | None:
    value = app.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


@pytest.mark.parametrize("key", load_exercises())
def test_every_exercise_says_what_it_takes(page: AppTest, key: str) -> None:
    exercise = load_exercises()[key]
    page.query_params["exercise"] = key
    shown = html(page.run())
    assert f"<b>Takes</b> {exercise.time.lower()}" in shown
    assert exercise.laptop in shown


def test_a_link_to_no_exercise_leads_to_the_first(page: AppTest) -> None:
    page.query_params["exercise"] = "<b>"
    shown = html(page.run())
    assert f"<b>Takes</b> {next(iter(load_exercises().values())).time.lower()}" in shown


@pytest.mark.parametrize("key", load_exercises())
def test_on_paper_stands_what_the_choice_hides(page: AppTest, key: str) -> None:
    page.query_params["exercise"] = key
    shown = html(page.run())
    for commit in load_commits().values():
        assert shown.count(f"<h3>{plain(commit.title)}</h3>") == 1
    words = " ".join(element.value for element in page.markdown)
    for task in load_tasks().values():
        assert words.count(task.ask) == 1
    for program in tracer.load_exercise().programs:
        assert words.count(program.teaches) + shown.count(plain(program.teaches)) == 1


# --- an afternoon ---


def afternoon(page: AppTest, code: str | None = None) -> AppTest:
    page.query_params["exercise"] = "tracer"
    page.run()
    if code is not None:
        page.text_area(key="ws_tracer_code").set_value(code)
        press(page, "ws_tracer_run")
    return page


def test_the_solution_passes_and_goes_into_the_link(page: AppTest) -> None:
    solution = tracer.load_exercise().solution
    shown = html(afternoon(page, solution))
    assert "<b>5 of 5 programs</b>" in shown
    assert any("<|frame_sep|>" in block.value for block in page.code)
    assert query(page, "tracer") == pack(solution)


def test_a_mistake_is_shown_beside_the_run(page: AppTest) -> None:
    shown = html(afternoon(page, (MISTAKES / "str_for_repr.py").read_text()))
    assert "<b>5 of 5 programs</b>" not in shown
    assert "repr(value) keeps the quotes" in shown
    assert 'class="cwm-parted"' in shown


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "There is no tracer yet"),
        ("x = 1\n" * 10_000, "10,000 lines"),
        ((MISTAKES / "no_python.py").read_text(), "line 3 of your code"),
        ((MISTAKES / "forges_the_mark.py").read_text(), "&lt;b&gt;"),
    ],
    ids=["empty", "ten thousand lines", "no Python", "hostile"],
)
def test_what_goes_wrong_is_said_and_the_text_kept(page: AppTest, code: str, said: str) -> None:
    shown = html(afternoon(page, code))
    assert said in shown
    assert "<b>&lt;b" not in shown and '"<b>"' not in shown
    assert page.text_area(key="ws_tracer_code").value == code


def test_hints_come_one_by_one_and_the_solution_last(page: AppTest) -> None:
    afternoon(page)
    hints = tracer.load_exercise().hints
    for count in range(1, len(hints) + 1):
        press(page, "ws_hint")
        assert query(page, "hints") == str(count)
        assert any(block.value.startswith(f"1. {hints[0]}") for block in page.markdown)
    assert not [button for button in page.button if button.key == "ws_hint"]
    solution = tracer.load_exercise().solution
    assert solution not in [block.value for block in page.code]
    press(page, "ws_solution")
    assert solution in [block.value + "\n" for block in page.code] + [block.value for block in page.code]
    assert query(page, "solution") == "on"


def test_a_link_brings_a_tracer_and_keeps_one_s_own(page: AppTest) -> None:
    afternoon(page)
    page.text_area(key="ws_tracer_code").set_value("mine = 1").run()
    page.query_params.clear()
    page.query_params["exercise"], page.query_params["tracer"] = "tracer", pack("theirs = 2")
    page.run()
    assert page.text_area(key="ws_tracer_code").value == "theirs = 2"
    press(page, "ws_tracer_mine_back")
    assert page.text_area(key="ws_tracer_code").value == "mine = 1"
    page.query_params["tracer"] = "damaged"
    assert re.search("link’s tracer can’t be read", html(page.run()))
    assert page.text_area(key="ws_tracer_code").value == "mine = 1"


def test_starting_over_keeps_what_was_written(page: AppTest) -> None:
    afternoon(page, "mine = 1")
    press(page, "ws_tracer_again")
    assert page.text_area(key="ws_tracer_code").value == tracer.load_exercise().skeleton
    press(page, "ws_tracer_mine_back")
    assert page.text_area(key="ws_tracer_code").value == "mine = 1"


# --- one hour ---


def hour(page: AppTest, **link: str) -> AppTest:
    page.query_params["exercise"] = "commits"
    for name, value in link.items():
        page.query_params[name] = value
    return page.run()


def table_of(commit: Commit) -> list[Row]:
    return table(sandbox.run(marked(commit.before, commit.call), trusted=True))


def fill(page: AppTest, key: str, rows: list[Row]) -> AppTest:
    """Types what each line really changes."""
    for row in rows:
        for name, text in row.changes.items():
            page.text_input(key=f"ws_cell_{key}_{row.number}_{name}").set_value(text)
    return press(page, f"ws_check_{key}")


def test_a_table_filled_in_rightly_equals_the_model_that_is_always_right(page: AppTest) -> None:
    commit = load_commits()["08-stem"]
    shown = html(fill(hour(page, commit=commit.key), commit.key, table_of(commit)))
    assert "Of 3 changes in all: <b>You 3</b>, <b>the world model 3</b>." in shown
    assert any("takes away an ending" in block.value for block in page.markdown)
    assert "✗" not in shown
    assert query(page, "commit") == commit.key


def test_the_first_rows_are_checked_and_the_rest_waits(page: AppTest) -> None:
    commit = load_commits()["01-last-reading"]
    shown = html(fill(hour(page), commit.key, table_of(commit)[:2]))
    assert "Of 2 changes in the first 2 of 7 rows: <b>You 2</b>" in shown
    assert shown.count("cwm-ws-cells ") == 2
    press(page, f"ws_show_{commit.key}")
    assert "changes in all" in html(page)


def test_wrong_cells_and_no_values_are_said_and_kept(page: AppTest) -> None:
    hour(page)
    for name, text in (("total", "zero"), ("i", "4"), ("readings", "[1,")):
        page.text_input(key=f"ws_cell_01-last-reading_1_{name}").set_value(text)
    shown = html(press(page, "ws_check_01-last-reading"))
    assert "zero would be a name. Write a text in quotes" in shown
    assert "the line doesn’t change it: not there yet" in shown
    assert "is no value as Python writes it" in shown
    assert page.text_input(key="ws_cell_01-last-reading_1_total").value == "zero"
    assert "<b>You 0</b> (and 2 that were none)" in shown


def test_an_empty_table_is_said(page: AppTest) -> None:
    assert "The table is empty" in html(press(hour(page), "ws_check_01-last-reading"))


def test_the_model_may_come_later_or_never(page: AppTest, client: Client) -> None:
    client.state, client.sentence = "loading", "The models are opening."
    commit = load_commits()["08-stem"]
    hour(page, commit=commit.key)
    shown = html(fill(page, commit.key, table_of(commit)))
    assert "World model: …" in shown
    client.arrive()
    assert "<b>the world model 3</b>" in html(page.run())


def test_the_model_can_be_stopped_and_asked_again(page: AppTest, client: Client) -> None:
    client.state = "loading"
    commit = load_commits()["08-stem"]
    hour(page, commit=commit.key)
    fill(page, commit.key, table_of(commit))
    press(page.run(), "ws_commit_stop")  # it is there from the second look on
    assert len(client.released) == 1
    assert "Stopped before it had finished." in html(page.run())
    client.state = "ready"
    press(page, "ws_commit_again")
    assert "<b>the world model 3</b>" in html(page)


def test_a_commit_of_one_s_own(page: AppTest) -> None:
    hour(page, commit="own")
    code = "def f(n):\n    m = n * 2\n    return m\n"
    page.text_area(key="ws_own_code").set_value(code)
    page.text_input(key="ws_own_call").set_value("f(4)")
    press(page, "ws_own_take")
    assert (query(page, "commit"), query(page, "code"), query(page, "call")) == ("own", pack(code), "f(4)")
    page.text_input(key="ws_cell_own_1_m").set_value("8")
    assert "<b>You 1</b>" in html(press(page, "ws_check_own"))


@pytest.mark.parametrize(
    ("code", "call", "said"),
    [
        ("x = 1\n" * 10_000, "f()", "10,000 lines"),
        ("", "f()", "no program yet"),
        ("def f(:\n", "f()", "line 1, column 7"),
        ("def f():\n    pass\n", "", "Write the call"),
        ("def f():\n    for i in range(99):\n        x = i\n", "f()", "40 are the limit"),
        ("def f():\n    while True:\n        pass\n", "f()", "was stopped after"),
        ("def f():\n    return 1\n", "g()", "NameError"),
    ],
)
def test_what_can_t_be_traced_is_said_and_kept(page: AppTest, code: str, call: str, said: str) -> None:
    hour(page, commit="own")
    page.text_area(key="ws_own_code").set_value(code)
    page.text_input(key="ws_own_call").set_value(call)
    assert said in html(press(page, "ws_own_take"))
    assert page.text_area(key="ws_own_code").value == code


def test_a_link_brings_a_commit_of_one_s_own(page: AppTest) -> None:
    code = "def f(n):\n    return n\n"
    hour(page, commit="own", code=pack(code), call="f(1)")
    assert page.text_area(key="ws_own_code").value == code
    assert "line 2" in html(page)
    hour(page, commit="own", code="damaged", call="f(1)")
    assert "link’s program can’t be read" in html(page)


# --- twenty minutes ---

BUG = {"program": "tally", "bug": "4:wrong-start-value"}


def minutes(page: AppTest, **link: str) -> AppTest:
    page.query_params["exercise"] = "stepper"
    for name, value in link.items():
        page.query_params[name] = value
    return page.run()


def field(page: AppTest, label: str) -> Selectbox:
    return next(box for box in page.selectbox if box.label == label)


def bring(page: AppTest, link: str) -> AppTest:
    page.text_area(key="ws_link").set_value(link)
    return press(page, "ws_task_check")


def test_a_find_is_checked_ticked_and_in_the_url(page: AppTest) -> None:
    minutes(page)
    page.number_input(key="ws_line").set_value(4)
    shown = html(bring(page, "http://host/stepper?program=tally&bug=4%3Awrong-start-value&step=9"))
    assert "<b>Found.</b> Line 4, at step" in shown
    assert any("1 of 5 found" in caption.value for caption in page.caption)
    assert {name: query(page, name) for name in (*BUG, "line")} == {**BUG, "line": "4"}
    assert query(page, "step") is None


def test_a_find_that_is_none_is_said(page: AppTest) -> None:
    minutes(page, **BUG, line="2")
    assert "<b>Not yet.</b> It is not line 2." in html(page)
    page.number_input(key="ws_line").set_value(4)
    assert "<b>Found.</b>" in html(press(page, "ws_task_check"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no link yet"),
        ("x = 1\n" * 10_000, "a text of 10,000 lines"),
        ("<b>hello</b>", "names no program"),
    ],
)
def test_what_is_no_link_is_said_and_kept(page: AppTest, text: str, said: str) -> None:
    assert said in html(bring(minutes(page), text))
    assert page.text_area(key="ws_link").value == text


def test_what_a_link_can_t_name_is_said(page: AppTest) -> None:
    shown = html(minutes(page, program="<b>", bug="nonsense"))
    assert "There is no program “&lt;b&gt;” here" in shown
    assert "no bug in it" in shown


def test_a_run_that_the_page_began_by_itself_opens_no_link(page: AppTest) -> None:
    minutes(page, **BUG, line="4")
    page.query_params.clear()
    page.query_params.update({"exercise": "stepper", "program": "gcd"})  # the browser’s URL of a click before
    page.session_state["by_itself"] = True
    assert "<b>Found.</b> Line 4" in html(page.run())
    assert query(page, "program") == "tally"
    page.query_params["program"] = "gcd"
    assert "no bug in it" in html(page.run()) and query(page, "program") == "gcd"


def test_what_was_drawn_before_a_link_came_can_t_undo_it(page: AppTest) -> None:
    before = field(minutes(page), "Program").key
    bring(page, "?program=gcd")
    page.session_state[before] = "evens"  # a page that looks again by itself sends what it had drawn
    assert "Checked: <b>Greatest common divisor</b>" in html(page.run())


def test_it_can_be_chosen_on_the_page(page: AppTest) -> None:
    minutes(page, task="wrong-green")
    field(page, "Program").set_value("tally").run()
    field(page, "Bug").set_value(BUG["bug"]).run()
    shown = html(page)
    assert "<b>Found.</b> The answer is wrong, and all" in shown
    assert query(page, "read") == "candidate"


def test_the_app_looks_and_says_honestly_when_there_is_none(page: AppTest) -> None:
    """The scripted model is always right about what it is shown: it misses no bug, and foresees every one."""
    minutes(page, task="missed")
    assert "None of the 24 places where the app looked is one." in html(press(page, "ws_look_start"))
    page.segmented_control(key="ws_task").set_value("wrong-green").run()
    shown = html(press(page, "ws_look_start"))
    assert "The app found one" in shown
    assert "<b>Found.</b>" in shown


def test_a_hint_says_where_such_finds_were_counted_and_the_app_looks_there_first(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = html(minutes(page, task="wrong-green"))
    assert any(block.value == load_tasks()["wrong-green"].how for block in page.markdown)
    counted = {"wrong-green": {"solved": 1, "of": 9, "bugs": ["4:wrong-start-value"]}}
    none = {"missed": {"solved": 0, "of": 9, "bugs": []}}
    file = tmp_path / "bugs.json"
    data = {"programs": {"tally": {"tasks": {**counted, **none}}}, "command": "<b>check"}
    file.write_text(json.dumps(data))
    monkeypatch.setattr(hint, "COUNTS", str(file))
    shown = html(page.run())
    words = "Of 9 bugs of the catalogue **1** gave a wrong answer without a red step."
    assert any(block.value.startswith(words) for block in page.markdown)
    assert "Measured by &lt;b&gt;check" in shown
    assert "The app found one: the 1. of 24 places" in html(press(page, "ws_look_start"))
    assert query(page, "program") == "tally"
    page.segmented_control(key="ws_task").set_value("missed").run()
    assert any(block.value.endswith(hint.NONE) for block in page.markdown)


def test_models_that_are_not_there_are_said(page: AppTest, client: Client) -> None:
    client.state, client.sentence = "missing", "There is no checkpoint."
    shown = html(minutes(page, **BUG, line="4"))
    assert "There is no checkpoint." in shown
    assert "Found." not in shown


def test_every_task_begins_on_the_stepper(page: AppTest) -> None:
    for key, task in load_tasks().items():
        minutes(page, task=key)
        titles = [block.value for block in page.markdown if block.value.startswith("### ")]
        assert task.title in titles[0] and len(titles) == len(load_tasks())  # the others, for paper
