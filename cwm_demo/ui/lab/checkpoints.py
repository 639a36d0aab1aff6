"""Which models answer in the lab: the shipped pair, or what the host offers in CWM_DEMO_CHECKPOINTS.

Nobody can name a folder from outside: a link or a list picks one of the names that the host's folder has.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from cwm_demo.predict.client import SERVICE, ModelClient
from cwm_demo.predict.settings import Settings, further_checkpoints, shown_name
from cwm_demo.render import highlight
from cwm_demo.ui import models
from cwm_demo.ui.linked import restore

SHIPPED = "shipped"
LABELS = {"world": "World model", "text": "Text model"}
PROCESSES = 2  # of other models that are kept; each takes the memory of its two models


@dataclass(frozen=True, slots=True)
class Pair:
    client: ModelClient
    world: str  # names for a reader
    text: str
    in_url: dict[str, str | None]  # what was chosen; None the shipped one


def choose() -> Pair:
    """Draws the choice where there is one."""
    offered, settings = further_checkpoints(), Settings.from_environment()
    folders = {"world": settings.world, "text": settings.text}
    chosen: dict[str, str | None] = {}
    for name, label in LABELS.items():
        key, options = f"lab_{name}", [SHIPPED, *offered]
        if not offered:
            chosen[key] = None
            continue
        restore(key, SHIPPED, options, polls=True)
        st.selectbox(label, options, key=key, help="From the folder that this app’s host offers")
        picked = st.session_state[key]
        chosen[key] = None if picked == SHIPPED else picked
        folders[name] = offered.get(picked, folders[name])
    names = {name: shown_name(folder) for name, folder in folders.items()}
    st.html(
        f'<p class="cwm-quiet">World model: <code>{highlight.plain(names["world"])}</code>. '
        f"Text model: <code>{highlight.plain(names['text'])}</code>.</p>"
    )
    other = any(chosen.values())
    client = _other(folders["world"], folders["text"]) if other else models.client()
    return Pair(client, names["world"], names["text"], chosen)


@st.cache_resource(max_entries=PROCESSES, on_release=ModelClient.close, show_spinner=False)
def _other(world: str, text: str) -> ModelClient:
    return ModelClient([*SERVICE, "--world", world, "--text", text])
