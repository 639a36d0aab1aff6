"""Predict first: the answer stays covered until the visitor has guessed, passed, or said not sure."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.ui.url import pack
from tests.ui.conftest import Client, html, shown
from tests.ui.test_stepper import BUG, PARTING, press

STEP = 5  # from 1: line 4 of tally counts its first letter


@pytest.fixture
def asked(app: AppTest) -> AppTest:
    """The stepper at a step that waits for a guess."""
    app.query_params.update({"predict": "on", "step": str(STEP)})
    return app.run()


def fill(app: AppTest, names: list[str], value: str = "", following: int | str = 3) -> None:
    app.button_group(key=f"guess_names_{STEP - 1}").set_value(names).run()
    for name in names:
        if name != "nothing":
            app.text_input(key=f"guess_value_{STEP - 1}_{name}").input(value)
    app.selectbox(key=f"guess_next_{STEP - 1}").set_value(following)


def headline(app: AppTest) -> str:
    return re.search(r'cwm-you.*?cwm-headline">.*?<b>(.*?)</b>', html(app), re.DOTALL).group(1)


def problem(app: AppTest) -> str:
    return re.search(r'cwm-problem" role="alert">(.*?)</p>', html(app)).group(1)


def test_until_the_guess_the_answer_is_covered(asked: AppTest) -> None:
    shown = html(asked)
    for panel in ("cwm-world", "cwm-text", "cwm-python", "cwm-verdict"):
        assert f"cwm-panel {panel}" not in shown
    assert "What line 4 does" not in shown
    assert "what does line 4 do?" in shown
    assert shown.count("cwm-mark cwm-right") > 0  # the steps before
    assert f"step {STEP}: guessed right" not in shown
    assert f"step {STEP + 1}: guessed right" not in shown


def test_until_the_guess_the_timeline_does_not_say_where_the_runs_part(app: AppTest) -> None:
    app.query_params.update({"predict": "on", "bug": BUG, "step": str(PARTING)})
    assert "here they part" not in html(app.run())
    press(app, "guess_skip")
    assert "here they part" in html(app)


def test_a_right_guess_is_shown_beside_the_answers(asked: AppTest) -> None:
    fill(asked, ["counts"], '{"a":1}')
    press(asked, "guess_check")
    assert headline(asked) == "Right"
    shown = html(asked)
    for panel in ("cwm-world", "cwm-text", "cwm-python", "cwm-verdict"):
        assert f"cwm-panel {panel}" in shown
    assert "you <b>1</b> of 1, world model <b>1</b> of 1" in shown


def test_a_wrong_guess_says_which_part_is_not_so(asked: AppTest) -> None:
    fill(asked, ["x"], "'b'", following=3)
    press(asked, "guess_check")
    assert headline(asked) == "Other values"
    assert "it changes, and you left it out" in html(asked)
    assert "you <b>0</b> of 1, world model <b>1</b> of 1" in html(asked)
    press(asked, "step_next")
    press(asked, "step_back")
    assert headline(asked) == "Other values"  # it is asked once


@pytest.mark.parametrize(
    "names, value, following, words",
    [
        ([], "", 3, "Say what changes"),
        (["counts", "nothing"], "1", 3, "are both chosen"),
        (["counts"], "", 3, "Write the new value of counts"),
        (["counts"], "many", 3, "Write a text in quotes"),
        (["counts"], "{" * 300, 3, "is no value as Python writes it"),
        (["counts"], "<b>1</b>" * 500, 3, "characters"),
        (["counts"], "{'a': 1}", None, "Say what comes next"),
        (["nothing"], "", "return", "Write what is returned"),
    ],
)
def test_what_can_not_be_judged_is_told_and_stays(asked: AppTest, names, value, following, words) -> None:
    fill(asked, names, value, following)
    press(asked, "guess_check")
    assert words in problem(asked)
    assert "cwm-panel cwm-world" not in html(asked)
    if "counts" in names:
        assert asked.text_input(key=f"guess_value_{STEP - 1}_counts").value == value


def test_not_sure_counts_and_skipping_does_not(asked: AppTest) -> None:
    press(asked, "guess_skip")
    assert "You skipped this step" in html(asked)
    assert "Right on the same steps" not in html(asked)
    press(asked, "step_next")
    press(asked, "guess_unsure")
    assert headline(asked) == "Not sure"
    assert "you <b>0</b> of 1, world model <b>1</b> of 1" in html(asked)


def test_nobody_is_forced(asked: AppTest) -> None:
    press(asked, "step_next")
    assert asked.query_params["step"] == str(STEP + 1)
    shown(asked.toggle, "w_predict").set_value(False).run()
    assert "cwm-panel cwm-world" in html(asked)
    assert "predict" not in asked.query_params


def test_a_model_that_was_shown_another_program_is_not_compared(app: AppTest) -> None:
    app.query_params.update({"predict": "on", "bug": BUG, "step": str(PARTING)})
    app.run()
    fill(app, ["counts"], "{'a': 2}")
    press(app, "guess_check")
    assert headline(app) == "Right"
    assert "the world model has no answer to compare yet" in html(app)


def test_it_works_before_the_models_are_there(app: AppTest, client: Client) -> None:
    client.state, client.sentence = "loading", "The models are opening."
    app.query_params.update({"predict": "on", "step": str(STEP)})
    app.run()
    press(app, "guess_unsure")
    assert "no answer to compare yet" in html(app)
    client.arrive()
    app.run()
    assert "world model <b>1</b> of 1" in html(app)


def test_names_of_a_program_are_never_markup(app: AppTest) -> None:
    code = "def f(t):\n    s = t + '<img src=x>'\n    return s\n\nf('<b>')  # << START_OF_TRACE\n"
    app.query_params.update({"code": pack(code), "predict": "on", "step": "3"})
    app.run()
    assert "&lt;b&gt;" in html(app)
    app.button_group(key="guess_names_2").set_value(["s"]).run()
    app.text_input(key="guess_value_2_s").input("'<img src=y>'")
    app.selectbox(key="guess_next_2").set_value(3)
    press(app, "guess_check")
    assert "<img" not in html(app)
