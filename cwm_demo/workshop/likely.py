"""Where a find of the twenty minutes is likely, as `check` counted it over the catalogue.

    found = likely(json.loads(...bugs.json...), "missed")
    found.programs[0]               # Program("dashes", 3, 19, ("4:off-by-one",)): the largest share first

Nothing here is an answer: the file may be of other weights than those that run now, so what it names is
looked at again before anything is said about it. Read strictly, as a file that anybody may have written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cwm_demo.workshop.tasks import Task


@dataclass(frozen=True, slots=True)
class Share:
    program: str
    solved: int
    of: int  # places that were tried
    bugs: tuple[str, ...]  # a few of those that solve it; none where no bug is needed


@dataclass(frozen=True, slots=True)
class Likely:
    solved: int
    of: int
    programs: tuple[Share, ...]  # those with any, the largest share first


def likely(data: Mapping[str, Any], task: str) -> Likely | None:
    """What a file of `check` says about a task; None where it says nothing."""
    programs = data.get("programs")
    if not isinstance(programs, Mapping):
        return None
    shares = [share for name, counts in programs.items() if (share := _share(name, counts, task))]
    if not shares:
        return None
    some = sorted((s for s in shares if s.solved), key=lambda s: (-s.solved / s.of, -s.solved, s.program))
    return Likely(sum(s.solved for s in shares), sum(s.of for s in shares), tuple(some))


def _share(name: object, counts: object, task: str) -> Share | None:
    found: Any = counts
    for key in ("tasks", task):
        found = found.get(key) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        return None
    solved, of, bugs = found.get("solved"), found.get("of"), found.get("bugs")
    if type(solved) is not int or type(of) is not int or not 0 <= solved <= of or not of:
        return None
    named = bugs if isinstance(bugs, Sequence) and not isinstance(bugs, str) else ()
    return Share(str(name), solved, of, tuple(bug for bug in named if isinstance(bug, str)))


def places(found: Likely, task: Task) -> list[dict[str, str]]:
    """Queries of the stepper that solved the task when it was measured; of each program one, then another."""
    shown = {"read": "candidate"} if task.look == "candidates" else {}
    if task.look == "programs":
        return [{"program": share.program} for share in found.programs]
    most = max((len(share.bugs) for share in found.programs), default=0)
    return [
        {"program": share.program, "bug": share.bugs[turn], **shown}
        for turn in range(most)
        for share in found.programs
        if turn < len(share.bugs)
    ]
