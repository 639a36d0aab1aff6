"""Token ids on a page: the tokenizer of our models, and how tokens are drawn. Needs no model and no torch."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cwm_demo.trace.frame import Trace
from cwm_demo.trace.renderings import pieces
from cwm_demo.trace.text import Tokens
from cwm_demo.train.sequence import MIX, training_sequence
from cwm_demo.train.tokenizer import build
from cwm_demo.ui import highlight


@st.cache_resource(show_spinner=False)
def tokens() -> Tokens:
    """Built from its source, which gives the file beside the weights (a test holds it to that)."""
    return Tokens(build())


def chips(ids: Sequence[int]) -> str:
    """The ids as text in HTML, special tokens in a shape of their own."""
    return "".join(
        f'<b class="cwm-special">{highlight.plain(part.text)}</b>'
        if part.special
        else highlight.plain(part.text)
        for part in pieces(tokens(), ids)
    )


def parts(run: Trace) -> str:
    """How many tokens of the run's sequence are given and predicted, and what they count for, as HTML."""
    sequence = training_sequence(tokens(), run)
    whole = len(sequence.ids)
    share = 100 * sequence.context / whole
    end = " and the end" if run.complete else ""
    return (
        '<figure class="cwm-parts" aria-label="the parts of the sequence">'
        f'<div class="cwm-parts-context" style="flex-grow: {share:.2f}"><b>Context</b>'
        f"<span>{sequence.context} tokens: the program and its call</span>"
        f"<small>each counts {MIX.context_weight:g}</small></div>"
        f'<div class="cwm-parts-trace" style="flex-grow: {100 - share:.2f}"><b>Trace</b>'
        f"<span>{sequence.frames} tokens: {len(run.frames)} frames{end}</span>"
        "<small>each counts 1</small></div>"
        f"<figcaption>The sequence of the run above: {whole} tokens. At work the first part is the prompt, "
        "and the model writes the second. In training "
        f"{100 * sequence.share:.0f} % of the weight lies on the trace."
        "</figcaption></figure>"
    )
