"""Every page is entered through app.py, also the first page that a fresh server is asked for."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def enter_by_front_door() -> None:
    """Runs app.py when Streamlit has run a page without it.

    Until `st.navigation` was called once in a process, Streamlit takes a folder named `pages` for an app of
    the older kind, and a link to a page that is the first request runs that page alone, without app.py.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
