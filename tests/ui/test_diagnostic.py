"""The questionnaire on chapter 09's page: an answer after the last question, and everything in the link."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.course.diagnostic import load_diagnostic
from tests.ui.conftest import Client, not_yet_run

LETTERS = "aabaa"


def text(app: AppTest) -> str:
    assert not app.exception, app.exception
    return "\n".join([*(block.value for block in app.markdown), *(e.proto.body for e in app.get("html"))])


@pytest.fixture
def page(client: Client) -> AppTest:
    return not_yet_run("pages/09_workshop.py")


def test_the_answer_comes_after_the_last_question(page: AppTest) -> None:
    page.run()
    loaded = load_diagnostic()
    assert "5 questions left" in text(page)
    answers = {
        "check": "none",
        "fails": "behaviour",
        "running": "dear",
        "simulator": "yes",
        "attempts": "one",
    }
    for number, asked in enumerate(loaded.questions, 1):
        page.radio(key=f"team_{asked.key}").set_value(answers[asked.key]).run()
        assert ("questions left" in text(page)) == (number < 4)
    assert "what is missing may be a world model" in text(page)
    assert page.query_params["team"] in (LETTERS, [LETTERS])


def test_a_link_brings_the_answers_back(page: AppTest) -> None:
    page.query_params["team"] = LETTERS
    page.run()
    assert page.radio(key="team_fails").value == "behaviour"
    assert "what is missing may be a world model" in text(page)
    page.radio(key="team_running").set_value("cheap").run()
    assert "Let it run its candidates" in text(page)
