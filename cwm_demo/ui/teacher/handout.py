"""A page of paper for each chapter: what it is about, its questions to answer by hand, what to remember.

Made of the files that the chapter itself is made of, so that it never says anything else. With the answers it
is the teacher's copy.
"""

from __future__ import annotations

import streamlit as st

from cwm_demo.course.chapters import Chapter, load_course
from cwm_demo.course.questions import load_questions
from cwm_demo.course.quiz import Question, load_quiz
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.render import highlight
from cwm_demo.render.effect import rows
from cwm_demo.trace.frame import Frame
from cwm_demo.ui.experiment import trace
from cwm_demo.ui.linked import keep, restore
from cwm_demo.ui.sources import Citations
from cwm_demo.ui.url import DEFAULT_PROGRAM

START = {"chapter": "00"}
LINE = '<p class="cwm-blank" aria-label="room for an answer"></p>'
RUN_BY_HAND = "06"  # the chapter whose handout has a run to be traced by hand


def handout(answers: bool) -> None:
    chapters = load_course()
    with st.container(key="cwm-noprint-handout"):
        restore("chapter", START["chapter"], chapters)
        st.selectbox(
            "Chapter",
            list(chapters),
            format_func=lambda number: f"{number} · {chapters[number].title}",
            key="chapter",
            width=420,
        )
    chapter = chapters[st.session_state.chapter]
    copy = " · with answers" if answers else ""
    st.html(
        f'<header class="cwm-handout"><p>Code World Models, chapter {chapter.number}{copy} · Name: '
        f'<span class="cwm-blank-name"></span></p><h2>{highlight.plain(chapter.title)}</h2>'
        f"<p>{highlight.plain(chapter.lead)}</p></header>"
    )
    citations = Citations([])
    with st.container(key="cwm-handout"):
        for number, question in enumerate(load_quiz(chapter.number).values(), 1):
            _question(number, question, answers, citations)
        if chapter.number == "01":
            _programs()
        if chapter.number == RUN_BY_HAND:
            st.html(by_hand(DEFAULT_PROGRAM, answers))
    st.html(_foot(chapter))
    if sources := citations.list_html():
        st.html(sources)
    keep(START)


def _question(number: int, question: Question, answers: bool, citations: Citations) -> None:
    st.markdown(f"**{number}.** {citations.markdown(question.ask)}")
    if question.code:
        st.code(question.code, language="python")
    if question.options:
        hint = "Choose all that are right." if question.kind == "many" else "Choose one."
        items = "".join(
            f"<li>{'☒' if answers and option.right else '☐'} {highlight.plain(option.text)}</li>"
            for option in question.options
        )
        st.html(f'<p class="cwm-quiet">{hint}</p><ul class="cwm-boxes">{items}</ul>')
    elif answers:
        st.html(f"<p><b>Answer:</b> <code>{highlight.plain(question.answer)}</code></p>")
    else:
        st.html(LINE)
    if answers:
        st.markdown(citations.markdown(question.why))


def _programs() -> None:
    """The chapter's four questions about a run. Their answers are Python's, on the chapter's page."""
    for question in load_questions().values():
        st.markdown(question.ask())
        st.code(f"{question.code}\n{question.call}", language="python")
        st.html(LINE)


def by_hand(name: str, answers: bool) -> str:
    """A table to be filled in: for each line that runs, what it does. The answers are the real run's."""
    program = load_catalogue()[name]
    run = trace(marked(program.source, program.call), None, trusted=True)
    cells = []
    for frame, after in zip(run.frames, run.frames[1:]):
        if frame.event == "line" and after.activation == frame.activation:
            done = highlight.plain(_done(after, frame)) if answers else ""
            number = f'<td class="cwm-no">{frame.line}</td>'
            cells.append(
                f"<tr>{number}<td><code>{highlight.code(frame.source.strip())}</code></td><td>{done}</td></tr>"
            )
    code = "\n".join(highlight.lines(program.source.rstrip()))
    return (
        f"<h3>Be the world model</h3><p>For each line that runs: which variable gets which value? The call "
        f"is <code>{highlight.code(program.call or '')}</code>.</p><pre>{code}</pre>"
        '<table class="cwm-by-hand"><tr><th>line</th><th></th><th>what it does</th></tr>'
        f"{''.join(cells)}</table>"
    )


def _done(after: Frame, before: Frame) -> str:
    if after.event in ("return", "exception"):
        return f"{'returns' if after.event == 'return' else 'raises'} {after.value}"
    changed = [f"{row.name} = {row.new}" for row in rows(after, before) if row.kind != "untouched"]
    return "; ".join(changed) or "nothing changes"


def _foot(chapter: Chapter) -> str:
    remember = "".join(f"<li>{highlight.plain(sentence)}</li>" for sentence in chapter.remember)
    at_the_screen = f"<p><b>At the screen:</b> {highlight.plain(chapter.tour)}</p>" if chapter.exists else ""
    return (
        f'<section class="cwm-remember"><h2>What to remember</h2><ul>{remember}</ul></section>{at_the_screen}'
        f"<p>My own question about this chapter:</p>{LINE}"
    )
