"""A diagnostic for a team, on any page: `diagnostic()`. Its data is assets/course/diagnostic.toml."""

from __future__ import annotations

import streamlit as st

from cwm_demo.course.diagnostic import from_letters, load_diagnostic, to_letters

NAME = "team"  # in the URL: a letter for each answer


def diagnostic() -> None:
    """Five questions, and once all are answered an honest answer."""
    loaded, state = load_diagnostic(), st.session_state
    linked = from_letters(loaded, st.query_params.get(NAME, ""))
    answers: dict[str, str] = {}
    with st.container(key="cwm-diagnostic", border=True):
        for number, asked in enumerate(loaded.questions, 1):
            key = f"team_{asked.key}"
            if key not in state:
                state[key] = linked.get(asked.key)
            st.radio(
                f"**{number}.** {asked.ask}",
                list(asked.options),
                index=None,
                format_func=asked.options.get,
                key=key,
                persist_state="session",
            )
            if state[key] is not None:
                answers[asked.key] = state[key]
        _answer(answers)
    letters = to_letters(loaded, answers)
    if not answers:
        st.query_params.pop(NAME, None)
    elif st.query_params.get(NAME) != letters:
        st.query_params[NAME] = letters


def _answer(answers: dict[str, str]) -> None:
    loaded = load_diagnostic()
    said = loaded.conclude(answers)
    if said is None:
        left = len(loaded.open(answers))
        words = f"{left} question{'s' * (left > 1)} left. The answer comes after the last."
        st.html(f'<p class="cwm-quiet" role="status">{words}</p>')
        return
    with st.container(key="cwm-diagnostic-answer"):
        st.markdown(f"### {said.title}")
        st.markdown(said.text)
        for remark in loaded.remarks_on(answers):
            st.markdown(remark.text)
        st.markdown(f"**One thing to do:** {said.next}")
        st.caption(
            "Made from your answers by fixed rules, in this browser’s session; nobody else sees them. "
            "A questionnaire knows your team less well than ten of its failures do."
        )
