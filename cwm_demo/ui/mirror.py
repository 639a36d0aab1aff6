"""Widgets that show a part of the visitor's place, which other things change too: a link, a list, a button.

    st.text_input("Call", **mirror("call", place.call, lambda call: state.go(call=call)))

A browser sends the state of all its widgets with each request. What it sends before it has heard of a change
made here (its polls do that, or a second click on a slow machine) still holds the old value, and Streamlit
takes that for typing: the last program's call came back into the next program. A widget whose value was
changed from elsewhere is therefore a new one, and what still comes for the old one is for nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def mirror(name: str, value: Any, changed: Callable[[Any], None]) -> dict[str, Any]:
    """What makes a widget show `value` and call `changed` with what a visitor makes of it."""
    state, counter = st.session_state, f"mirror_{name}"
    number = state.get(counter, 0)
    if state.get(_key(name, number), value) != value:
        number += 1
    key = _key(name, number)
    state[counter], state[key] = number, value

    def hear() -> None:
        if state[counter] == number:
            changed(state[key])

    return {"key": key, "on_change": hear}


def _key(name: str, number: int) -> str:
    return f"w_{name}_{number}"
