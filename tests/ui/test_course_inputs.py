"""Whatever is typed into a field of a chapter: the page stands, says something, and keeps the text."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cwm_demo.course.chapters import Chapter, load_course
from tests.ui.conftest import ROOT, Client, html

WITH_FIELDS = [c for c in load_course().values() if c.number in ("01", "02", "03", "04")]
TEXTS = {
    "empty": " ",
    "absurd": "<b>\u202e((( 1e999 None",
    "ten thousand lines": "x = 1\n" * 10_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("chapter", WITH_FIELDS, ids=lambda chapter: chapter.number)
def test_every_field_takes_any_text(chapter: Chapter, text: str, client: Client) -> None:
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run().switch_page(chapter.page).run()
    fields = [*app.text_area, *app.text_input]
    assert fields, "this chapter has no field any more"
    for field in fields:
        field.set_value(text)
    for button in app.button:
        if button.label in ("Check", "Trace it", "This is my answer"):
            button.click()
    app.run()
    said = html(app)
    assert any(f"cwm-{kind}" in said for kind in ("problem", "note", "quiz-verdict", "ex-wait"))
    assert "<b>\u202e" not in said
    kept = {field.key: field.value for field in (*app.text_area, *app.text_input)}
    typed = {field.key for field in fields} & kept.keys()  # no answer is asked for while a program can't run
    assert typed and {kept[key] for key in typed} == {text}
