"""Only `ui`, the pages and the front door know Streamlit, and nothing else imports from them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "cwm_demo"
CORE = sorted({path for path in PACKAGE.rglob("*.py")} - {path for path in (PACKAGE / "ui").rglob("*.py")})


def imported(source: str) -> Iterator[str]:
    """The dotted names of all modules that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def above(name: str) -> bool:
    return any(f"{name}.".startswith(room) for room in ("streamlit.", "cwm_demo.ui.", "pages.", "app."))


def test_the_core_knows_neither_streamlit_nor_what_draws_with_it() -> None:
    assert len(CORE) > 100
    found = {
        str(path.relative_to(PACKAGE)): [n for n in imported(path.read_text("utf-8")) if above(n)]
        for path in CORE
    }
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    ["import streamlit as st", "from cwm_demo import ui", "def f():\n    from cwm_demo.ui.state import go"],
)
def test_such_an_import_would_be_found(source: str) -> None:
    assert any(map(above, imported(source)))
