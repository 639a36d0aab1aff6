"""The comparison page: which files, how many are right, the shape of the failures, and the commands.

Its words are in assets/compare; everything measured comes from the files that were chosen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from cwm_demo.course.chapters import split_sections
from cwm_demo.evaluate.compare import Result, all_series
from cwm_demo.render import highlight
from cwm_demo.ui.compare import figures, files
from cwm_demo.ui.linked import keep, restore

WORDS = Path(__file__).parents[3] / "assets" / "compare"
SPLITS = {"length": "length of the run", "construct": "construct", "type": "type of value"}


def compare() -> None:
    st.html(
        '<header class="cwm-chapter"><p class="cwm-chapter-number">Compare · a weekend</p>'
        "<h1>One model against another</h1></header>"
    )
    _prose("weekend")
    results = files.chosen()
    if results:
        _origins(results)
        _comparison(results)
    else:
        st.html(
            '<p class="cwm-note" role="status">No file is chosen: choose one above, or bring your own.</p>'
        )
    _prose("add")
    _commands()
    with st.container(key="cwm-noprint-bring"):
        files.bring()
    _show_in_url(results)


def _comparison(results: list[Result]) -> None:
    series = all_series(results)
    suites = {result.suite for result in results}
    if len(suites) > 1:
        names = ", ".join(sorted(highlight.plain(suite) for suite in suites))
        st.html(
            f'<p class="cwm-note" role="status">These files are of different suites ({names}): rates can be '
            "compared within one suite only.</p>"
        )
    _prose("rates")
    figures.rates(results)
    _prose("shape")
    restore("split", "length", SPLITS)
    st.segmented_control(
        "Split by",
        list(SPLITS),
        format_func=SPLITS.get,
        required=True,
        key="split",
    )
    figures.split(results, series, st.session_state.split)
    keep({"split": "length"})
    _prose("kinds")
    figures.kinds(results)
    _prose("misled")
    figures.misled_by_the_trace(results, series)
    figures.overlaps(series)


def _origins(results: list[Result]) -> None:
    lines = "<br>".join(highlight.plain(f"{result.name}: {result.origin}") for result in results)
    st.html(f'<p class="cwm-measured">{lines}</p>')


def _show_in_url(results: list[Result]) -> None:
    named = files.in_url(results)
    if named is None:
        st.query_params.pop(files.NAME, None)
    elif st.query_params.get(files.NAME) != named:
        st.query_params[files.NAME] = named


def _prose(key: str) -> None:
    text = split_sections((WORDS / "compare.md").read_text(encoding="utf-8"), "compare.md")[key]
    with st.container(key=f"cwm-prose-{key}"):
        st.markdown(text)


@cache
def commands() -> list[Mapping[str, Any]]:
    return tomllib.loads((WORDS / "commands.toml").read_text(encoding="utf-8"))["commands"]


def _commands() -> None:
    for entry in commands():
        with st.expander(entry["title"]):
            st.markdown(entry["words"])
            st.code("\n".join(entry["commands"]), language="bash", wrap_lines=True)
