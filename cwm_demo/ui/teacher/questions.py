"""Ten questions that test understanding. Model answers are folded away, and open where the URL says so."""

from __future__ import annotations

import streamlit as st

from cwm_demo.course.chapters import load_course
from cwm_demo.course.teacher import TeacherQuestion, load_teacher_questions
from cwm_demo.ui.teacher.links import link_html


def questions(answers: bool) -> None:
    st.markdown(
        "To be asked aloud, or on paper: no machine marks them. Each has a model answer, what to listen for, "
        "and the misunderstanding that is heard most."
    )
    with st.container(key="cwm-teacher-questions"):
        for number, question in enumerate(load_teacher_questions(), 1):
            _question(number, question, answers)


def _question(number: int, question: TeacherQuestion, answers: bool) -> None:
    st.markdown(f"**{number}.** {question.ask}")
    if not answers:
        st.html('<p class="cwm-blank"></p><p class="cwm-blank"></p>')
        return
    chapter = load_course()[question.chapter]
    with st.expander("Model answer", expanded=True):
        st.markdown(question.answer)
        st.markdown(f"**Listen for.** {question.listen}")
        st.markdown(f"**Heard most.** {question.mistake}")
        st.html(link_html(question.place, f"{chapter.number} · {chapter.title}"))
