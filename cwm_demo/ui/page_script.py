"""What every page asks of the browser: assets/scripts/page.js, mounted without an appearance of its own."""

from __future__ import annotations

import streamlit as st

from cwm_demo.ui.style import ASSETS, PICTURES

ICON = (PICTURES / "icon.svg").read_text(encoding="utf-8")
_mount = st.components.v2.component(
    "cwm_demo.page", js=(ASSETS / "scripts" / "page.js").read_text(encoding="utf-8")
)


def page_script() -> None:
    """Figures that fit on paper, a citation followed before its source was drawn, and the tab's icon.

    For an icon of `st.set_page_config` Streamlit would open numpy and Pillow, before the first page is there.
    """
    _mount(key="cwm-script-page", data={"icon": ICON})
