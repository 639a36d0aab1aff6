"""A question on a page: answered first, then explained. `cwm_demo/course/quiz.py` checks the answer.

What was answered stays in the visitor's session, also on other pages. A wrong answer may be changed; what was
typed is never lost.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from cwm_demo.course.quiz import Question, Verdict, check, load_quiz
from cwm_demo.render import highlight
from cwm_demo.ui.sources import Citations

SIGNS = {"right": ("✓", "Right."), "wrong": ("✗", "Not quite."), "unusable": ("!", "Not an answer yet.")}
KINDS = {"right": "right", "wrong": "bug", "unusable": "wrong"}  # colours of assets/styles/tokens.css


def ask(number: str, key: str, citations: Citations) -> None:
    """Draws question `key` of chapter `number`."""
    question = load_quiz(number)[key]
    _draw(number, question, citations)


@st.fragment
def _draw(number: str, question: Question, citations: Citations) -> None:
    name = f"quiz_{number}_{question.key}"
    with st.container(key=f"cwm-quiz-{number}-{question.key}", border=True):
        st.markdown(f"**Question.** {citations.markdown(question.ask)}")
        if question.code:
            code = "\n".join(highlight.lines(question.code.strip("\n")))
            st.html(f'<pre class="cwm-quiz-code"><code>{code}</code></pre>')
        given = _input(question, name)
        st.button("Check", key=f"{name}_check", on_click=_keep, args=(question, name))
        asked = st.session_state.get("quiz_given", {})
        if name in asked and asked[name] == given:
            _explain(question, check(question, given), citations)


def _keep(question: Question, name: str) -> None:
    """What stands in the widgets now is the answer."""
    state = st.session_state
    if question.kind == "many":
        given = [option.text for i, option in enumerate(question.options) if state.get(f"{name}_{i}")]
    else:
        given = state.get(name)
    state.setdefault("quiz_given", {})[name] = given


def _input(question: Question, name: str) -> Any:
    texts = [option.text for option in question.options]
    if question.kind == "one":
        return st.radio(
            "Answer", texts, index=None, key=name, label_visibility="collapsed", persist_state="session"
        )
    if question.kind == "many":
        with st.container(gap="small"):
            return [
                text
                for i, text in enumerate(texts)
                if st.checkbox(text, key=f"{name}_{i}", persist_state="session")
            ]
    return st.text_input(
        "Your answer",
        key=name,
        persist_state="session",
        placeholder="a number" if question.kind == "number" else "a Python value",
    )


def _explain(question: Question, verdict: Verdict, citations: Citations) -> None:
    symbol, words = SIGNS[verdict.state]
    st.html(
        f'<p class="cwm-quiz-verdict cwm-{KINDS[verdict.state]}" role="status">'
        f'<span class="cwm-mark">{symbol}</span> <b>{words}</b> {highlight.plain(verdict.message)}</p>'
    )
    if verdict.state != "unusable":
        st.markdown(citations.markdown(question.why))
