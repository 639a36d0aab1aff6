"""Lines of source, and their indentation."""

from __future__ import annotations

Lines = list[str]


def indent(lines: Lines) -> Lines:
    return ["    " + line if line else line for line in lines]
