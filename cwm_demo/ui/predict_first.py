"""Predict first: the visitor says what a step does before the models' and Python's answers are shown.

The stepper asks `waits` whether a step is still to be guessed. If so it draws `question` in place of the
panels that would give the answer, and hides the marks with `hidden`; else `shown` adds the panel «You».
Guesses stay in the session; the guess itself is read and judged in `rollout/guess.py`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.render.effect import before, differing
from cwm_demo.render.marks import OPEN, RIGHT, WRONG, Mark, sign
from cwm_demo.render.panels import heading, panel
from cwm_demo.rollout.guess import (
    Guess,
    GuessProblem,
    Next,
    as_prediction,
    can_be_guessed,
    judge,
    lines_to_choose,
    names_in_scope,
    read_guess,
)
from cwm_demo.rollout.step import Rollout, Step
from cwm_demo.trace.frame import Frame
from cwm_demo.ui import state
from cwm_demo.ui.mirror import mirror

KEPT = 1_000  # guesses of a session
NOTHING = "nothing"
UNSURE = Mark("after", "–", "not sure")
PARTS = {"line": Mark("wrong", "△", "another line comes next"), "state": Mark("wrong", "△", "other values")}


@dataclass(slots=True)
class Turn:
    """A step that was guessed, or passed over."""

    guess: Guess | None = None  # None when the visitor was not sure, or skipped
    skipped: bool = False
    right: bool = False
    model: bool | None = None  # whether the world model was right; None where that can't be compared


# --- for the stepper ---


def switch() -> None:
    """Turns it on and off."""
    st.toggle(
        "Predict first",
        **mirror("predict", state.place().predict, lambda on: state.go(predict=on)),
        help="Before a step is shown, say what it does. Then your guess stands beside the models’ and "
        "Python’s. The key S shows the step without a guess.",
    )


def waits(rollout: Rollout, step: Step) -> bool:
    """Whether the answer of this step is still covered."""
    return state.place().predict and can_be_guessed(step) and _key(rollout, step) not in _turns()


def hidden(marks: tuple[Mark, ...], step: Step) -> tuple[Mark, ...]:
    """The marks with those from this step on still open: a red one would say where to look."""
    return tuple(mark if index < step.index else OPEN for index, mark in enumerate(marks))


def question(rollout: Rollout, step: Step) -> None:
    """What does this step do? With the values that it starts from."""
    source, frame = rollout.truth.source, before(step) or step.current
    with st.container(key="cwm-predict", gap="small"):
        st.html(
            f"<h2>Your turn: {_asked(step)}?</h2>"
            f'<p class="cwm-given">The models and Python wait.</p>{_values(frame)}'
        )
        with st.container(key="guess_fields", gap="small"):
            _fields(source, step, frame)
        if problem := _problem(rollout, step):
            st.html(f'<p class="cwm-problem" role="alert">{highlight.plain(problem)}</p>')
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Check my guess",
                icon=":material/check:",
                type="primary",
                key="guess_check",
                on_click=_check,
                args=(rollout, step),
            )
            st.button(
                "Not sure", key="guess_unsure", on_click=_take, args=(rollout, step, Turn()), shortcut="U"
            )
            st.button(
                "Skip (S)",
                key="guess_skip",
                type="tertiary",
                on_click=_take,
                args=(rollout, step, Turn(skipped=True)),
                shortcut="S",
            )
        if words := score():
            st.html(f'<p class="cwm-score">{words}</p>')


def shown(rollout: Rollout, step: Step, mark: Mark) -> None:
    """The panel «You», once the step is shown; nothing while predict first is off."""
    turn = _turns().get(_key(rollout, step)) if state.place().predict and can_be_guessed(step) else None
    if turn is None:
        return
    turn.model = {"right": True, "wrong": False}.get(mark.kind)  # else it was asked about another program
    st.html(panel("you", "You", "", f"{_body(turn, rollout, step)}{_score_line()}"))


def score() -> str:
    """How often the visitor and the world model were right on the same steps; empty before the first."""
    asked = [turn for turn in _turns().values() if not turn.skipped]
    if not asked:
        return ""
    words = f"Right on the same steps: you <b>{sum(turn.right for turn in asked)}</b> of {len(asked)}"
    compared = [turn for turn in asked if turn.model is not None]
    if not compared:
        return f"{words}; the world model has no answer to compare yet"
    return f"{words}, world model <b>{sum(bool(turn.model) for turn in compared)}</b> of {len(compared)}"


# --- the question ---


def _fields(source: str, step: Step, frame: Frame | None) -> None:
    number = _number(step)
    names = st.pills(
        "What changes?",
        [NOTHING, *_names(source, frame)],
        selection_mode="multi",
        key=f"guess_names_{number}",
        help="Choose every variable that gets a new value. A change inside a list or a dictionary counts.",
    )
    for name in names:
        if name != NOTHING:
            st.text_input(
                f"{name} becomes",
                (frame.locals.get(name, "") if frame else ""),
                key=f"guess_value_{number}_{name}",
                placeholder="its new value, as Python writes it",
            )
    lines = source.split("\n")
    chosen = st.selectbox(
        "What comes next?",
        [*lines_to_choose(source), "return", "exception"],
        index=None,
        format_func=lambda choice: _choice(choice, lines),
        placeholder="a line, or how the call ends",
        key=f"guess_next_{number}",
    )
    if chosen == "return":
        st.text_input("It returns", key=f"guess_end_{number}", placeholder="None for nothing")
    elif chosen == "exception":
        st.text_input("It raises", key=f"guess_end_{number}", placeholder="the kind of error: KeyError")


def _names(source: str, frame: Frame | None) -> list[str]:
    held = list(frame.locals) if frame else []
    line = frame.line if frame else None
    return list(dict.fromkeys([*held, *(names_in_scope(source, line) if line else ())]))


def _choice(choice: Next, lines: list[str]) -> str:
    if isinstance(choice, int):
        return f"{choice}   {lines[choice - 1].strip()}"
    return "returns: the call ends" if choice == "return" else "raises: an error"


def _asked(step: Step) -> str:
    """The step's heading as a question."""
    line = re.fullmatch(r"What line (\d+) does", heading(step, "does"))
    return f"what does line {line[1]} do" if line else "what happens next"


def _values(frame: Frame | None) -> str:
    if frame is None or not frame.locals:
        return '<p class="cwm-quiet">No variable has a value yet.</p>'
    rows = "".join(
        f'<tr><th scope="row">{highlight.plain(name)}</th><td><code>{highlight.code(value)}</code></td></tr>'
        for name, value in frame.locals.items()
    )
    return f'<p class="cwm-given">The values before:</p><table class="cwm-rows"><tbody>{rows}</tbody></table>'


def _check(rollout: Rollout, step: Step) -> None:
    """Takes the guess, or says what is wrong with it; what was typed stays."""
    typed, number = st.session_state, _number(step)
    chosen = typed.get(f"guess_names_{number}") or None
    names = chosen and [name for name in chosen if name != NOTHING]
    values = {name: typed.get(f"guess_value_{number}_{name}", "") for name in names or ()}
    try:
        if names and len(names) != len(chosen):
            raise GuessProblem("“nothing” and a variable are both chosen: leave one of them out.")
        ending = typed.get(f"guess_end_{number}", "")
        guess = read_guess(names, values, typed.get(f"guess_next_{number}"), ending)
    except GuessProblem as error:
        typed.guess_problem = (_key(rollout, step), str(error))
        return
    right = judge(guess, step, rollout.truth.source) == "match"
    _take(rollout, step, Turn(guess, right=right))


def _take(rollout: Rollout, step: Step, turn: Turn) -> None:
    turns = _turns()
    turns[_key(rollout, step)] = turn
    while len(turns) > KEPT:
        turns.pop(next(iter(turns)))
    st.session_state.guess_problem = None


def _problem(rollout: Rollout, step: Step) -> str | None:
    found = st.session_state.get("guess_problem")
    return found[1] if found and found[0] == _key(rollout, step) else None


def _turns() -> dict[Hashable, Turn]:
    return st.session_state.setdefault("turns", {})


def _key(rollout: Rollout, step: Step) -> Hashable:
    """The step of this very run: the same source may run with other input."""
    frame = step.actual
    seen = (frame.event, frame.line, tuple(frame.locals.items()), frame.value) if frame else ()
    return rollout.truth.source, step.index, seen


def _number(step: Step) -> int:
    return step.index


# --- the answer ---


def _body(turn: Turn, rollout: Rollout, step: Step) -> str:
    if turn.skipped:
        return '<p class="cwm-quiet">You skipped this step; it does not count.</p>'
    if turn.guess is None:
        return f'<p class="cwm-headline">{sign(UNSURE)} <b>Not sure</b></p>'
    said = judge(turn.guess, step, rollout.truth.source)
    mark = RIGHT if said == "match" else PARTS.get(said, WRONG[said])
    words = "Right" if said == "match" else mark.words[0].upper() + mark.words[1:]
    return f'<p class="cwm-headline">{sign(mark)} <b>{words}</b></p>{_guessed(turn.guess, rollout, step)}'


def _guessed(guess: Guess, rollout: Rollout, step: Step) -> str:
    """What the visitor said, each part that is not so with the sign that the models' answers get."""
    said = as_prediction(guess, step, rollout.truth.source).frame
    wrong = _wrong_values(said, step.actual)
    rows = "".join(
        f'<tr class="{"cwm-differs" * (name in wrong)}"><th scope="row">{highlight.plain(name)}</th>'
        f"<td><i>→</i><code>{highlight.code(value)}</code>{_flag(name in wrong)}</td></tr>"
        for name, value in guess.values.items()
    )
    rows += "".join(
        f'<tr class="cwm-differs"><th scope="row">{highlight.plain(name)}</th>'
        f"<td><small>it changes, and you left it out</small>{_flag(True)}</td></tr>"
        for name in sorted(wrong - guess.values.keys())
    )
    nothing = "" if rows else '<p class="cwm-quiet">nothing changes</p>'
    return (
        f'<table class="cwm-rows"><tbody>{rows}</tbody></table>{nothing}{_next(guess, said, rollout, step)}'
    )


def _wrong_values(said: Frame, actual: Frame) -> frozenset[str]:
    names = {*said.locals, *actual.locals}
    if said.event == actual.event:
        return differing(said, actual)
    return frozenset(name for name in names if said.locals.get(name) != actual.locals.get(name))


def _next(guess: Guess, said: Frame, rollout: Rollout, step: Step) -> str:
    actual = step.actual
    wrong = (said.event, said.source, said.value) != (actual.event, actual.source, actual.value)
    if isinstance(guess.next, int):
        line = rollout.truth.source.split("\n")[guess.next - 1].strip()
        what = f'<span>runs next</span><b class="cwm-no">{guess.next}</b><code>{highlight.code(line)}</code>'
    else:
        word = "returns" if guess.next == "return" else "raises"
        what = f"<span>{word}</span><code>{highlight.code(guess.value or '')}</code>"
    return f'<p class="cwm-next{" cwm-differs" * wrong}">{what}{_flag(wrong)}</p>'


def _flag(wrong: bool) -> str:
    return '<b class="cwm-flag" title="your guess and the run differ">differs</b>' if wrong else ""


def _score_line() -> str:
    words = score()
    return f'<p class="cwm-score">{words}</p>' if words else ""
