"""Each chapter with a page: it opens without an exception, frames its content and leads on."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cwm_demo.course.chapters import Chapter, load_course, neighbours, prose
from cwm_demo.workshop.exercises import load_exercises
from tests.ui.conftest import ROOT, Client, html

CHAPTERS = [c for c in load_course().values() if c.exists and c.number != "06"]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_a_chapter_opens_and_leads_on(chapter: Chapter, client: Client) -> None:
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run().switch_page(chapter.page).run()
    text = html(app)
    assert chapter.remember[0].replace("'", "&#x27;") in text
    links = [element.proto.label for element in app.get("page_link")]
    for near in neighbours(chapter.number):
        assert near is None or f"{near.number} · {near.title}" in links
    shown = "\n".join(element.value for element in app.markdown)
    for exercise in load_exercises() if chapter.number == "09" else ():  # one at a time
        app.query_params["exercise"] = exercise
        shown += "\n".join(element.value for element in app.run().markdown)
    for key, section in prose(chapter).items():
        first = section.splitlines()[0].split("[^")[0]
        assert first in shown, f"section {key} is not on the page"
