"""What is said to be watched is what a run then reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from cwm_demo.execution.hooks import hooks
from cwm_demo.execution.tracer import trace
from cwm_demo.programs.program import load_catalogue, marked

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.py"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_line_of_a_run_was_announced(path: Path) -> None:
    source = path.read_text()
    announced = {(hook.line, event) for hook in hooks(source) for event in hook.events}
    for frame in trace(source).frames:
        if frame.event in ("call", "line"):
            assert (frame.line, frame.event) in announced, frame


def test_names_that_a_statement_sets() -> None:
    program = load_catalogue()["tally"]
    found = hooks(marked(program.source, program.call))
    assert [(hook.line, hook.events, hook.names) for hook in found] == [
        (1, ("call",), ("items",)),
        (2, ("line",), ("counts",)),
        (3, ("line",), ("x",)),
        (4, ("line",), ()),  # it changes counts, and sets no name
        (5, ("line", "return"), ()),
    ]


def test_what_is_no_program_has_no_hooks() -> None:
    assert hooks("def f(:") == hooks("\0") == []
