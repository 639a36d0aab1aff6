"""Inject bug: line and kind, or a random one by a seed, and revert."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from cwm_demo.programs.bugs import Bug, random_bug
from cwm_demo.rollout.verdict import parting
from cwm_demo.ui import highlight, state
from cwm_demo.ui.experiment import Experiment, bug_search, prepare


def bug_picker(setting: Experiment) -> bool:
    """Shows the bugs that are known to matter. Returns whether all are known already."""
    with st.container(key="cwm-bugs", horizontal=True, vertical_alignment="bottom", gap="small"):
        if not setting.mutants:
            return True
        search = bug_search(setting)
        all_known = search.done()
        offered = search.result() if all_known and not search.exception() else []
        if not offered and not setting.bug:
            words = "None of our bugs changes what this call does: try another call."
            st.html(f'<p class="cwm-quiet">{words if all_known else "Looking for bugs that show …"}</p>')
            return all_known
        _pickers(setting, offered or [setting.bug])
        st.button(
            "Inject bug",
            icon=":material/bug_report:",
            key="inject",
            type="primary",
            disabled=setting.bug is not None and setting.bug.id == st.session_state.w_bug,
            on_click=lambda: inject(st.session_state.w_bug),
        )
        st.button("Revert", icon=":material/undo:", key="revert", disabled=not setting.bug, on_click=revert)
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
        if setting.bug:
            st.html(f'<p class="cwm-quiet cwm-reason">{highlight.plain(setting.bug.why)}</p>')
        return all_known


def inject(bug_id: str) -> None:
    """Injects the bug and goes to the step at which it first matters."""
    state.go(bug=bug_id)
    setting = prepare(state.place())
    part = parting(setting.intended, setting.truth)
    state.go(step=part if part is not None else state.place().step)


def revert() -> None:
    st.session_state.reverted = state.place().bug
    state.go(bug=None)


def bug_switch(setting: Experiment) -> None:
    """One button, for a talk: takes the bug away, or puts it in again, else the first that matters."""
    if setting.bug:
        st.button("Revert", icon=":material/undo:", key="revert", on_click=revert)
        return
    known = [bug.id for bug in setting.mutants]
    wanted = st.session_state.get("reverted")
    if wanted not in known:
        search = bug_search(setting) if known else None
        offered = search.result() if search and search.done() and not search.exception() else []
        wanted = offered[0].id if offered else None
    st.button(
        "Inject bug",
        icon=":material/bug_report:",
        key="inject",
        disabled=wanted is None,
        on_click=lambda: inject(wanted),
    )


def _inject_random(offered: Sequence[Bug]) -> None:
    seed = st.session_state.w_seed
    inject(random_bug(offered, seed).id)
    st.session_state.w_seed = (seed + 1) % 10_000


def _pickers(setting: Experiment, offered: Sequence[Bug]) -> None:
    """Two lists, set to the injected bug whenever that has changed, else to the line with most to offer."""
    chosen = st.session_state
    count = Counter(bug.line for bug in offered)
    if setting.bug and chosen.get("picked") != setting.bug.id:
        chosen.w_line, chosen.w_bug = setting.bug.line, setting.bug.id
    chosen.picked = setting.bug.id if setting.bug else None
    if chosen.get("w_line") not in count:
        chosen.w_line = count.most_common(1)[0][0]
    st.selectbox("Line", sorted(count), format_func=lambda n: f"line {n}", key="w_line", width=110)
    here = {bug.id: bug for bug in offered if bug.line == chosen.w_line}
    if chosen.get("w_bug") not in here:
        chosen.w_bug = next(iter(here))
    st.selectbox("Kind of bug", list(here), format_func=lambda i: _label(here[i]), key="w_bug", width=380)


def _label(bug: Bug) -> str:
    return f"{bug.title}: {bug.after.strip()}"
