"""A statement that is missing, or stands in the wrong place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cwm_demo.programs.spots import Edit, Spot


def missing_line(spot: Spot) -> Iterator[Edit]:
    """The statement is forgotten: `pass` stands in its place."""
    if spot.simple:
        yield spot.replace(spot.node, "pass")


def early_return(spot: Spot) -> Iterator[Edit]:
    """The `return` behind a loop, indented as far as the loop's body: it ends the first pass."""
    if isinstance(spot.node, ast.Return) and spot.loop_indent is not None:
        yield Edit(0, spot.node.col_offset, spot.loop_indent)
