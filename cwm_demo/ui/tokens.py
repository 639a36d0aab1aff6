"""The tokenizer of our models, for pages that show token ids. Needs no model and no torch."""

from __future__ import annotations

import streamlit as st

from cwm_demo.trace.text import Tokens
from cwm_demo.train.tokenizer import build


@st.cache_resource(show_spinner=False)
def tokens() -> Tokens:
    """Built from its source, which gives the file beside the weights (a test holds it to that)."""
    return Tokens(build())
