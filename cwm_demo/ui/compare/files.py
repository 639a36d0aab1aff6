"""Which result files are compared: those of assets/results, and what the visitor brings.

A visitor's file is read on arrival and kept in their session alone. Its text goes nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import streamlit as st

from cwm_demo.evaluate.compare import Result, ResultError, read_result
from cwm_demo.evaluate.outputs import RESULTS
from cwm_demo.render import highlight

MAX_OWN = 8  # files of a visitor
MOST = 6  # compared at once: more can't be told apart
NAME = "compare"  # in the URL: names of files, separated by commas
START = ("catalogue", "catalogue-standard", "catalogue-server")
UPLOAD_MB = 8


def chosen() -> list[Result]:
    """Draws the choice, and gives the results that are compared."""
    offered = {**shipped(), **own()}
    state = st.session_state
    if "cmp_files" not in state:
        named = [name for name in st.query_params.get(NAME, "").split(",") if name]
        known = [name for name in named if name in offered][:MOST]
        missing = [name for name in named if name not in offered]
        if missing:
            names = ", ".join(highlight.plain(name[:60]) for name in missing[:MOST])
            st.html(
                f'<p class="cwm-note" role="status">Not here: {names}. A file of one’s own is in no link.</p>'
            )
        state.cmp_files = known or start(offered)
    else:
        state.cmp_files = [name for name in state.cmp_files if name in offered]
    st.multiselect(
        "Result files",
        list(offered),
        format_func=lambda name: f"{name} · {offered[name].model} on {offered[name].suite}",
        key="cmp_files",
        max_selections=MOST,
        placeholder="choose the files to compare",
    )
    return [offered[name] for name in state.cmp_files]


def in_url(results: list[Result]) -> str | None:
    """The chosen files as they stand in the URL; None where it is what the page opens with."""
    offered = shipped()
    names = [name for name in st.session_state.cmp_files if name in offered]
    return ",".join(names) if names != start(offered) else None


def start(offered: Mapping[str, Result]) -> list[str]:
    """What the page opens with: both models on the catalogue, else what there is."""
    return [name for name in START if name in offered] or list(offered)[:2]


def shipped() -> dict[str, Result]:
    """The results of `evaluate` in assets/results. Other results are left out, damaged ones too."""
    found = {}
    for path in sorted(RESULTS.glob("*.json")):
        try:
            found[path.stem] = _read(path, path.stat().st_mtime_ns)
        except (OSError, UnicodeDecodeError, ResultError):
            continue
    return found


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Result:
    return read_result(path.read_text(encoding="utf-8"), path.name)


def own() -> dict[str, Result]:
    return st.session_state.setdefault("cmp_own", {})


def bring() -> None:
    """A place for files, and for text where files can't be given."""
    state = st.session_state
    st.file_uploader(
        "Result files",
        type="json",
        accept_multiple_files=True,
        max_upload_size=UPLOAD_MB,
        key="cmp_upload",
        on_change=_uploaded,
        help="What --out wrote. Where this page stands inside another one, a browser may refuse the upload: "
        "then paste the text.",
    )
    st.text_area("Or paste the text of one", key="cmp_text", height=120, persist_state="session")
    with st.container(horizontal=True):
        st.button("Add it", key="cmp_add", icon=":material/add:", on_click=_pasted)
        if own():
            st.button("Remove mine", key="cmp_remove", icon=":material/delete:", on_click=_remove)
    for problem in state.get("cmp_problems", ()):
        st.html(f'<p class="cwm-problem" role="alert">{highlight.plain(problem)}</p>')
    if own():
        items = "".join(
            f"<li><b>{highlight.plain(name)}</b>: {highlight.plain(f'{one.model} on {one.suite}')}</li>"
            for name, one in own().items()
        )
        st.html(f'<p role="status">Yours, in this session:</p><ul>{items}</ul>')


def _uploaded() -> None:
    problems: list[str] = []
    for file in st.session_state.cmp_upload or ():
        try:
            text = file.getvalue().decode("utf-8")
        except UnicodeDecodeError:
            problems.append(f"{file.name} is not UTF-8 text.")
            continue
        _take(text, Path(file.name).stem, problems)
    st.session_state.cmp_problems = problems


def _pasted() -> None:
    problems: list[str] = []
    text = st.session_state.cmp_text
    if not text.strip():
        problems.append("There is no text yet: paste what --out wrote.")
    elif _take(text, "pasted", problems):
        st.session_state.cmp_text = ""
    st.session_state.cmp_problems = problems


def _take(text: str, name: str, problems: list[str]) -> bool:
    """Keeps a result under a name that is still free, and chooses it; or says what is wrong."""
    try:
        result = read_result(text, name)
    except ResultError as error:
        problems.append(str(error))
        return False
    kept = own()
    if result in kept.values():  # an uploader reports all its files with every change
        return True
    if len(kept) >= MAX_OWN:
        problems.append(f"{name}: there are {MAX_OWN} files of yours already; remove them first.")
        return False
    taken = {*kept, *shipped()}
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    free = next(each for each in (name, *numbered) if each not in taken)
    kept[free] = result
    picked = st.session_state.get("cmp_files", [])
    if len(picked) < MOST:
        st.session_state.cmp_files = [*picked, free]
    return True


def _remove() -> None:
    st.session_state.cmp_own = {}
    st.session_state.cmp_problems = []
