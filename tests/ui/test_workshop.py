"""Chapter 09: each exercise is said what it takes, kept in the URL, and checked by what really ran."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cwm_demo.ui.url import pack
from cwm_demo.workshop import tracer
from cwm_demo.workshop.exercises import load_exercises
from tests.ui.conftest import Client, html

ROOT = Path(__file__).parents[2]
MISTAKES = tracer.FOLDER / "mistakes"


@pytest.fixture
def page(client: Client) -> AppTest:
    """The page, not yet run."""
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.run()
    return app.switch_page("pages/09_workshop.py")


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
    assert any(f"## {exercise.time.lower()}" in block.value.lower()[:80] for block in page.markdown) or any(
        exercise.time.lower() in block.value.lower() for block in page.markdown
    )


def test_a_link_to_no_exercise_leads_to_the_first(page: AppTest) -> None:
    page.query_params["exercise"] = "<b>"
    shown = html(page.run())
    assert f"<b>Takes</b> {next(iter(load_exercises().values())).time.lower()}" in shown


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
