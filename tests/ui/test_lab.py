"""The lab: any program's whole run in one table, what is wrong with one told and kept, what to take away."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.execution.tracer import trace
from cwm_demo.ui.lab import checkpoints
from cwm_demo.ui.lab.exports import RENDERINGS, UNFINISHED
from cwm_demo.ui.lab.table import LONG, ROWS, WAITING
from cwm_demo.ui.url import pack
from tests.ui.conftest import Client, html, not_yet_run, shown
from tests.ui.typed import ENDS_BADLY, NOT_RUN, OWN, problem, write


@pytest.fixture
def lab(client: Client) -> AppTest:
    """The page, not yet run."""
    return not_yet_run("pages/lab.py")


def test_the_whole_run_is_one_table(lab: AppTest) -> None:
    shown = html(lab.run())
    table = shown[shown.index('<table class="cwm-lab-table">') :]
    assert table.count("<tr>") == 1 + 11
    assert table.count("the same") == 11
    assert 'href="stepper?program=tally&amp;step=5"' in table
    assert "11 guessed right" in shown and "Answer <b>= right</b>" in shown
    assert "step 1: counts = {}" in lab.code[0].value


def test_a_program_of_one_s_own_goes_into_the_link_and_to_the_stepper(lab: AppTest) -> None:
    write(lab.run(), "edit", OWN, "double(21)")
    assert problem(lab) == ""
    assert "return: 42" in lab.code[0].value
    assert lab.query_params["code"] in (pack(OWN), [pack(OWN)])
    lab.segmented_control(key="show").set_value("json").run()
    assert '"event": "return"' in lab.code[0].value
    assert lab.query_params["show"] in ("json", ["json"])
    lab.switch_page("pages/stepper.py").run()
    assert "double" in html(lab) and shown(lab.text_input, "w_call").value == "double(21)"


def test_a_run_that_the_page_began_by_itself_keeps_the_program(lab: AppTest) -> None:
    write(lab.run(), "edit", OWN, "double(21)")
    lab.query_params.clear()
    lab.query_params["program"] = "gcd"  # the browser’s URL of a click before
    lab.session_state["by_itself"] = True
    lab.run()
    assert "return: 42" in lab.code[0].value
    assert lab.query_params["code"] in (pack(OWN), [pack(OWN)])


@pytest.mark.parametrize(("code", "call", "said"), NOT_RUN)
def test_what_can_t_be_run_is_said_and_kept(lab: AppTest, code: str, call: str, said: str) -> None:
    write(lab.run(), "edit", code, call)
    assert said in problem(lab)
    assert lab.text_area(key="edit_code").value == code
    assert "step 1: counts = {}" in lab.code[0].value  # the run before stays
    lab.switch_page("pages/home.py").run()
    lab.switch_page("pages/lab.py").run()
    assert lab.text_area(key="edit_code").value == code


@pytest.mark.parametrize(
    ("code", "call", "said"),
    [
        ("def f():\n    return missing\n", "f()", "raises</span> <code>"),
        *ENDS_BADLY,
    ],
)
def test_a_run_that_ends_badly_says_so(lab: AppTest, code: str, call: str, said: str) -> None:
    assert said in html(write(lab.run(), "edit", code, call))


def test_a_loop_is_shown_up_to_its_limit_in_pages(lab: AppTest) -> None:
    write(lab.run(), "edit", "def f():\n    n = 0\n    while True:\n        n += 1\n", "f()")
    shown = html(lab)
    assert "was stopped after 1000 frames" in shown
    assert shown.count("<tr>") == 1 + ROWS
    lab.get("pagination")[0].set_value(10).run()
    assert ">1000</a>" in html(lab)
    assert lab.query_params["page"] in ("10", ["10"])


def test_a_link_with_a_bug_says_so_and_is_judged(lab: AppTest) -> None:
    lab.query_params.update({"program": "tally", "bug": "4:wrong-start-value"})
    shown = html(lab.run())
    assert "1 bug caught" in shown and "has a bug in line 4" in shown
    assert "Answer <b>≠ wrong</b>" in shown


def test_nothing_of_a_program_becomes_markup_and_long_values_are_cut(lab: AppTest) -> None:
    write(lab.run(), "edit", "def f(t):\n    s = '<img src=x>' + t\n    return s\n", f"f('{'x' * 2 * LONG}')")
    shown = html(lab)
    assert "<img" not in shown and "characters)" in shown


def test_an_answer_that_will_come_is_not_called_missing(lab: AppTest, client: Client) -> None:
    client.state, client.sentence = "loading", "The models are opening."
    lab.query_params["program"] = "gcd"
    shown = html(lab.run())
    assert WAITING in shown and UNFINISHED in shown
    assert "no prediction" not in shown
    client.arrive()
    shown = html(lab.run())
    assert WAITING not in shown and UNFINISHED not in shown and "guessed right" in shown


def test_the_models_can_be_stopped_and_asked_again(lab: AppTest, client: Client) -> None:
    client.state = "loading"
    lab.query_params["program"] = "gcd"
    lab.run()
    lab.run().button(key="work_stop").click().run()  # it is there from the second look on
    assert "Stopped before it had finished." in html(lab.run())
    client.state = "ready"
    lab.button(key="work_again").click().run()
    assert "guessed right" in html(lab)


def test_without_models_the_run_is_there(lab: AppTest, client: Client) -> None:
    client.state, client.sentence = "missing", "There is no checkpoint at models/cwm."
    lab.query_params["program"] = "gcd"  # what Home has asked before is known
    shown = html(lab.run())
    assert "There is no checkpoint" in shown and "It gave no prediction" in shown


def test_only_what_the_host_offers_can_be_chosen(
    lab: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.run()
    assert not [box for box in lab.selectbox if box.key == "lab_world"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "config.json").write_text("{}")
    monkeypatch.setenv("CWM_DEMO_CHECKPOINTS", str(tmp_path))
    asked = []
    monkeypatch.setattr(checkpoints, "_other", lambda *folders: asked.append(folders) or Client())
    lab.query_params["lab_world"] = "/etc"
    lab.run()
    assert lab.selectbox(key="lab_world").options == ["shipped", "other"]
    assert lab.selectbox(key="lab_world").value == "shipped" and not asked
    lab.selectbox(key="lab_world").set_value("other").run()
    assert asked[-1][0] == str(tmp_path / "other")
    assert lab.query_params["lab_world"] in ("other", ["other"])


def test_every_rendering_is_made_of_any_run() -> None:
    for source in (
        "def f():\n    print('<')\n\nf()  # << START_OF_TRACE\n",
        "while True: pass\n",
        "def f(:\n",
    ):
        for _label, name, render in RENDERINGS.values():
            assert isinstance(render(trace(source)), str), name
