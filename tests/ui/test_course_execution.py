"""Chapter 01: a visitor answers, then the models and Python do; whatever is typed stays."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cwm_demo.ui.url import pack
from tests.ui.conftest import ROOT, Client, html

WAIT = "answer after you"
LONG = "x = 1\n" * 10_000


@pytest.fixture
def chapter(client: Client) -> AppTest:
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    client.asked = 0  # by Home
    return app.switch_page("pages/01_execution.py").run()


def choose(app: AppTest, key: str) -> AppTest:
    return app.button_group(key="ex_choice").set_value(key).run()


def answer(app: AppTest) -> AppTest:
    return app.button(key="ex_answer").click().run()


def give(app: AppTest, text: str) -> AppTest:
    app.text_input(key="ex_mine_value").set_value(text)
    return answer(app)


def test_nothing_is_told_before_the_visitor_has_answered(chapter: AppTest, client: Client) -> None:
    assert WAIT in html(chapter)
    assert client.asked == 0
    assert "cwm-ex-answers" not in html(chapter)


def test_a_right_answer_and_then_those_of_the_models_and_python(chapter: AppTest) -> None:
    text = html(give(chapter, "7"))
    assert "Your answer: <b>Right.</b>" in text
    for words in ("Text model", "World model", "ran it, 12 steps", "The run that it imagined"):
        assert words in text
    assert WAIT not in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("8", "<b>Not quite.</b>"),
        ("", "There is no answer yet"),
        ("seven", "This is no Python value"),
        ("9" * 30_000, "30,000 characters"),
    ],
)
def test_a_wrong_empty_or_absurd_answer_is_told_and_kept(chapter: AppTest, given: str, words: str) -> None:
    text = html(give(chapter, given))
    assert words in text
    assert (WAIT in text) == (words != "<b>Not quite.</b>")
    assert chapter.text_input(key="ex_mine_value").value == given


@pytest.mark.parametrize(("key", "true", "false"), [("ends", "no", "yes"), ("filled", "no", "yes")])
def test_yes_or_no(chapter: AppTest, key: str, true: str, false: str) -> None:
    choose(chapter, key)
    for given, words in ((true, "Right."), (false, "Not quite.")):
        chapter.radio(key=f"ex_mine_{key}").set_value(given)
        assert f"Your answer: <b>{words}</b>" in html(answer(chapter))


def test_what_is_printed_and_being_shown(chapter: AppTest) -> None:
    choose(chapter, "printed")
    text = html(chapter.button(key="ex_show").click().run())
    assert '<pre class="cwm-ex-value">3\n1\ngo</pre>' in text
    assert "Your answer" not in text
    chapter.text_area(key="ex_mine_printed").set_value("3\n1\ngo")
    assert "Your answer: <b>Right.</b>" in html(answer(chapter))


def test_a_changed_program_is_another_question(chapter: AppTest) -> None:
    give(chapter, "7")
    chapter.text_input(key="ex_call_value").set_value("average([4, 7, 13])").run()
    assert WAIT in html(chapter)
    assert chapter.query_params["call"] == "average([4, 7, 13])"
    assert "Your answer: <b>Right.</b>" in html(give(chapter, "8"))
    chapter.button(key="ex_back").click().run()
    assert "average([<" in html(chapter).replace("[4", "[<") and "call" not in chapter.query_params


def test_another_line_and_variable(chapter: AppTest) -> None:
    chapter.number_input(key="ex_line_value").set_value(4).run()
    chapter.text_input(key="ex_name_value").set_value("total").run()
    text = html(give(chapter, "4"))
    assert "Your answer: <b>Right.</b>" in text
    assert "after the first time" in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (LONG, "10,000 lines"),
        ("", "The program is empty"),
        ("def average(:\n    pass\n", "Python can’t read it: line 1"),
        ("<script>alert(1)</script>", "Python can’t read it"),
    ],
)
def test_a_program_that_can_not_run_is_told_and_kept(chapter: AppTest, code: str, words: str) -> None:
    chapter.text_area(key="ex_code_value").set_value(code).run()
    text = html(chapter)
    assert words in text
    assert "<script>" not in text
    assert chapter.text_area(key="ex_code_value").value == code


def test_a_program_without_an_answer_is_told(chapter: AppTest) -> None:
    chapter.text_input(key="ex_call_value").set_value("average([])").run()
    text = html(give(chapter, "7"))
    assert "Line 5 raises ZeroDivisionError" in text


def test_a_link_brings_the_changed_question_back(client: Client) -> None:
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    code = "def launch(n):\n    print(n + 1)\n"
    app.query_params.update({"question": "printed", "code": pack(code), "call": "launch(1)"})
    app.switch_page("pages/01_execution.py").run()
    app.query_params.update({"question": "printed", "code": pack(code), "call": "launch(1)"})
    app.run()
    assert app.text_area(key="ex_code_printed").value == code
    app.query_params.update({"question": "nothing", "code": "§", "line": "many"})
    text = html(app.run())
    for words in ("no question “nothing”", "“code” can’t be read", "“line” can’t be read"):
        assert words in text


def test_another_assistants_answer_is_held_against_python(chapter: AppTest) -> None:
    give(chapter, "7")
    box = chapter.text_area(key="ex_other_value")
    assert "Read as: 7." in html(box.set_value("The sum is 21, so x is **7**.").run())
    assert "Its answer: <b>Wrong.</b>" in html(box.set_value("x is 10").run())
    assert "No answer was found" in html(box.set_value("Hard to say").run())
    assert "30,000 characters" in html(box.set_value("z" * 30_000).run())


def test_missing_models_are_told(chapter: AppTest, client: Client) -> None:
    client.state, client.sentence = "missing", "There is no model in <models>."
    text = html(give(chapter, "7"))
    assert text.count("There is no model in &lt;models&gt;.") == 2
    assert "ran it, 12 steps" in text


def test_models_that_are_late_are_waited_for(chapter: AppTest, client: Client) -> None:
    client.state, client.sentence = "loading", "The models are opening."
    text = html(give(chapter, "7"))
    assert text.count("The models are opening.") == 2
    client.arrive()
    assert "The run that it imagined" in html(chapter.run())


def test_models_that_take_long_can_be_stopped_and_asked_again(chapter: AppTest, client: Client) -> None:
    client.state = "loading"
    give(chapter, "7")
    world = next(future for future, answer in client.waiting if isinstance(answer, list))
    world.so_far = (None, None)
    assert "2 steps so far" in html(chapter.run())
    chapter.button(key="ex_models_stop").click().run()  # it is there from the second look on
    assert len(client.released) == len(client.waiting)
    text = html(chapter.run())
    assert text.count("Stopped before it had finished.") == 2
    client.state = "ready"
    chapter.button(key="ex_models_again").click().run()
    assert "The run that it imagined" in html(chapter)
