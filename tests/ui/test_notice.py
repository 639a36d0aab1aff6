"""Chapter 06 under the stepper: there, folded, and out of the way of a talk."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from cwm_demo.course.chapters import load_course, neighbours, prose
from cwm_demo.course.quiz import load_quiz
from tests.ui.conftest import html

FOLD = "Chapter 06"


def fold(app: AppTest):
    return next((part for part in app.expander if part.label.startswith(FOLD)), None)


def test_it_is_folded_and_holds_the_whole_chapter(app: AppTest) -> None:
    text = html(app.run())
    chapter = load_course()["06"]
    part = fold(app)
    assert part is not None and part.proto.expanded is False
    said = "\n".join(element.value for element in part.markdown)
    assert "Press Inject bug" in said and "[\\[1\\]](#source-deck" in said
    assert all(sentence.replace("'", "&#x27;") in text for sentence in chapter.remember)
    links = [element.proto.label for element in app.get("page_link")]
    for near in neighbours("06"):
        assert near is None or f"{near.number} · {near.title}" in links
    assert prose(chapter).keys() == {"notice"}


def test_its_questions_are_checked_without_leaving_the_step(app: AppTest) -> None:
    app.run()
    app.button(key="step_next").click().run()
    for key, question in load_quiz("06").items():
        right = next(option.text for option in question.options if option.right)
        app.radio(key=f"quiz_06_{key}").set_value(right)
        app.button(key=f"quiz_06_{key}_check").click().run()
        assert question.why in "\n".join(element.value for element in app.markdown)
    assert app.query_params["step"] == "2"


def test_a_talk_is_not_disturbed(app: AppTest) -> None:
    app.query_params["present"] = "on"
    app.run()
    assert fold(app) is None
