"""Token ids on a page: the tokenizer of our models, and how tokens are drawn. Needs no model and no torch."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.trace.renderings import pieces
from cwm_demo.trace.text import Tokens


@st.cache_resource(show_spinner=False)
def tokens() -> Tokens:
    """Built from its source, which gives the file beside the weights (a test holds it to that)."""
    from cwm_demo.train.tokenizer import build  # a first page shows no tokens

    return Tokens(build())


def chips(ids: Sequence[int]) -> str:
    """The ids as text in HTML, special tokens in a shape of their own."""
    return "".join(
        f'<b class="cwm-special">{highlight.plain(part.text)}</b>'
        if part.special
        else highlight.plain(part.text)
        for part in pieces(tokens(), ids)
    )
