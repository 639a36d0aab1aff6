"""Widgets whose setting is in the URL, also where presets move them. Call `restore` above, `keep` below.

    for key, default in DEFAULTS.items():
        restore(key, default, OPTIONS[key])
    st.slider("Layers", 1, 96, key="layers")
    keep(DEFAULTS)

Streamlit's own `bind="query-params"` leaves out what equals the widget's own default, and a default of ours
can't be given to a widget that a button also sets.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st


def restore(key: str, default: Any, options: Collection[Any], polls: bool = False) -> None:
    """Before the widget: takes its value from the session, else from the link, else the default.

    A value that is none of `options` (a link that was typed, choices that have changed) is the default.
    A page that `polls` may run again before the browser has drawn the widget, which then would show its own
    default: it is told its value with every run.
    """
    state = st.session_state
    if key not in state:
        named = {str(option): option for option in options}
        state[key] = named.get(st.query_params.get(key, ""), default)
    elif state[key] not in options:
        state[key] = default
    elif polls:
        state[key] = state[key]


def keep(defaults: Mapping[str, Any]) -> None:
    """After the widgets: writes to the URL what differs from the default."""
    for key, default in defaults.items():
        value = str(st.session_state[key])
        if st.session_state[key] == default:
            if key in st.query_params:
                del st.query_params[key]
        elif st.query_params.get(key) != value:
            st.query_params[key] = value
