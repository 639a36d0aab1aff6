"""Chapter 07: where our world model fails, from the result files, with examples that open in the stepper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from cwm_demo.evaluate.evaluate import constructs
from cwm_demo.evaluate.mistakes import MISTAKES, kinds, mistake, telling
from cwm_demo.evaluate.suites import Item, SuiteError, load_suite
from cwm_demo.programs.program import load_catalogue
from cwm_demo.render import highlight
from cwm_demo.ui import overview
from cwm_demo.ui.figures import Measured, measured, role, show
from cwm_demo.ui.linked import keep, restore
from cwm_demo.ui.tables import facts
from cwm_demo.ui.url import LinkTooLong, Place, to_query

SUITES = overview.SUITES | {"drills": "drills (the shortest programs)"}
KINDS = {
    "by_statement": "what has just run",
    "by_construct": "what the program contains",
    "by_length": "how long its run is",
    "by_type": "what kind of value changes",
}
TEN, ALL = "ten that show most", "all"
START = {"fail_suite": "catalogue", "fail_by": "by_statement", "fail_with": TEN}
LONG = 80  # characters of a value that are shown


def result(suite: str) -> Measured:
    path = f"assets/results/{suite}.json"
    return measured(path, f"python -m cwm_demo evaluate {suite} --out {path}")


@st.fragment
def failures() -> None:
    """The choice of a suite and of how to tell its programs apart, the scores, and an example."""
    restore("fail_suite", START["fail_suite"], list(SUITES))
    restore("fail_by", START["fail_by"], list(KINDS))
    with st.container(key="cwm-fail-choice", horizontal=True, gap="large"):
        suite = st.radio("Programs", list(SUITES), format_func=SUITES.get, key="fail_suite")
        by = st.radio("Kept apart by", list(KINDS), format_func=KINDS.get, key="fail_by")
    keep({"fail_suite": START["fail_suite"], "fail_by": START["fail_by"]})
    found = result(suite)
    if found.data:
        _scores(found.data, by, suite)
    found.show()
    if found.data:
        _examples(suite, found.data)


# --- the scores ---


def _scores(data: Mapping[str, Any], by: str, suite: str) -> None:
    import plotly.graph_objects as go

    groups = groups_of(data, by)
    if not groups:
        st.html('<p class="cwm-note">This result file doesn’t keep them apart that way.</p>')
        return
    figure, table = go.Figure(), {"": [name for name, *_ in groups]}
    series = [("values right, step by step", 0, "", "steps")]
    if by == "by_statement":
        series.append(("next line right, step by step", 1, "/", "steps"))
    elif by != "by_type":
        series.append(("result right, on its own", 1, "/", "runs"))
    for words, index, pattern, unit in series:
        shares = [shares[index] for _, shares in groups]
        values = [100 * share["value"] if share.get("value") is not None else None for share in shares]
        figure.add_bar(
            y=[name for name, _ in groups],
            x=values,
            name=words,
            orientation="h",
            marker={"color": role("world"), "pattern": {"shape": pattern}},
            text=[f"{value:.0f}" if value is not None else "" for value in values],
            textposition="none" if pattern else "inside",  # a figure can't be read on the hatching
            insidetextanchor="start",
            textangle=0,
            error_x=_interval(shares, values),
        )
        table[f"{words}, %"] = [f"{value:.1f}" if value is not None else "–" for value in values]
        table[f"of so many {unit}"] = [share.get("n", "–") for share in shares]
    bars = len(groups) * len(series)
    axis = {"title": "right, %", "range": [0, 101], "dtick": 20}
    figure.update_layout(height=150 + 30 * bars, xaxis=axis, barmode="group")
    figure.update_yaxes(autorange="reversed", ticksuffix="  ")
    show(figure, _sentence(groups, by, suite), f"fail_{suite}_{by}", table)


def groups_of(data: Mapping[str, Any], by: str) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Each group's name and its shares: step by step, and on its own where that is measured; by statement, of
    values and of next lines. Lengths in their order, other groups the weakest first."""
    found: Mapping[str, Any] = data.get(by) or {}
    groups = []
    for name, scores in found.items():
        if by == "by_type":
            groups.append((name, [scores]))
        elif by == "by_statement":
            groups.append((name, [scores["state_exact"], scores["action_exact"]]))
        elif scores.get("replay", {}).get("state_exact", {}).get("n"):
            groups.append((name, [scores["replay"]["state_exact"], scores["imagine"]["output_pass"]]))
    if by == "by_length":
        return [(_frames(name), shares) for name, shares in sorted(groups)]
    return sorted(groups, key=lambda group: _weakest(group[1], by)["value"] or 0)


def _weakest(shares: Sequence[Mapping[str, Any]], by: str) -> Mapping[str, Any]:
    """What a group is ranked by: values, step by step; by statement, what is worse, values or next lines."""
    return min(shares, key=lambda share: share["value"] or 0) if by == "by_statement" else shares[0]


def _frames(bucket: str) -> str:
    """ "01-05" as "1 to 5 frames"."""
    low, _, high = bucket.partition("-")
    return (
        f"{int(low)} to {int(high)} frames" if high else f"{bucket.rstrip('+').lstrip('0')} frames and more"
    )


def _interval(shares: Sequence[Mapping[str, Any]], values: Sequence[float | None]) -> dict[str, Any]:
    """From each bar to the ends of its interval."""
    up = [100 * share["high"] - value if value is not None else 0 for share, value in zip(shares, values)]
    down = [value - 100 * share["low"] if value is not None else 0 for share, value in zip(shares, values)]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 1.5}


def _sentence(groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]], by: str, suite: str) -> str:
    found = [(name, _weakest(shares, by)) for name, shares in groups]
    ranked = sorted(found, key=lambda group: group[1]["value"] or 0)
    (low, worst), (high, best) = ranked[0], ranked[-1]
    unit = "values" if by == "by_type" else "steps"
    words = f"Of {SUITES[suite]}, step by step. Weakest: {low}, {_of(worst, unit)}."
    if len(groups) > 1:
        words += f" Strongest: {high}, {_of(best, unit)}."
        if worst["high"] >= best["low"]:
            words += " Their intervals overlap."
    if by == "by_statement":
        words += " Of values and next lines the worse counts."
    return f"{words} The thin lines are 95 % intervals."


def _of(share: Mapping[str, Any], unit: str) -> str:
    return f"{100 * share['value']:.0f} % of {share['n']} {unit}"


# --- an example ---


@cache
def items(suite: str) -> Mapping[str, Item]:
    """The suite's programs by id; none when it can't be read."""
    try:
        return {item.id: item for item in load_suite(suite)}
    except SuiteError:
        return {}


@cache
def _contains(suite: str) -> Mapping[str, frozenset[str]]:
    return {key: frozenset(constructs(item.code)) for key, item in items(suite).items()}


def _examples(suite: str, data: Mapping[str, Any]) -> None:
    """One failure at a time: what Python did, what the model said when it was measured, and the way there."""
    known = [failure for failure in data.get("failures", ()) if failure.get("id") in items(suite)]
    if not known:
        return
    sources = {failure["id"]: items(suite)[failure["id"]].code for failure in known}
    st.markdown("### What goes wrong first")
    st.html(_kinds(kinds(known, sources), SUITES[suite]))
    st.markdown("### Step through a failure")
    groups = [TEN, ALL, *sorted({name for failure in known for name in _contains(suite)[failure["id"]]})]
    restore("fail_with", TEN, groups)
    with st.container(key="cwm-fail-example", horizontal=True, vertical_alignment="bottom", gap="small"):
        wanted = st.selectbox("Which ones", groups, format_func=_which, key="fail_with", width=220)
        chosen = {failure["id"]: failure for failure in _chosen(suite, wanted, known, sources)}
        restore("fail_id", next(iter(chosen)), chosen)
        name = st.selectbox(
            "The first wrong step of",
            list(chosen),
            format_func=lambda key: _label(suite, chosen[key]),
            key="fail_id",
            width=460,
        )
    keep({"fail_with": TEN, "fail_id": next(iter(chosen))})
    failure, item = chosen[name], items(suite)[name]
    st.html(_card(failure))
    try:
        query = to_query(_place(suite, item, failure["frame"]))
    except LinkTooLong as error:
        st.html(f'<p class="cwm-note">{highlight.plain(str(error))}</p>')
        return
    label = "Open this step in the stepper"
    st.page_link("pages/stepper.py", label=label, icon=":material/footprint:", query_params=query)
    st.html(
        '<p class="cwm-measured">The stepper asks the model anew. If it is no longer the one that was '
        "measured, it may say something else.</p>"
    )


def _which(group: str) -> str:
    return group if group in (TEN, ALL) else f"in a program with {group}"


def _chosen(
    suite: str, wanted: str, known: Sequence[Mapping[str, Any]], sources: Mapping[str, str]
) -> Sequence[Mapping[str, Any]]:
    if wanted == TEN:
        return telling(known, sources)
    return [failure for failure in known if wanted == ALL or wanted in _contains(suite)[failure["id"]]]


def _kinds(found: Mapping[str, int], programs: str) -> str:
    """How many failures are of each kind, as a table."""
    count = sum(found.values())
    rows = (
        f'<tr><th scope="row">{MISTAKES[kind]}</th><td>{number}</td>'
        f"<td>{100 * number / count:.0f} %</td></tr>"
        for kind, number in found.items()
    )
    head = (f"the first wrong step of {count} runs", "runs", "share")
    return facts(f"first mistakes of {programs}", head, rows, "cwm-mistakes")


def _place(suite: str, item: Item, frame: int) -> Place:
    if suite == "catalogue":
        return Place(program=item.id.partition(":")[0], call=item.call, step=frame)
    return Place(code=item.code, call=item.call, step=frame)


def _label(suite: str, failure: Mapping[str, Any]) -> str:
    item = items(suite)[failure["id"]]
    catalogue = load_catalogue()
    program = catalogue.get(item.id.partition(":")[0]) if suite == "catalogue" else None
    title = program.title if program else item.id
    call = (item.call or "its own lines")[:60]
    said = MISTAKES[mistake(failure, item.code)]
    return f"{title}: {call}, step {failure['frame'] + 1}, {said}"


def _card(failure: Mapping[str, Any]) -> str:
    rows = (
        f'<tr><th scope="row">{what}</th><td>{_cell(failure.get("expected"), key)}</td>'
        f"<td>{_cell(failure.get('predicted'), key)}</td></tr>"
        for what, key in (("what changes", "delta"), ("runs next", "line"), ("gives back", "value"))
    )
    problem = failure.get("problem")
    said = f'<p class="cwm-measured">The prediction: {highlight.plain(problem)}.</p>' if problem else ""
    head = ("", "Python", "World model, when it was measured")
    return facts("the wrong step", head, rows, "cwm-failure") + said


def _cell(frame: Mapping[str, Any] | None, key: str) -> str:
    """One part of a frame's record as HTML."""
    if frame is None:
        return '<span class="cwm-muted">–</span>'
    if key == "delta":
        changes = [_cut(f"{name} = {value}") for name, value in (frame.get("delta") or {}).items()]
        shown = "<br>".join(f"<code>{highlight.code(change)}</code>" for change in changes)
        return shown or '<span class="cwm-muted">nothing</span>'
    if key == "line":
        if frame.get("event") in ("return", "exception"):
            return {"return": "it returns", "exception": "an error is raised"}[frame["event"]]
        source = highlight.code(_cut(frame.get("source", "").strip()))
        return f'<b class="cwm-no">{frame.get("line") or "?"}</b> <code>{source}</code>'
    value = frame.get("value")
    return f"<code>{highlight.code(_cut(value))}</code>" if value else '<span class="cwm-muted">–</span>'


def _cut(text: str) -> str:
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"
