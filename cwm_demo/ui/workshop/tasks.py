"""The twenty minutes' tasks on the page: a link of the stepper is brought, run, predicted and checked."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from cwm_demo.course.quiz import Verdict
from cwm_demo.predict.client import ModelName
from cwm_demo.programs.program import load_catalogue
from cwm_demo.render import highlight
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.verdict import parting
from cwm_demo.ui import models
from cwm_demo.ui.experiment import OWN, Experiment, prepare, visitor
from cwm_demo.ui.messages import about_the_run
from cwm_demo.ui.mirror import mirror
from cwm_demo.ui.models import SPARE_FRAMES
from cwm_demo.ui.quiz import KINDS, SIGNS
from cwm_demo.ui.state import run_again
from cwm_demo.ui.url import CHOICES, Place, from_query, to_query
from cwm_demo.ui.workshop import asking, place
from cwm_demo.ui.workshop.hint import hint, likely_places
from cwm_demo.workshop.tasks import Found, LinkProblem, Task, check, load_tasks, places_to_look, read_link

PLACE = (
    "program",
    "code",
    "call",
    "stdin",
    "bug",
    "mode",
    "read",
)  # of the stepper's query, what a task needs
LOOKED_AT = 24  # places, when the app looks
LOOKED_IN = 12  # programs, the shortest: the models are quick there
AT_ONCE = 4  # places in one run of the page
CHOICE = {
    "read": {"intended": "As meant", "candidate": "With the bug"},
    "mode": {"replay": "Step by step", "imagine": "On its own"},
}


@dataclass(frozen=True, slots=True)
class _Looked:
    """A place, looked at: a verdict, or why there is none (yet)."""

    place: Place
    setting: Experiment
    verdict: Verdict | None = None
    waiting: str = ""  # a sentence
    questions: list[tuple[Future, ModelName]] = field(default_factory=list)  # that are open
    notes: tuple[str, ...] = ()


def tasks(linked: bool) -> None:
    task = _choose()
    st.markdown(f"### {task.title}\n\n{task.ask}")
    st.page_link(
        "pages/stepper.py",
        label="Begin on the stepper",
        icon=":material/footprint:",
        query_params={**task.start, "step": "1"},
    )
    hint(task)
    _bring(task, linked)
    _choose_here(task)
    if problem := st.session_state.get("ws_link_problem"):
        st.html(f'<div class="cwm-problem" role="alert">{highlight.plain(problem)}</div>')
    elif brought := _brought():
        _shown(task, _look_at(task, "task", brought, _line(), place.get("expects")))
    _look(task)
    on_paper(task.key)


def on_paper(shown: str = "") -> None:
    """The other tasks, for print: what is on the screen is one of them."""
    with st.container(key="cwm-print-only-tasks"):
        for task in load_tasks().values():
            if task.key != shown:
                st.markdown(f"### {task.title}\n\n{task.ask}")


def _choose() -> Task:
    found, solved = load_tasks(), st.session_state.setdefault("ws_solved", set())
    key = place.get("task", next(iter(found)))
    st.session_state.ws_task = key if key in found else next(iter(found))
    st.segmented_control(
        "Task",
        list(found),
        format_func=lambda key: (
            ("✓ " if key in solved else "") + f"{list(found).index(key) + 1}. {found[key].title}"
        ),
        required=True,
        key="ws_task",
        on_change=_task_changed,
        label_visibility="collapsed",
    )
    st.caption(f"{len(solved)} of {len(found)} found.")
    return found[st.session_state.ws_task]


def _task_changed() -> None:
    state = st.session_state
    place.put(task=state.ws_task, line=None, expects=None, **dict.fromkeys(PLACE))
    for name in ("ws_link", "ws_line", "ws_expects", "ws_link_problem", "ws_look"):
        state.pop(name, None)


# --- what a visitor brings ---


def _brought() -> dict[str, str]:
    """The stepper's query that is to be checked; empty before there is one."""
    return {name: place.get(name) for name in PLACE if place.get(name)}


def _line() -> int | None:
    text = place.get("line")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _bring(task: Task, linked: bool) -> None:
    state = st.session_state
    if linked:
        state.ws_line, state.ws_expects = _line(), place.get("expects")
        state.pop("ws_link_problem", None)
    with st.form("ws_bring", border=False):
        st.text_area(
            "The link to what you found",
            key="ws_link",
            height=68,
            persist_state="session",
            placeholder="https://…/stepper?program=…",
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            if task.asks_line:
                st.number_input(
                    "Line", min_value=1, step=1, value=None, key="ws_line", width=120, persist_state="session"
                )
            if task.asks_answer:
                st.text_input(
                    "What the call should give, where no check is known for it",
                    key="ws_expects",
                    width=420,
                    placeholder="a Python value",
                    persist_state="session",
                )
            st.form_submit_button(
                "Check", type="primary", icon=":material/check:", key="ws_task_check", on_click=_take
            )


def _take() -> None:
    """Goes on to the link, or says what is wrong with it. Without one, what is there already is checked."""
    state = st.session_state
    line, expects = state.get("ws_line"), (state.get("ws_expects") or "").strip()
    place.put(line=str(line) if line else None, expects=expects or None)
    state.ws_link_problem = None
    text = state.get("ws_link") or ""
    if not text.strip() and _brought():
        return
    try:
        query = read_link(text)
    except LinkProblem as problem:
        state.ws_link_problem = str(problem)
        return
    _put(query)


def _put(query: Mapping[str, str]) -> None:
    place.put(**{name: query.get(name) for name in PLACE})


def _choose_here(task: Task) -> None:
    """The same without a link: a program, one of the bugs that our operators make, what is shown, and how."""
    with st.expander("Or choose it here", icon=":material/tune:", expanded=False):
        brought, _ = from_query(_brought() or task.start)
        setting = prepare(brought)
        titles = {name: program.title for name, program in load_catalogue().items()}
        if brought.code is not None:
            titles[OWN] = "Your own program"
        name = OWN if brought.code is not None else setting.program.name
        bugs = {"": "no bug"} | {bug.id: f"line {bug.line} · {bug.after.strip()}" for bug in setting.mutants}
        if setting.bug:
            bugs.setdefault(setting.bug.id, f"line {setting.bug.line} · {setting.bug.after.strip()}")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.selectbox(
                "Program",
                list(titles),
                format_func=titles.get,
                **mirror("ws_program", name, _program_chosen),
                width=260,
            )
            st.selectbox(
                "Bug",
                list(bugs),
                format_func=lambda key: bugs.get(key, key),
                **mirror("ws_bug", setting.bug.id if setting.bug else "", _bug_chosen),
                width=340,
            )
            for field_name, label in (("read", "The model is shown"), ("mode", "It predicts")):
                value = getattr(brought, field_name)
                st.segmented_control(
                    label,
                    CHOICES[field_name],
                    format_func=CHOICE[field_name].get,
                    required=True,
                    **mirror(f"ws_{field_name}", value, partial(_choice_made, field_name)),
                )


def _program_chosen(name: str) -> None:
    _chosen(program=name, code=None, call=None, bug=None, stdin=None)


def _bug_chosen(key: str) -> None:
    _chosen(bug=key or None)


def _choice_made(name: str, value: str) -> None:
    _chosen(**{name: value if value != CHOICES[name][0] else None})


def _chosen(**changes: str | None) -> None:
    """Changes what is checked; begins at the place that the fields show."""
    if changes.get("program") == OWN:
        return
    if not _brought():
        _put(load_tasks()[st.session_state.ws_task].start)
    place.put(**changes)
    st.session_state.ws_link_problem = None
    st.session_state.pop("ws_link", None)


# --- looking at a place ---


def _look_at(
    task: Task, name: str, query: Mapping[str, str], line: int | None = None, expects: str = ""
) -> _Looked:
    """Runs and asks about a place. NAME keeps its questions apart from others."""
    where, notes = from_query(query)
    setting = prepare(where)
    notes = (*notes, *setting.notes)
    if not setting.truth.frames:
        return _Looked(where, setting, notes=notes)
    put = question(setting.intended, setting.truth, where.read)
    frames = max(len(setting.intended.frames), len(setting.truth.frames)) + SPARE_FRAMES

    def ask() -> Future:
        client = models.client()
        if where.mode == "imagine":
            return client.imagine(put.source, frames, visitor=visitor())
        return client.replay(put.source, put.draft, put.complete, visitor=visitor())

    about = setting.intended.source, setting.truth.source, setting.stdin, where.mode, where.read
    asked: list[tuple[Future, ModelName]] = [(asking.ask(f"{name}_world", about, ask), "world")]
    if task.asks_text_model:
        for which, source in (("meant", setting.intended.source), ("buggy", setting.truth.source)):
            future = asking.ask(
                f"{name}_{which}",
                source,
                lambda source=source: models.client().lines(source, visitor=visitor()),
            )
            asked.append((future, "text"))
    for future, model in asked:
        if asking.result(future) is None:
            waiting = models.why_missing(future, model)
            still = [(f, m) for f, m in asked if not asking.settled(f, m)]
            return _Looked(where, setting, waiting=waiting, questions=still, notes=notes)
    answers = [asking.result(future) for future, _ in asked]
    joined = rollout(
        setting.intended,
        setting.truth,
        setting.case,
        mode=where.mode,
        read=where.read,
        predictions=answers[0],
        guesses=None,
    )
    verdict = check(task, Found(joined, setting.bug, line, expects, *answers[1:]))
    return _Looked(where, setting, verdict=verdict, notes=notes)


def _shown(task: Task, looked: _Looked) -> None:
    """What was checked, and the verdict."""
    setting, where = looked.setting, looked.place
    bug = ", no bug"
    if setting.bug:
        bug = f" with <code>{highlight.plain(setting.bug.after.strip())}</code> in line {setting.bug.line}"
    html = (
        f'<p class="cwm-ws-checked">Checked: <b>{highlight.plain(setting.program.title)}</b>, '
        f"<code>{highlight.plain(setting.case.call or 'its own lines')}</code>"
        f"{bug}; the model is shown the program "
        f"{CHOICE['read'][where.read].lower()}, {CHOICE['mode'][where.mode].lower()}.</p>"
    )
    notes = [*map(highlight.plain, looked.notes), *about_the_run(setting.truth)]
    html += "".join(f'<p class="cwm-note" role="status">{note}</p>' for note in notes)
    if looked.verdict is not None:
        symbol, words = SIGNS[looked.verdict.state]
        words = {"right": "Found.", "wrong": "Not yet."}.get(looked.verdict.state, words)
        html += (
            f'<p class="cwm-quiz-verdict cwm-{KINDS[looked.verdict.state]}" role="status">'
            f'<span class="cwm-mark">{symbol}</span> <b>{words}</b> '
            f"{highlight.plain(looked.verdict.message)}</p>"
        )
    elif looked.waiting and not looked.questions:
        html += f'<p class="cwm-note" role="status">{highlight.plain(looked.waiting)}</p>'
    st.html(f'<div class="cwm-messages">{html}</div>')
    if looked.verdict is not None and looked.verdict.state == "right":
        st.markdown(task.why)
        if task.key not in st.session_state.ws_solved:
            st.session_state.ws_solved.add(task.key)
            run_again()  # the choice above has its tick
    query = {name: value for name, value in _brought().items() if name != "step"}
    st.page_link(
        "pages/stepper.py",
        label="See it on the stepper",
        icon=":material/footprint:",
        query_params={**query, "step": "1"} if query else to_query(where),
    )
    if looked.questions:
        asking.wait("task", *looked.questions)
    else:
        asking.stopped("task")


# --- when the app looks itself ---


def _look(task: Task) -> None:
    state = st.session_state
    if not task.look:
        return
    st.button(
        "Let the app look for one",
        icon=":material/search:",
        key="ws_look_start",
        on_click=_begin_look,
        args=(task.key,),
        help=f"It looks at up to {LOOKED_AT} places, one after the other, with the models as they are now.",
    )
    key, at, said = state.get("ws_look", ("", 0, ""))
    if key != task.key:
        return
    if not said:
        said = _look_on(task, at)
    if said:
        st.html(f'<p class="cwm-note" role="status">{highlight.plain(said)}</p>')


def _begin_look(task: str) -> None:
    asking.forget_stopped("look")
    st.session_state.ws_look = task, 0, ""


def _look_on(task: Task, at: int) -> str:
    """Looks at the next places. What came of it, empty while it goes on."""
    found = _places(task)
    for number in range(at, min(at + AT_ONCE, len(found))):
        query = found[number]
        setting = prepare(from_query(query)[0])
        if setting.bug and parting(setting.intended, setting.truth) is None:
            continue  # this bug changes nothing on this call
        looked = _look_at(task, "look", query)
        if looked.waiting:
            st.session_state.ws_look = task.key, number, ""
            st.html(f'<p class="cwm-note" role="status">Looking: place {number + 1} of {len(found)} …</p>')
            if looked.questions:
                asking.wait("look", *looked.questions)
                return ""
            return looked.waiting
        if looked.verdict is not None and looked.verdict.state == "right":
            _put(query)
            st.session_state.ws_look = (
                task.key,
                number,
                f"The app found one: the {number + 1}. of {len(found)} places where it looks.",
            )
            st.session_state.pop("ws_link_problem", None)
            run_again()
    if at + AT_ONCE < len(found):
        st.session_state.ws_look = task.key, at + AT_ONCE, ""
        run_again()
    said = (
        f"None of the {len(found)} places where the app looked is one. It may be that these models offer "
        "none at all. That is an answer, too; but other programs may have one."
    )
    st.session_state.ws_look = task.key, at, said
    return said


def _places(task: Task) -> list[dict[str, str]]:
    """Those that solved it when it was measured, then the shortest programs."""
    look, first = task.look, likely_places(task)
    programs = sorted(load_catalogue().values(), key=lambda program: len(program.source))
    if look == "programs":
        return places_to_look(look, programs, {}, LOOKED_AT, first)
    short = programs[:LOOKED_IN]
    bugs = {program.name: prepare(Place(program=program.name)).mutants for program in short}
    return places_to_look(look, short, bugs, LOOKED_AT, first)
