"""A hint for each of the twenty minutes' tasks: a way to it, and where `check` counted most such finds."""

from __future__ import annotations

import streamlit as st

from cwm_demo.programs.program import load_catalogue
from cwm_demo.ui.figures import measured
from cwm_demo.ui.footer import COMMAND, COUNTS
from cwm_demo.workshop.likely import Likely, Share, likely, places
from cwm_demo.workshop.tasks import Task

NAMED = 4  # programs
COUNTED = {  # what the file says; below it stands when that was measured
    "missed": "Of {of} bugs of the catalogue the world model missed **{solved}**.",
    "surprise": "Of {of} bugs of the catalogue **{solved}** made their line odder by a word.",
    "right-red": "Of the catalogue’s {of} programs as meant **{solved}** had a red step.",
    "wrong-green": "Of {of} bugs of the catalogue **{solved}** gave a wrong answer without a red step.",
}
NONE = "Programs and calls of your own may have one all the same."


def hint(task: Task) -> None:
    with st.expander("A hint", icon=":material/lightbulb:"):
        st.markdown(task.how)
        file = measured(COUNTS, COMMAND)
        found = likely(file.data, task.key) if file.data else None
        if found is not None:
            st.markdown(f"{COUNTED[task.key].format(of=found.of, solved=found.solved)} {_where(task, found)}")
            for share in _shown(found):
                _link(task, share)
            file.show()


def likely_places(task: Task) -> list[dict[str, str]]:
    """Queries of the stepper that solved the task."""
    data = measured(COUNTS, COMMAND).data
    found = likely(data, task.key) if data else None
    return places(found, task) if found else []


def _shown(found: Likely) -> list[Share]:
    return [share for share in found.programs if share.program in load_catalogue()][:NAMED]


def _where(task: Task, found: Likely) -> str:
    if not found.solved:
        return NONE
    return "Among them:" if task.look == "programs" else "Their share was largest in these programs:"


def _link(task: Task, share: Share) -> None:
    title = load_catalogue()[share.program].title
    read = {"read": "candidate"} if task.look == "candidates" else {}
    st.page_link(
        "pages/stepper.py",
        label=title if task.look == "programs" else f"{title}: {share.solved} of {share.of} bugs",
        icon=":material/footprint:",
        query_params={"program": share.program, "step": "1", **read},
    )
