"""A chapter's frame: heading and lead above, what to remember, sources and the way on below.

    from cwm_demo.ui.course import chapter

    with chapter("03") as c:
        c.prose("windows")          # section "windows" of assets/course/03-architecture.md
        ...                         # anything else that Streamlit draws
        c.quiz("window")            # question "window" of assets/course/quizzes/03.toml
        st.html(f"<p>... {c.cite_html('card')}</p>")    # a source cited outside of the prose

- A page that exists (the file named in assets/course/course.toml) is in the navigation; nothing else is
  needed. Change the entry of your own chapter there as you like.
- Prose is Markdown as st.markdown reads it: `$` begins a formula and `:name[...]` a colour, so escape a bare
  dollar sign. Headings of sections are `##`. `[^key]` cites a source of assets/course/sources.toml; add what
  is missing there. A source with `confirmed = false` is marked as reported, in the text and in the list.
- A section key is what docs/coverage.md names as the place where a part of the deck is taught.
- What a visitor can be in belongs in the URL: give widgets a key of your chapter's own, such as
  "window_size", with `bind="query-params"`, and text that is too long for it `persist_state="session"`.
- Whatever is folded (expanders, details, tabs) is printed unfolded. Put `class="cwm-noprint"` on HTML, or a
  container key that begins with `cwm-noprint`, around what makes no sense on paper. HTML from
  `paper.print_only`, or a container key that begins with `cwm-print-only`, is seen on paper alone: what a
  choice hides on the screen. Buttons aren't printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import streamlit as st

from cwm_demo.course import chapters
from cwm_demo.course.chapters import load_course
from cwm_demo.ui.quiz import ask
from cwm_demo.ui.sources import Citations


class Chapter:
    """What a page draws inside `with chapter(number)`."""

    def __init__(self, number: str) -> None:
        self.about = load_course()[number]
        self._sections = chapters.prose(self.about)
        self._citations = Citations(chapters.cited("\n".join(self._sections.values())))

    def prose(self, key: str) -> None:
        """Draws a section. Raises KeyError when the chapter has none of that name."""
        with st.container(key=f"cwm-prose-{key}"):
            st.markdown(self._citations.markdown(self._sections[key]))

    def quiz(self, key: str) -> None:
        """Draws a question; it is answered first and explained afterwards."""
        ask(self.about.number, key, self._citations)

    def markdown(self, text: str) -> str:
        """Markdown from another file, with its citations as links."""
        return self._citations.markdown(text)

    def cite(self, key: str) -> str:
        """A citation as Markdown, for text that is not in the chapter's file."""
        return self._citations.markdown(f"[^{key}]")

    def cite_html(self, key: str) -> str:
        """A citation for st.html."""
        return self._citations.html(key)


@contextmanager
def chapter(number: str) -> Iterator[Chapter]:
    """Draws the chapter's head, then what the block draws, then its foot."""
    drawn = Chapter(number)
    about = drawn.about
    st.html(
        f'<header class="cwm-chapter"><p class="cwm-chapter-number">Chapter {about.number} · about '
        f"{about.minutes} minutes</p><h1>{escape(about.title)}</h1>"
        f'<p class="cwm-lead">{escape(about.lead)}</p></header>'
    )
    with st.container(key="cwm-chapter"):
        yield drawn
    foot(drawn)


def foot(drawn: Chapter) -> None:
    """What to remember, the sources, and links to the chapters before and after."""
    remember = "".join(f"<li>{escape(sentence)}</li>" for sentence in drawn.about.remember)
    st.html(f'<section class="cwm-remember"><h2>What to remember</h2><ul>{remember}</ul></section>')
    if sources := drawn._citations.list_html():
        st.html(sources)
    way_on(drawn.about.number)


def way_on(number: str) -> None:
    """Links to the chapters before and after that have a page."""
    before, after = chapters.neighbours(number)
    with st.container(key="cwm-way-on", horizontal=True, horizontal_alignment="distribute"):
        if before:
            st.page_link(before.page, label=f"{before.number} · {before.title}", icon=":material/arrow_back:")
        if after:
            st.page_link(
                after.page,
                label=f"{after.number} · {after.title}",
                icon=":material/arrow_forward:",
                icon_position="right",
            )


def course_pages(menu: str) -> list[st.Page]:
    """The chapters' pages for `st.navigation`, those in `menu`."""
    return [
        st.Page(
            about.page,
            title=f"{about.number} · {about.title}" if menu == "course" else about.title,
            url_path=about.slug,
        )
        for about in load_course().values()
        if about.menu == menu and about.exists
    ]
