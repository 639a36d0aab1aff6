"""What every chapter shares: questions, citations, figures' words, and results that may be missing."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cwm_demo.course.chapters import load_sources
from cwm_demo.ui.figures import measured
from cwm_demo.ui.sources import Citations
from tests.ui.conftest import ROOT, Client, html


@pytest.fixture
def overview(client: Client) -> AppTest:
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    return app.switch_page("pages/00_overview.py").run()


def test_a_choice_is_answered_first_and_then_explained(overview: AppTest) -> None:
    why = "the comparison of our two models"
    assert why not in "".join(element.value for element in overview.markdown)
    overview.button(key="quiz_00_what-differs_check").click().run()
    assert "Nothing is chosen yet" in html(overview)
    options = overview.radio(key="quiz_00_what-differs").options
    for option, words in ((options[1], "Not quite."), (options[2], "Right.")):
        overview.radio(key="quiz_00_what-differs").set_value(option)
        overview.button(key="quiz_00_what-differs_check").click().run()
        assert f"<b>{words}</b>" in html(overview)
        assert why in "".join(element.value for element in overview.markdown)


def test_another_choice_takes_the_verdict_away(overview: AppTest) -> None:
    radio = overview.radio(key="quiz_00_what-differs")
    radio.set_value(radio.options[2])
    overview.button(key="quiz_00_what-differs_check").click().run()
    overview.radio(key="quiz_00_what-differs").set_value(radio.options[0]).run()
    assert "cwm-quiz-verdict" not in html(overview)


def test_all_that_are_right_must_be_chosen(overview: AppTest) -> None:
    for index in (0, 1, 3):
        assert "<b>Right.</b>" not in html(overview)
        overview.checkbox(key=f"quiz_00_why-code_{index}").set_value(True)
        overview.button(key="quiz_00_why-code_check").click().run()
    assert "<b>Right.</b>" in html(overview)


def test_an_answer_is_still_there_after_a_visit_elsewhere(overview: AppTest) -> None:
    option = overview.radio(key="quiz_00_what-differs").options[2]
    overview.radio(key="quiz_00_what-differs").set_value(option)
    overview.button(key="quiz_00_what-differs_check").click().run()
    overview.switch_page("pages/01_execution.py").run()
    overview.switch_page("pages/00_overview.py").run()
    assert overview.radio(key="quiz_00_what-differs").value == option
    assert "<b>Right.</b>" in html(overview)


def test_citations_are_numbered_and_reported_ones_are_marked() -> None:
    citations = Citations(["card", "stages"])
    assert citations.markdown("A.[^card] B.[^stages]").startswith('A.[\\[1\\]](#source-card "')
    assert "[2, reported]" in citations.html("stages")
    assert "[3]" in citations.html("report")
    listed = citations.list_html()
    assert [listed.index(f'id="source-{key}"') for key in ("card", "stages", "report")]
    assert listed.count("reported, not confirmed") == 1
    with pytest.raises(KeyError):
        citations.number("nobody")
    assert Citations([]).list_html() == ""
    assert all("<" not in source.title for source in load_sources().values())


def test_a_result_says_where_it_comes_from_or_what_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    missing = measured(path, "make results")
    assert missing.data is None and "make results" in missing.line
    path.write_text('{"value": 3, "command": "python -m x", "date": "2026-11-23", "commit": "abc"}')
    found = measured(path)
    assert found.data["value"] == 3
    assert found.line == "Measured by python -m x, 2026-11-23, commit abc."
    for text in ("{", "[1]"):
        path.write_text(text)
        assert measured(path).data is None


def test_the_overview_opens_without_any_result(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from cwm_demo.ui import figures

    monkeypatch.setattr(figures, "ROOT", Path("/nowhere"))
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    text = html(app.switch_page("pages/00_overview.py").run())
    assert "Not measured yet: make train" in text
    assert "evaluate catalogue" in text
