"""What every page asks of the browser: assets/scripts/page.js, mounted without an appearance of its own."""

from __future__ import annotations

import streamlit as st

from cwm_demo.ui.style import ASSETS

_mount = st.components.v2.component(
    "cwm_demo.page", js=(ASSETS / "scripts" / "page.js").read_text(encoding="utf-8")
)


def page_script() -> None:
    """Figures that fit on paper, and a citation that was followed before its source was drawn."""
    _mount(key="cwm-script-page")
