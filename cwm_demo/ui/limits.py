"""Chapter 07: what it costs, where our model fails, and where nobody knows yet."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import streamlit as st

from cwm_demo.course.chapters import COURSE
from cwm_demo.render import highlight
from cwm_demo.ui.course import chapter
from cwm_demo.ui.limits_confidence import confidence
from cwm_demo.ui.limits_cost import calculator, parts
from cwm_demo.ui.limits_failures import failures
from cwm_demo.ui.limits_latency import latency
from cwm_demo.ui.limits_tool import questionnaire
from cwm_demo.ui.tables import facts

TRUTH = {
    "definition": ("✓", "right", "true by definition"),
    "model": ("△", "wrong", "not by definition"),
    "nobody": ("✗", "bug", "nobody"),
}


def limits() -> None:
    with chapter("07") as c:
        c.prose("latency")
        latency()
        c.prose("latency-after")
        c.quiz("editor")
        c.prose("fails")
        failures()
        c.prose("fails-note")
        c.quiz("adds-up")
        c.prose("confidence")
        confidence()
        c.prose("confidence-note")
        c.prose("complexity")
        st.html(parts())
        c.prose("data")
        calculator(c)
        c.prose("data-note")
        c.prose("scope")
        c.prose("open")
        st.html(_fields())
        c.prose("open-note")
        c.quiz("simulator")
        c.prose("tool")
        questionnaire()


@cache
def domains() -> tuple[dict[str, Any], ...]:
    """Fields that might get the same treatment."""
    return tuple(tomllib.loads((COURSE / "07-domains.toml").read_text(encoding="utf-8"))["domains"])


def _fields() -> str:
    head = ("Field", "What is run", "What a trace holds", "Who says that it is true")
    return facts("fields that might get the same treatment", head, map(_field, domains()), "cwm-stack")


def _field(domain: dict[str, Any]) -> str:
    mark, kind, words = TRUTH[domain["truth"]]
    cells = "".join(f"<td>{highlight.plain(domain[key])}</td>" for key in ("runs", "trace"))
    return (
        f'<tr><th scope="row">{highlight.plain(domain["field"])}</th>{cells}'
        f'<td><b class="cwm-{kind}"><span class="cwm-mark">{mark}</span> {words}.</b> '
        f"{highlight.plain(domain['says'])}</td></tr>"
    )
