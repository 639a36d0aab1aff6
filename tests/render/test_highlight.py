"""Whatever a program or a model wrote is shown as text, never trusted as markup."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from cwm_demo.render import highlight

SPANS = re.compile(r'</?span(?: class="[a-z0-9]+")?>')


@given(st.text(st.characters(blacklist_categories=("Cc", "Cf", "Cs"))))
def test_a_line_of_code_reads_as_it_was_written(line: str) -> None:
    html = highlight.lines(line)[0]
    assert unescape(SPANS.sub("", html)) == line


@given(st.text())
def test_nothing_of_the_source_is_markup(source: str) -> None:
    for html in highlight.lines(source):
        assert "<" not in SPANS.sub("", html)


def test_there_is_a_line_for_each_line_of_the_source() -> None:
    assert len(highlight.lines('x = """a\nb"""\n\n')) == 4


def test_what_can_not_be_seen_is_shown_by_its_code() -> None:
    assert highlight.plain("a\u202eb\x00") == "a⟨U+202E⟩b⟨U+0000⟩"
