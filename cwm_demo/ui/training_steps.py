"""The four steps from a function to a training sequence, each with what this project really makes of it."""

from __future__ import annotations

import math

import streamlit as st

from cwm_demo.execution.hooks import hooks
from cwm_demo.render import highlight
from cwm_demo.trace.frame import Frame, Trace
from cwm_demo.trace.text import encode
from cwm_demo.train.sequence import MIX, Sequence, training_sequence
from cwm_demo.ui.sequence import parts
from cwm_demo.ui.tokens import chips, tokens

MAX_FRAMES = 60  # rows of the table; the sequence below holds all frames
BEFORE, AFTER = 48, 16  # tokens drawn around the one that is asked for
EVENTS = {
    "call": "the call begins",
    "line": "before it runs",
    "return": "it returns",
    "exception": "it raises",
}


def instrument(source: str) -> str:
    """What Python will report, statement by statement."""
    rows = "".join(
        f'<tr><td class="cwm-no">{hook.line}</td><td><code>{highlight.code(hook.source) or " "}</code></td>'
        f"<td>{', '.join(EVENTS[event] for event in hook.events)}</td>"
        f"<td><code>{highlight.plain(', '.join(hook.names))}</code></td></tr>"
        for hook in hooks(source)
    )
    return _table("line|statement|Python reports|names it sets", rows)


def frames(run: Trace) -> str:
    """The frames as the tracer wrote them down."""
    rows = "".join(_frame(number, frame) for number, frame in enumerate(run.frames[:MAX_FRAMES], 1))
    rest = len(run.frames) - MAX_FRAMES
    more = f'<p class="cwm-given">{rest} more frames follow.</p>' if rest > 0 else ""
    return _table("frame|event|line|what changed since the last one|returned or raised", rows) + more


def _frame(number: int, frame: Frame) -> str:
    changed = [f"{name} = {value}" for name, value in frame.delta.items()]
    changed += [f"{name} deleted" for name in frame.deleted]
    changed += [f"{name} set again, same value" for name in frame.assigned]
    changed += [f"prints {frame.stdout!r}"] if frame.stdout else []
    return (
        f'<tr><td class="cwm-no">{number}</td><td>{frame.event}</td>'
        f'<td><b class="cwm-no">{frame.line}</b> <code>{highlight.code(frame.source)}</code></td>'
        f"<td><code>{highlight.plain('; '.join(changed))}</code></td>"
        f"<td><code>{highlight.plain(frame.value or '')}</code></td></tr>"
    )


def interleaved(run: Trace) -> str:
    """The whole sequence as text, and whether a corpus would keep it."""
    if not run.frames:
        return '<p class="cwm-given">There is no run to make a sequence of.</p>'
    ids = encode(tokens(), run)
    if not run.complete:
        kept = "✗ Our corpus leaves it out: the run was stopped, so its trace has no end."
    elif len(ids) > MIX.context:
        kept = f"✗ Our corpus leaves it out: it is longer than the models’ context of {MIX.context:,} tokens."
    else:
        kept = f"✓ It fits the models’ context of {MIX.context:,} tokens."
    return (
        f'<div class="cwm-sequence" tabindex="0" role="region" aria-label="the training sequence">'
        f"<pre>{chips(ids)}</pre></div>"
        f'<p class="cwm-given">{len(ids):,} tokens. {kept}</p>'
    )


@st.fragment
def train(run: Trace) -> None:
    """The tokens with their ids and weights, and what is asked at one position of them."""
    if not run.frames:
        return
    sequence = training_sequence(tokens(), run)
    st.html(parts(run))
    last = len(sequence.ids) - 1
    at = st.slider(
        "Position in the sequence",
        1,
        last,
        min(sequence.context + 1, last),
        key=f"training_at_{last}_{sequence.context}",
        width=560,
        help="Arrow keys move it by one token.",
    )
    st.html(asked(sequence, at))


def asked(sequence: Sequence, at: int) -> str:
    """What the model has read before position `at`, and what it is asked for there."""
    begin, end = max(0, at - BEFORE), min(len(sequence.ids), at + AFTER)
    cells = "".join(_token(sequence, i, at) for i in range(begin, end))
    weight = sequence.weights[at]
    where = "the source" if at < sequence.context else "a frame"
    costs = ", ".join(f"{p} %: {-weight * math.log(p / 100):.2f}" for p in (99, 50, 1))
    before, after = "… " if begin else "", " …" if end < len(sequence.ids) else ""
    return (
        f'<div class="cwm-asked"><p class="cwm-strip">{before}{cells}{after}</p>'
        f"<p>Given the {at} tokens before it, the model is asked for "
        f"<b>{_shown(sequence.ids[at])}</b>, id {sequence.ids[at]}, in {where}. "
        f"It counts <b>{weight:g}</b>.</p>"
        f'<p class="cwm-given">What it pays, in nats, by the probability that it gives to this '
        f"token: {costs}.</p></div>"
    )


def _token(sequence: Sequence, i: int, at: int) -> str:
    kind = "asked" if i == at else "ahead" if i > at else "trace" if i >= sequence.context else "context"
    title = f"position {i}, id {sequence.ids[i]}, weight {sequence.weights[i]:g}"
    return f'<span class="cwm-token cwm-token-{kind}" title="{title}">{_shown(sequence.ids[i])}</span>'


def _shown(token: int) -> str:
    """One token, its white space made visible."""
    text = tokens().special_names.get(token) or tokens().decode([token])
    return highlight.plain(text).replace("\n", "⏎").replace(" ", "·")


def _table(names: str, rows: str) -> str:
    head = "".join(f"<th>{name}</th>" for name in names.split("|"))
    return (
        '<div class="cwm-made" tabindex="0" role="region" aria-label="table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
