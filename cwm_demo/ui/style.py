"""Our style sheets, put on every page.

stage.css is a sheet of its own: its selectors ask what an element holds (`:has`), also of the whole page, and
make every change to a page dear; Plotly makes thousands while it draws. So assets/scripts/page.js lets it
count only where there is something for it (docs/decisions.md).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parents[2] / "assets"
PICTURES = ASSETS / "pictures"


@cache
def _sheets(stage: bool) -> str:
    paths = sorted((ASSETS / "styles").glob("*.css"))
    wanted = [path for path in paths if (path.name == "stage.css") == stage]
    return "\n".join(path.read_text(encoding="utf-8") for path in wanted)


def apply_style() -> None:
    """Our sheets. Streamlit tells its theme to the app's own element; dialogs lie outside of it."""
    scheme = st.context.theme.type or "light dark"
    st.html(
        f"<style>{_sheets(stage=False)}\n:root {{ color-scheme: {scheme}; }}</style>"
        f'<style class="cwm-stage-sheet">{_sheets(stage=True)}</style>'
    )
