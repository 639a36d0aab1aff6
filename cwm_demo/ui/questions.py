"""Chapter 01's exercise: a question about a run, answered by the visitor first, then by all others.

`cwm_demo/course/questions.py` holds the questions and their checking, `questions_answers.py` beside this file
the answers of the models and of Python.
"""

from __future__ import annotations

import streamlit as st

from cwm_demo.course.questions import (
    Question,
    Reading,
    check,
    extract,
    load_questions,
    problem_with,
    python_says,
    size_problem,
)
from cwm_demo.course.quiz import Verdict
from cwm_demo.programs.program import marked
from cwm_demo.render import highlight
from cwm_demo.trace.frame import Trace
from cwm_demo.ui import questions_place
from cwm_demo.ui.editor import problem_with as syntax_problem
from cwm_demo.ui.experiment import trace
from cwm_demo.ui.paper import print_only
from cwm_demo.ui.questions_answers import answers, verdict_html
from cwm_demo.ui.url import LinkTooLong, Place, to_query

SHOW_ME = ""  # what is kept as the answer of whoever asked to be shown


def four_questions() -> None:
    """The whole exercise."""
    notes = questions_place.load()
    _exercise(tuple(notes))
    st.html(_on_paper())


@st.fragment
def _exercise(notes: tuple[str, ...]) -> None:
    _choose()
    question = questions_place.current()
    for note in notes:
        st.html(f'<p class="cwm-note" role="status">{highlight.plain(note)}</p>')
    with st.container(key="cwm-ex"):
        left, right = st.columns([6, 5], gap="large")
        html_problem = _problem(question)
        with left:
            if size_problem(question.code) is None:
                st.html(_program(question))
            _edit(question, html_problem)
        with right:
            if html_problem:
                st.html("<p>Once the program can run, the question is asked here.</p>")
            else:
                _ask(question)
    if not html_problem:
        _after(question)
    if too_long := questions_place.show_in_url():
        st.html(f'<p class="cwm-note" role="status">{highlight.plain(too_long)}</p>')


def _problem(question: Question) -> str | None:
    """Why the question can't be asked, as HTML."""
    if size := size_problem(question.code):
        return highlight.plain(size)
    if syntax := syntax_problem(question.code, question.call):
        return syntax
    place = problem_with(question)
    return highlight.plain(place) if place else None


def _choose() -> None:
    titles = {key: f"{question.order}. {question.title}" for key, question in load_questions().items()}
    st.session_state.ex_choice = st.session_state.ex_key
    st.segmented_control(
        "Question",
        list(titles),
        format_func=titles.get,
        required=True,
        key="ex_choice",
        on_change=lambda: st.session_state.update(ex_key=st.session_state.ex_choice),
        label_visibility="collapsed",
    )


def _program(question: Question) -> str:
    """The program with its lines numbered, the one that is asked about marked, and the call."""
    rows = []
    for number, html in enumerate(highlight.lines(question.code.rstrip("\n")), 1):
        here = number == question.line and question.kind in ("value", "filled")
        mark = ' class="cwm-now"' if here else ""
        rows.append(f'<li{mark}><span class="cwm-no">{number}</span><code>{html}</code></li>')
    call = f'<p class="cwm-ex-call"><span>called as</span> <code>{highlight.code(question.call)}</code></p>'
    return f'<div class="cwm-ex-program"><ol>{"".join(rows)}</ol>{call}</div>'


def _edit(question: Question, problem: str | None) -> None:
    """The program, its call and what is asked about, to be changed. What was typed stays, also when wrong."""
    if problem:
        st.html(f'<div class="cwm-problem" role="alert">{problem}</div>')
    with (
        st.container(key="cwm-noprint-edit"),
        st.expander("Change the program", expanded=bool(problem), icon=":material/edit:"),
    ):
        _field(
            question,
            "code",
            "Program",
            lambda key, take: st.text_area("Program", key=key, on_change=take, height=260),
        )
        with st.container(horizontal=True):
            _field(question, "call", "Call", lambda key, take: st.text_input("Call", key=key, on_change=take))
            if question.kind in ("value", "filled"):
                _field(
                    question,
                    "line",
                    "Line",
                    lambda key, take: st.number_input(
                        "Line", min_value=0, step=1, key=key, on_change=take, width=120
                    ),
                )
                label = "Variable" if question.kind == "value" else "Entry"
                _field(
                    question,
                    "name",
                    label,
                    lambda key, take: st.text_input(label, key=key, on_change=take, width=180),
                )
        if questions_place.is_changed():
            st.button(
                "Take ours back", icon=":material/undo:", key="ex_back", on_click=questions_place.take_back
            )


def _field(question: Question, field: str, label: str, draw) -> None:
    key = f"ex_{field}_{question.key}"
    if key not in st.session_state:
        st.session_state[key] = getattr(question, field)
    draw(key, lambda: questions_place.change(field, st.session_state[key]))


def _ask(question: Question) -> None:
    """The question, and a place for the visitor's answer."""
    st.markdown(f"### {question.ask()}")
    key = f"ex_mine_{question.key}"
    _input(question, key)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "This is my answer",
            type="primary",
            key="ex_answer",
            on_click=lambda: _keep(question, st.session_state[key] or " "),
        )
        st.button(
            "Show me",
            key="ex_show",
            help="Without an answer of your own",
            on_click=lambda: _keep(question, SHOW_ME),
        )
    asked, kept = _kept(question)
    if asked and kept != SHOW_ME:
        verdict = check(question, kept, _truth(question)[1])
        st.html(verdict_html(verdict, "Your answer"))


def _input(question: Question, key: str) -> None:
    match question.kind:
        case "ends" | "filled":
            st.radio(
                "Your answer",
                ["yes", "no"],
                index=None,
                horizontal=True,
                format_func=str.capitalize,
                key=key,
                persist_state="session",
            )
        case "printed":
            st.text_area(
                "Your answer, as it stands on the screen",
                key=key,
                height=120,
                placeholder="a line each; (nothing) if nothing",
                persist_state="session",
            )
        case _:
            st.text_input(
                "Your answer",
                key=key,
                placeholder="a Python value, such as 3 or 'abc'",
                persist_state="session",
            )


def _same(question: Question) -> tuple:
    """What an answer was given to: another program is another question."""
    return question.key, question.code, question.call, question.line, question.name


def _keep(question: Question, given: str) -> None:
    st.session_state.setdefault("ex_given", {})[_same(question)] = given


def _kept(question: Question) -> tuple[bool, str]:
    given = st.session_state.get("ex_given", {})
    return _same(question) in given, given.get(_same(question), "")


def _truth(question: Question) -> tuple[Trace, Reading]:
    run = trace(marked(question.code, question.call), None, trusted=not questions_place.is_changed())
    return run, python_says(question, run)


def _after(question: Question) -> None:
    """What is shown once the visitor has answered, or has asked to be shown."""
    asked, kept = _kept(question)
    run, truth = _truth(question)
    if not asked or (kept != SHOW_ME and truth.value is not None and _unusable(question, kept, truth)):
        st.html('<p class="cwm-ex-wait">The two models and Python answer after you.</p>')
        return
    answers(question, run, truth)
    st.markdown(question.lesson)
    _step_through(question)
    _other_assistant(question, truth)


def _unusable(question: Question, given: str, truth: Reading) -> bool:
    return check(question, given, truth).state == "unusable"


def _step_through(question: Question) -> None:
    try:
        query = to_query(Place(code=question.code, call=question.call, mode="imagine"))
    except LinkTooLong:
        return
    st.page_link(
        "pages/stepper.py", label="Step through this run", icon=":material/footprint:", query_params=query
    )


def _other_assistant(question: Question, truth: Reading) -> None:
    with (
        st.container(key="cwm-noprint-other"),
        st.expander("Ask another assistant, and check what it says", icon=":material/forum:"),
    ):
        st.markdown(
            "Copy this into any assistant that you use. Ask once as it stands, and once with the last "
            "sentence replaced by *Think step by step*."
        )
        st.code(prompt(question), language=None, wrap_lines=True)
        pasted = st.text_area(
            "Its answer",
            key=f"ex_other_{question.key}",
            height=120,
            placeholder="Paste the whole answer: the last value in it counts.",
            persist_state="session",
        )
        if pasted and pasted.strip():
            st.html(verdict_html(_other_verdict(question, pasted, truth), "Its answer"))


def _other_verdict(question: Question, pasted: str, truth: Reading) -> Verdict:
    found = extract(question, pasted)
    if found is None:
        too_long = check(question, pasted, truth)
        if len(pasted) > 1_000 and too_long.state == "unusable" and "limit" in too_long.message:
            return too_long
        return Verdict("unusable", "No answer was found in it. Paste the value alone, or its last sentence.")
    verdict = check(question, found, truth)
    shown = found.strip().replace("\n", " ⏎ ")
    return Verdict(verdict.state, f"Read as: {shown[:200]}. {verdict.message}")


def prompt(question: Question) -> str:
    """The question for an assistant elsewhere."""
    lines = question.code.rstrip("\n").split("\n")
    numbered = "\n".join(f"{number:2}  {line}" for number, line in enumerate(lines, 1))
    ask = question.ask().replace("`", "")
    return (
        f"Here is a Python program, with line numbers:\n\n{numbered}\n\nIt is called as {question.call}\n\n"
        f"{ask} Don’t run it. Answer with the value alone, without any explanation."
    )


def _on_paper() -> str:
    """The other questions, for print: what is on the screen is one of them."""
    parts = []
    for question in load_questions().values():
        if question.key != st.session_state.ex_key:
            ask = highlight.plain(question.ask().replace("`", ""))
            parts.append(f"<h3>{highlight.plain(question.title)}</h3><p>{ask}</p>{_program(question)}")
    return print_only("".join(parts))
