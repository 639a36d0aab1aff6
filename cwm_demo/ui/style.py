"""Our style sheets, put on every page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"
PICTURES = ASSETS / "pictures"


@cache
def _sheets() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ASSETS / "styles").glob("*.css")))


def apply_style() -> None:
    """Our sheets. Streamlit tells its theme to the app's own element; dialogs lie outside of it."""
    scheme = st.context.theme.type or "light dark"
    st.html(f"<style>{_sheets()}\n:root {{ color-scheme: {scheme}; }}</style>")
