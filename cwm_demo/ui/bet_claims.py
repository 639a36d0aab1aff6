"""Which sentence is not so? An explanation that reads well, and the trace that settles it."""

from __future__ import annotations

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.rollout.explanation import Checked, Explanation, checked, first_wrong, load_explanations
from cwm_demo.ui.experiment import trace
from cwm_demo.ui.paper import print_only

NONE = "None: all of it is so"


def claims() -> None:
    with st.container(key="cwm-claims", border=True):
        explanation = _chosen()
        key = explanation.key
        run = trace(explanation.marked, None, trusted=True)
        found = checked(explanation, run)
        left, right = st.columns([2, 3], gap="medium")
        with left:
            st.html(_program(explanation))
        with right:
            said = [claim.text for claim in explanation.claims]
            guess = st.radio(
                "Which sentence is the first that is not so?",
                range(len(said) + 1),
                format_func=lambda i: f"{i + 1}. {said[i]}" if i < len(said) else NONE,
                index=None,
                key=f"bet_guess_{key}",
                persist_state="session",
            )
        if guess is not None:
            st.html(_verdict(guess, first_wrong(found), explanation))
        st.html(_settled(found, opened=guess is not None))
    st.html(_on_paper(key))


def _chosen() -> Explanation:
    """The explanation that the link asks for, or the visitor. No widget is bound to the link here: what a
    bound one put there stands in the way of writing the function above into it."""
    explanations, state = load_explanations(), st.session_state
    linked = st.query_params.get("case")
    if linked in explanations and linked != state.get("bet_case_linked"):
        state.bet_case = linked
    key = st.selectbox(
        "Program and explanation",
        list(explanations),
        format_func=lambda key: explanations[key].title,
        key="bet_case",
        persist_state="session",
        width=320,
    )
    if key != (linked or next(iter(explanations))):
        st.query_params["case"] = key
    state.bet_case_linked = key
    return explanations[key]


def _program(explanation: Explanation) -> str:
    rows = "\n".join(highlight.lines(explanation.marked.rstrip("\n")))
    numbered = "\n".join(
        f'<b class="cwm-no">{number:>2}</b> {line}' for number, line in enumerate(rows.split("\n"), 1)
    )
    return f'<div class="cwm-claims-program"><pre>{numbered}</pre></div>'


def _verdict(guess: int, wrong: int | None, explanation: Explanation) -> str:
    if guess == (len(explanation.claims) if wrong is None else wrong):
        kind, sign = "right", "✓"
        words = "All of it is so." if wrong is None else "That is where they part."
    else:
        kind, sign = "bug", "✗"
        words = "All of it is so." if wrong is None else f"The first is sentence {wrong + 1}."
    return (
        f'<p class="cwm-quiz-verdict cwm-{kind}" role="status"><span class="cwm-mark">{sign}</span> '
        f"<b>{words}</b> {highlight.plain(explanation.lesson)}</p>"
    )


def _settled(found: list[Checked], opened: bool) -> str:
    """Every sentence with its claim and what the trace says; folded until a guess was made."""
    parted = first_wrong(found)
    rows = []
    for i, said in enumerate(found):
        mark = "✓ so" if said.holds else "✗ not so"
        actual = (
            "not run that often" if said.actual is None else f"<code>{highlight.code(said.actual)}</code>"
        )
        rows.append(
            f'<tr class="{"cwm-parted" if i == parted else ""}">'
            f'<th scope="row">{i + 1}. {highlight.plain(said.claim.text)}</th>'
            f"<td>{highlight.plain(said.claim.about)}</td>"
            f'<td data-label="said:"><code>{highlight.code(said.claim.value)}</code></td>'
            f'<td data-label="trace:">{actual}</td><td>{mark}</td></tr>'
        )
    head = "<tr><th>The explanation</th><th>speaks of</th><th>says</th><th>the trace says</th><th></th></tr>"
    return (
        f"<details{' open' if opened else ''}><summary>Hold every sentence against the trace</summary>"
        f'<table class="cwm-claims"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table></details>'
    )


def _on_paper(shown: str) -> str:
    """The other explanations, for print: what is on the screen is one of them."""
    parts = [
        f"<h3>{highlight.plain(other.title)}</h3>{_program(other)}"
        f"{_settled(checked(other, trace(other.marked, None, trusted=True)), opened=False)}"
        f"<p>{highlight.plain(other.lesson)}</p>"
        for key, other in load_explanations().items()
        if key != shown
    ]
    return print_only("".join(parts))
