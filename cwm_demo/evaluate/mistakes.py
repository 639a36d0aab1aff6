"""What kind of mistake a wrong frame is, and which failures show most in little room.

    kind = mistake(failure, source)         # a key of MISTAKES
    ten = telling(failures, sources)        # short ones, of as many kinds as there are

`failure` is a record of `failures` in the JSON of `evaluate`: `id`, `frame` (its index), `verdict`, and the
frames `expected` (Python's) and `predicted`. Its kind is told from these and the program's text alone,
nothing is run.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Any

MISTAKES = {
    "unreadable": "unreadable",
    "end": "stops too early or goes on too long",
    "loop": "another round of a loop, or none",
    "branch": "the other branch",
    "line": "another line",
    "missed": "a change is missed",
    "invented": "a change is invented",
    "number": "a wrong number",
    "text": "a wrong text",
    "truth": "True for False, or the reverse",
    "container": "a container holds the wrong things",
    "object": "another value",
}
_LOOPS = (ast.For, ast.While, ast.AsyncFor)


def mistake(failure: Mapping[str, Any], source: str) -> str:
    """The kind, a key of `MISTAKES`. source: the program, whose line k is line k of the frames."""
    if failure["verdict"] == "invalid":
        return "unreadable"
    if failure["verdict"] == "end" or not failure.get("predicted") or not failure.get("expected"):
        return "end"
    expected, predicted = failure["expected"], failure["predicted"]
    if failure["verdict"] == "line":
        return _turn(source, expected.get("line") or 0, predicted.get("line") or 0)
    said, true = dict(predicted.get("delta") or {}), dict(expected.get("delta") or {})
    if true.keys() - said.keys():
        return "missed"
    if said.keys() - true.keys():
        return "invented"
    wrong = [name for name in true if true[name] != said[name]]
    values = [true[name] for name in wrong] or [expected.get("value") or "None"]
    return _type(values[0])


def kinds(failures: Sequence[Mapping[str, Any]], sources: Mapping[str, str]) -> dict[str, int]:
    """How many failures are of each kind, the most frequent first."""
    found = Counter(mistake(failure, sources[failure["id"]]) for failure in failures)
    return dict(found.most_common())


def telling(
    failures: Sequence[Mapping[str, Any]], sources: Mapping[str, str], count: int = 10
) -> list[Mapping[str, Any]]:
    """At most `count` failures, from all kinds in turn; of each kind those of the shortest programs that
    come earliest; a program comes again only where there are no others. `sources`: each failure's program by
    its `id`. Raises KeyError where one is missing."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for failure in sorted(failures, key=lambda f: (len(sources[f["id"]].splitlines()), f["frame"], f["id"])):
        by_kind.setdefault(mistake(failure, sources[failure["id"]]), []).append(failure)
    frequent = sorted(by_kind.values(), key=len, reverse=True)
    in_turn = [failure for turn in zip_longest(*frequent) for failure in turn if failure is not None]
    fresh, again, programs = [], [], set()
    for failure in in_turn:
        program = sources[failure["id"]]
        (again if program in programs else fresh).append(failure)
        programs.add(program)
    return [*fresh, *again][:count]


def _turn(source: str, expected: int, predicted: int) -> str:
    """What lies between two lines: a loop that one is in and the other isn't, a branch, or neither."""
    blocks = _blocks(source)
    apart = [kind for kind, lines in blocks if (expected in lines) != (predicted in lines)]
    return next((kind for kind in ("loop", "branch") if kind in apart), "line")


@lru_cache(maxsize=512)
def _blocks(source: str) -> tuple[tuple[str, range], ...]:
    """The lines of every body of a loop («loop») and of every branch («branch»)."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ()
    found = []
    for node in ast.walk(tree):
        bodies = [getattr(node, name, None) for name in ("body", "orelse", "finalbody")]
        if isinstance(node, (ast.Try, ast.TryStar)):
            bodies += [handler.body for handler in node.handlers]
        if isinstance(node, ast.Match):
            bodies = [case.body for case in node.cases]
        if isinstance(node, (*_LOOPS, ast.If, ast.Try, ast.TryStar, ast.Match)):
            kind = "loop" if isinstance(node, _LOOPS) else "branch"
            found += [(kind, range(b[0].lineno, (b[-1].end_lineno or 0) + 1)) for b in bodies if b]
    return tuple(found)


def _type(value: str) -> str:
    try:
        read = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return "container" if value[:1] in "[({" or value.startswith(("set(", "frozenset(")) else "object"
    if isinstance(read, bool):
        return "truth"
    if isinstance(read, (int, float, complex)):
        return "number"
    if isinstance(read, (str, bytes)):
        return "text"
    return "object" if read is None else "container"
