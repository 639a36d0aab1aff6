"""Suites of programs to be scored on: ours by name, and any JSON Lines file.

A line is `{"id", "code", "input", "output"}`: `code` defines `f` (or the function that `entry` names),
`input` is the text of its arguments, `output` the `repr` of what it returns (optional; execution decides).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cwm_demo.programs.program import load_catalogue

SUITES = Path(__file__).parents[2] / "assets" / "suites"


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    code: str
    call: str | None
    stratum: str | None = None  # easy, medium or hard, where the suite says so


class SuiteError(ValueError):
    """The suite can't be read; the message says where and why."""


def load_suite(name: str) -> list[Item]:
    """The items of a suite: "catalogue", the name of a file in assets/suites, or a path."""
    if name == "catalogue":
        return [
            Item(f"{program.name}:{index}", program.source, case.call)
            for program in load_catalogue().values()
            for index, case in enumerate(program.cases)
        ]
    path = Path(name)
    if not path.exists() and (SUITES / f"{name}.jsonl").exists():
        path = SUITES / f"{name}.jsonl"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(["catalogue", *sorted(file.stem for file in SUITES.glob("*.jsonl"))])
        advice = f"give a JSON Lines file, or one of: {known}"
        raise SuiteError(f"{name} can't be read ({error}); {advice}") from error
    return list(_items(text, path))


def _items(text: str, path: Path) -> Iterator[Item]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            entry = row.get("entry", "f")
            yield Item(str(row["id"]), row["code"], f"{entry}({row['input']})", row.get("stratum"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            wanted = '{"id", "code", "input", "output"}'
            raise SuiteError(f"{path}, line {number}: not an object with {wanted} ({error!r})") from error
