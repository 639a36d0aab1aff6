"""The whole run as one table: a row for each step, with what Python did, what was said, and the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.render.verdict import answer_chips
from cwm_demo.rollout.step import Rollout
from cwm_demo.ui.linked import restore
from cwm_demo.ui.url import LinkTooLong, Place, to_query

ROWS = 100  # on a page of the table
HEADS = ("Step", "Line", "Python", "World model", "Verdict", "Text model would write")
WAITING = "no answer yet"  # where one will come
LONG = 300  # characters of a value; the exports hold all of it


def show(rollout: Rollout, data: Mapping[str, Any], place: Place, waiting: bool = False) -> int:
    """Draws summary and table; `waiting`: answers will come. Returns the page that is shown, from 1."""
    if waiting:
        data = {**data, "steps": [_awaited(step) for step in data["steps"]]}
    st.html(f"<h2>The run</h2>{summary(rollout, data)}")
    pages = -(-len(data["steps"]) // ROWS)
    page = 1
    if pages > 1:
        restore("page", 1, range(1, pages + 1), polls=True)
        page = st.pagination(pages, key="page")
    first = (page - 1) * ROWS
    st.html(table(data, first, place))
    return page


def _awaited(step: Mapping[str, Any]) -> Mapping[str, Any]:
    if step["kind"] != "open" or "missing" not in step["world"]:
        return step
    return {**step, "words": WAITING, "world": {"missing": "…"}}


def summary(rollout: Rollout, data: Mapping[str, Any]) -> str:
    """How many steps got which verdict, and the answers."""
    counts = Counter((step["kind"], step["symbol"], step["words"]) for step in data["steps"])
    marks = "".join(
        f'<li class="cwm-{kind}"><span class="cwm-mark">{symbol}</span> {count} {highlight.plain(words)}</li>'
        for (kind, symbol, words), count in counts.most_common()
    )
    steps = len(data["steps"])
    chips = "".join(answer_chips(rollout, rollout.steps[-1]))
    return (
        f'<div class="cwm-lab-summary"><b>{steps} step{"s" * (steps != 1)}</b><ul>{marks}</ul>'
        f'<div class="cwm-answers">{chips}</div></div>'
    )


def table(data: Mapping[str, Any], first: int, place: Place) -> str:
    """The rows from step `first` on, counted from 0; each leads to its step on the stepper."""
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADS)
    body = "".join(
        _row(index, step, data, place)
        for index, step in enumerate(data["steps"][first : first + ROWS], first)
    )
    return f'<table class="cwm-lab-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(index: int, step: Mapping[str, Any], data: Mapping[str, Any], place: Place) -> str:
    line, guess = step["line"], data["guesses"].get(str(step["asked"]))
    code = "".join(text for _, text in data["lines"][line - 1]["parts"]) if line else ""
    same = step["kind"] == "right" and "missing" not in step["world"]
    number = f'<span class="cwm-no">{line}</span>' if line else ""
    cells = (
        _link(index, place),
        f"{number}<code>{highlight.code(code.strip())}</code>",
        told(step["python"]) if step["python"] else "the run has ended",
        "the same" if same else told(step["world"]),
        f'<span class="cwm-mark cwm-{step["kind"]}">{step["symbol"]}</span> {highlight.plain(step["words"])}',
        _guess(guess) if guess else "",
    )
    row = "".join(f'<td data-head="{head}">{cell}</td>' for head, cell in zip(HEADS, cells))
    return f"<tr>{row}</tr>"


def _link(index: int, place: Place) -> str:
    try:
        query = urlencode(to_query(replace(place, step=index)))
    except LinkTooLong:
        return str(index + 1)
    words = f"step {index + 1} on the stepper"
    return f'<a href="stepper?{highlight.plain(query)}" target="_self" title="{words}">{index + 1}</a>'


def told(said: Mapping[str, Any]) -> str:
    """What a frame says happened, in short."""
    if "missing" in said:
        return f'<span class="cwm-quiet">{highlight.plain(said["missing"])}</span>'
    parts = [f"del {row[0]}" if row[2] is None else f"{row[0]} = {row[2]}" for row in said["rows"]]
    if said["prints"]:
        parts.append(f"prints {said['prints']!r}")
    shown = "".join(f"<code>{highlight.code(_cut(part))}</code><br>" for part in parts)
    word, line, text = said["next"]
    after = str(line) if line else _cut(text)
    return f'{shown}<span class="cwm-quiet">{word}</span> <code>{highlight.code(after)}</code>'


def _cut(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}… ({len(text):,} characters)"


def _guess(guess: Mapping[str, Any]) -> str:
    odd = f' <span class="cwm-quiet">the line there is {guess["unusual"]}</span>' if guess["unusual"] else ""
    return f"<code>{highlight.code(guess['line'])}</code>{odd}"
