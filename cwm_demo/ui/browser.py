"""What the stepper asks of the browser: assets/scripts/stepper.js, mounted without an appearance of its own.

It reports clicks on marks and line numbers as triggers, and does by itself what needs no server: keys of a
remote control, the clipboard, full screen, a short history. It is given a part's name and how often the
visitor has jumped: a jump brings the current line into view.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from cwm_demo.ui import state
from cwm_demo.ui.style import ASSETS

_mount = st.components.v2.component(
    "cwm_demo.stepper", js=(ASSETS / "scripts" / "stepper.js").read_text(encoding="utf-8")
)


def browser(part: Literal["stage", "editor"], **heard: Callable[[Any], None]) -> None:
    """Mounts the script. Each of `heard` is called with what the browser reports under its name."""
    key = f"cwm-script-{part}"

    def hears(name: str, hear: Callable[[Any], None]) -> Callable[[], None]:
        return lambda: hear(st.session_state[key][name])

    callbacks = {f"on_{name}_change": hears(name, hear) for name, hear in heard.items()}
    _mount(key=key, data={"part": part, "jumps": state.jumps()}, **callbacks)
