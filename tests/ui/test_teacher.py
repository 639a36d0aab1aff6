"""The teacher's room: links that hide the answers, a handout for each chapter, ten questions."""

from __future__ import annotations

import re
from concurrent.futures import wait
from html import unescape
from urllib.parse import parse_qsl, urlparse

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.course.chapters import load_course
from cwm_demo.course.quiz import load_quiz
from cwm_demo.course.teacher import load_teacher_questions
from cwm_demo.ui.experiment import bug_search, prepare
from cwm_demo.ui.teacher.handout import by_hand
from cwm_demo.ui.teacher.links import exercises
from cwm_demo.ui.url import Place, from_query
from tests.ui.conftest import Client, html, not_yet_run

BUG = "4:wrong-start-value"


@pytest.fixture
def page(client: Client) -> AppTest:
    """The page, not yet run."""
    return not_yet_run("pages/teacher.py")


def text(app: AppTest) -> str:
    return "\n".join([html(app), *(block.value for block in app.markdown)])


def made(app: AppTest) -> Place:
    """The place that the link which was put together leads to."""
    address = unescape(re.search(r'cwm-teacher-box">.*?data-copy="([^"]*)"', html(app), re.DOTALL)[1])
    path, query = urlparse(address).path, dict(parse_qsl(urlparse(address).query))
    place, notes = from_query(query)
    assert (path, notes) == ("stepper", [])
    return place


def test_a_link_is_put_together_with_the_answers_hidden(page: AppTest) -> None:
    page.run()
    assert made(page) == Place(predict=True)
    page.selectbox(key="link_program").set_value("gcd").run()
    page.selectbox(key="link_mode").set_value("imagine").run()
    page.selectbox(key="link_predict").set_value("off").run()
    assert made(page) == Place(program="gcd", mode="imagine")
    assert page.query_params["link_program"] in ("gcd", ["gcd"])


def test_a_link_leads_to_where_the_bug_shows(page: AppTest) -> None:
    page.query_params.update({"link_bug": BUG, "link_from": "bug"})
    page.run()
    assert made(page) == Place(bug=BUG, step=4, predict=True)
    wait([bug_search(prepare(Place()))])
    page.run()
    assert page.selectbox(key="link_bug").value == BUG
    assert len(page.selectbox(key="link_bug").options) > 5
    page.selectbox(key="link_program").set_value("gcd").run()  # which has no such bug
    assert made(page).bug is None


def test_every_exercise_is_a_link_to_a_page_that_is_there() -> None:
    slugs = {chapter.slug for chapter in load_course().values() if chapter.exists}
    found = exercises()
    assert len({address for _, _, address in found}) == len(found) > len(slugs)
    assert {urlparse(address).path for _, _, address in found} == slugs


def test_each_chapter_has_a_handout_and_hides_its_answers(page: AppTest) -> None:
    page.query_params.update({"part": "handout", "chapter": "03"})
    page.run()
    assert page.selectbox(key="chapter").value == "03"
    for number, chapter in load_course().items():
        shown = text(page.selectbox(key="chapter").set_value(number).run())
        assert chapter.remember[0] in unescape(shown)
        whys = [question.why for question in load_quiz(number).values() if "[^" not in question.why]
        assert "☒" not in shown and not any(why in shown for why in whys)
    for number in ("00", "06"):
        page.selectbox(key="chapter").set_value(number).run()
        shown = text(page.segmented_control(key="answers").set_value("on").run())
        quiz = load_quiz(number).values()
        assert shown.count("☒") == sum(len(question.right_options) for question in quiz)
    assert page.query_params["answers"] in ("on", ["on"])


def test_a_run_by_hand_is_empty_for_the_class_and_filled_for_the_teacher() -> None:
    empty, filled = by_hand("tally", False), by_hand("tally", True)
    assert empty.count("<tr>") == filled.count("<tr>") == 10
    assert "{&#x27;a&#x27;: 1}" not in empty and "counts = {&#x27;a&#x27;: 1}" in filled


def test_model_answers_are_folded_away_until_the_switch_says_otherwise(page: AppTest) -> None:
    page.query_params["part"] = "questions"
    shown = text(page.run())
    for question in load_teacher_questions():
        assert question.ask in shown and question.answer not in shown
    page.query_params["answers"] = "on"
    page.segmented_control(key="answers").set_value("on").run()
    for question in load_teacher_questions():
        assert question.answer in text(page)
