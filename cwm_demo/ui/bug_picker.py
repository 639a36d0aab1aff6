"""Inject bug: line and kind, or a random one by a seed, or a line written by hand; and revert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from cwm_demo.programs.bugs import BY_HAND, MAX_CHARACTERS, Bug, find_bug, hand_made, random_bug
from cwm_demo.programs.program import ProgramError
from cwm_demo.render import highlight
from cwm_demo.rollout.verdict import parting
from cwm_demo.ui import state
from cwm_demo.ui.experiment import Experiment, bug_search, prepare

HAND = BY_HAND.name  # in the list of kinds: the visitor writes the line


def bug_picker(setting: Experiment) -> bool:
    """Shows the bugs that are known to matter. Returns whether all are known already."""
    with st.container(key="cwm-bugs", horizontal=True, vertical_alignment="bottom", gap="small"):
        if not setting.intended.frames:
            return True
        offered, all_known = _offered(setting)
        _pickers(setting, offered)
        by_hand = st.session_state.w_bug == HAND
        if by_hand:
            _line_by_hand()
        st.button(
            "Inject bug",
            icon=":material/bug_report:",
            key="inject",
            type="primary",
            disabled=setting.bug is not None and setting.bug.id == st.session_state.w_bug,
            on_click=_inject_by_hand if by_hand else lambda: inject(st.session_state.w_bug),
            args=(setting,) if by_hand else (),
        )
        st.button("Revert", icon=":material/undo:", key="revert", disabled=not setting.bug, on_click=revert)
        if not by_hand:
            _random(offered)
        _say(setting, bool(offered), all_known)
        return all_known


def _offered(setting: Experiment) -> tuple[list[Bug], bool]:
    """The operators' bugs that are known to matter, and whether all are known."""
    search = bug_search(setting) if setting.mutants else None
    all_known = search is None or search.done()
    offered = search.result() if search and all_known and not search.exception() else []
    if not offered and setting.bug and not setting.bug.by_hand:
        offered = [setting.bug]
    return offered, all_known


def _say(setting: Experiment, any_offered: bool, all_known: bool) -> None:
    problem = st.session_state.get("hand_problem")
    if problem and st.session_state.w_bug == HAND:
        st.html(f'<p class="cwm-note cwm-reason" role="alert">{highlight.plain(problem)}</p>')
        return
    words = setting.bug.why if setting.bug else ""
    if not words and not all_known:
        words = "Looking for bugs that show …"
    elif not words and not any_offered:
        words = "None of our bugs changes what this call does: try another call, or write one yourself."
    if words:
        st.html(f'<p class="cwm-quiet cwm-reason">{highlight.plain(words)}</p>')


def inject(bug_id: str) -> None:
    """Injects the bug and goes to the step at which it first matters."""
    state.go(bug=bug_id)
    setting = prepare(state.place())
    part = parting(setting.intended, setting.truth)
    state.jump(step=part if part is not None else state.place().step)


def _inject_by_hand(setting: Experiment) -> None:
    """Injects what the visitor wrote, or says what is wrong with it and leaves it in its field."""
    typed = st.session_state
    try:
        bug = hand_made(setting.program.source, typed.w_line, typed.w_hand)
    except ProgramError as error:
        typed.hand_problem = f"{str(error)[:1].upper()}{str(error)[1:]}."
        return
    typed.hand_problem = None
    inject(bug.id)


def revert() -> None:
    st.session_state.reverted = state.place().bug
    state.go(bug=None)


def bug_switch(setting: Experiment) -> None:
    """One button, for a talk: takes the bug away, or puts it in again, else the first that matters."""
    if setting.bug:
        st.button("Revert", icon=":material/undo:", key="revert", on_click=revert)
        return
    wanted = st.session_state.get("reverted")
    if wanted is None or not _exists(setting, wanted):
        offered, _ = _offered(setting)
        wanted = offered[0].id if offered else None
    st.button(
        "Inject bug",
        icon=":material/bug_report:",
        key="inject",
        disabled=wanted is None,
        on_click=lambda: inject(wanted),
    )


def _exists(setting: Experiment, bug_id: str) -> bool:
    try:
        return bool(find_bug(setting.mutants, bug_id, setting.program.source))
    except ProgramError:
        return False


def _random(offered: Sequence[Bug]) -> None:
    st.number_input("Seed", min_value=0, max_value=9_999, step=1, key="w_seed", width=110)
    st.button(
        "Random bug",
        icon=":material/casino:",
        key="random",
        help="The same seed gives the same bug. Each press goes on to the next seed.",
        disabled=not offered,
        on_click=_inject_random,
        args=(offered,),
    )


def _inject_random(offered: Sequence[Bug]) -> None:
    seed = st.session_state.w_seed
    inject(random_bug(offered, seed).id)
    st.session_state.w_seed = (seed + 1) % 10_000


def _pickers(setting: Experiment, offered: Sequence[Bug]) -> None:
    """Two lists, set to the injected bug whenever that has changed, else to the line with most to offer."""
    chosen, bug = st.session_state, setting.bug
    lines = setting.program.source.split("\n")
    count = Counter(bug.line for bug in offered)
    if bug and chosen.get("picked") != bug.id:
        chosen.w_line, chosen.w_bug = bug.line, HAND if bug.by_hand else bug.id
        if bug.by_hand:
            chosen.w_hand, chosen.hand_of = bug.after.strip(), (setting.program.source, bug.line)
    chosen.picked = bug.id if bug else None
    written = [number for number, line in enumerate(lines, 1) if line.strip()]
    if chosen.get("w_line") not in written:
        chosen.w_line = count.most_common(1)[0][0] if count else written[-1]
    # Told with every run: one that is cut short by a poll leaves a browser with its own first entry.
    chosen.w_line = chosen.w_line
    st.selectbox("Line", written, format_func=lambda n: f"line {n}", key="w_line", width=110)
    here = {bug.id: _label(bug) for bug in offered if bug.line == chosen.w_line}
    here[HAND] = "Write it yourself …"
    if chosen.get("w_bug") not in here:
        chosen.w_bug = next(iter(here))
    chosen.w_bug = chosen.w_bug
    st.selectbox("Kind of bug", list(here), format_func=lambda i: here.get(i, i), key="w_bug", width=380)
    if chosen.get("hand_of") != (setting.program.source, chosen.w_line):
        chosen.w_hand, chosen.hand_problem = lines[chosen.w_line - 1].strip(), None
        chosen.hand_of = (setting.program.source, chosen.w_line)


def _line_by_hand() -> None:
    st.session_state.w_hand = st.session_state.w_hand  # a field that is not always there keeps its text so
    st.text_input(
        f"Line {st.session_state.w_line} reads",
        key="w_hand",
        max_chars=MAX_CHARACTERS,
        width=330,
        help="The same indentation is kept. The other lines stay as they are.",
    )


def _label(bug: Bug) -> str:
    return f"{bug.title}: {bug.after.strip()}"
