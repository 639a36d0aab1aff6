"""Chapter 07's questionnaire. `cwm_demo/course/tool.py` weighs the answers; they are in the link."""

from __future__ import annotations

import streamlit as st

from cwm_demo.course.tool import Advice, Option, ToolQuestion, advise, load_tool
from cwm_demo.render import highlight
from cwm_demo.ui.linked import keep, restore
from cwm_demo.ui.paper import print_only

SIGNS = {"for": ("+", "speaks for it"), "against": ("−", "speaks against it"), "out": ("✗", "rules it out")}
SIGNS["open"] = ("·", "leaves it open")
KINDS = {"for": "right", "against": "wrong", "out": "bug", "open": "open"}  # colours of tokens.css
HEADS = {
    "yes": ("✓", "right", "A task for a code world model."),
    "try": ("△", "wrong", "Worth a try: measure it against a plain code model on your own cases."),
    "no": ("✗", "bug", "Not the right tool, as things stand."),
    "unfinished": ("…", "open", "No advice yet."),
}


@st.fragment
def questionnaire() -> None:
    """Six questions, and the advice beside its reasons."""
    questions = load_tool()
    with st.container(key="cwm-tool"):
        columns = st.columns(2, gap="large")
        for i, question in enumerate(questions):
            with columns[i * 2 // len(questions)]:
                _ask(i + 1, question)
    keep({_key(question): None for question in questions})
    advice = advise({question.key: st.session_state[_key(question)] for question in questions})
    st.html(_advice(advice))
    if advice.reasons:
        st.button("Start over", icon=":material/undo:", key="tool_again", on_click=_clear)
    st.html(on_paper())


def _key(question: ToolQuestion) -> str:
    return f"tool_{question.key}"


def _ask(number: int, question: ToolQuestion) -> None:
    options = {option.key: option.text for option in question.options}
    restore(_key(question), None, [None, *options])
    st.radio(
        f"**{number}. {question.ask}**",
        list(options),
        index=None,
        format_func=options.get,
        key=_key(question),
    )


def _clear() -> None:
    for question in load_tool():
        st.session_state[_key(question)] = None


def on_paper() -> str:
    """What every answer speaks for, for print: on the screen it is said of those that were chosen."""
    parts = [
        f"<h3>{number}. {highlight.plain(question.ask)}</h3><ul>"
        + "".join(f"<li>{_reason(option)}</li>" for option in question.options)
        + "</ul>"
        for number, question in enumerate(load_tool(), 1)
    ]
    return print_only("".join(parts), also="cwm-advice")


def _reason(option: Option) -> str:
    mark, words = SIGNS[option.speaks]
    return (
        f'<b class="cwm-{KINDS[option.speaks]}"><span class="cwm-mark">{mark}</span> '
        f"{highlight.plain(option.text)}: {words}.</b> {highlight.plain(option.why)}"
    )


def _advice(advice: Advice) -> str:
    mark, kind, words = HEADS[advice.verdict]
    if advice.verdict == "unfinished":
        words += f" {advice.missing} question{'s' * (advice.missing > 1)} to go."
    reasons = "".join(f"<li>{_reason(option)}</li>" for _, option in advice.reasons)
    listed = f"<ul>{reasons}</ul>" if reasons else ""
    return (
        f'<div class="cwm-advice" role="status"><p class="cwm-advice-head cwm-{kind}">'
        f'<span class="cwm-mark">{mark}</span> <b>{words}</b></p>{listed}</div>'
    )
