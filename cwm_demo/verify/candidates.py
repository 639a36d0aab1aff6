"""Candidates for one task, and the world model as the judge that runs nothing.

    group = candidates(program_source, case, run, count=6, seed=0)
    judged = [imagine_answer(world, each.source, case, max_frames) for each in group]

A task is a call and what it should give. Its candidates are the program as meant and mutants of it; which of
them are right is settled by running them. The world model is shown one candidate at a time, writes its run,
and what it imagines as the result is held against the check: that says "right", "wrong", or nothing
("unknown": unreadable, or it did not come to an end).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from cwm_demo.predict.prediction import TextModel, WorldModel
from cwm_demo.programs.bugs import differ, mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.program import Case, marked
from cwm_demo.rollout.answer import answer, answer_to
from cwm_demo.rollout.rollout import final_value
from cwm_demo.rollout.step import Answer
from cwm_demo.trace.frame import Trace

TIER: dict[Answer, int] = {"right": 0, "unknown": 1, "wrong": 2}  # the lowest that is there is picked from


@dataclass(frozen=True, slots=True)
class Candidate:
    source: str  # SOURCE of the trace format
    bug: str | None  # id of its bug; None for the program as meant
    right: bool  # by a real run


def candidates(
    source: str, case: Case, run: Callable[[str], Trace], count: int, seed: int | str
) -> list[Candidate]:
    """The program as meant and up to `count - 1` mutants that change what it does, in a shuffled order.

    Mutants of different lines come first, so that a group is not one line's variants.
    """
    draw = random.Random(seed)
    intended = run(marked(source, case.call))
    found = [Candidate(intended.source, None, answer(case, intended) == "right")]
    bugs = mutations(source, kinds_by_line(intended.frames))
    draw.shuffle(bugs)
    turns: Counter[int] = Counter()
    order = []
    for bug in bugs:
        turns[bug.line] += 1
        order.append((turns[bug.line], bug))
    for _, bug in sorted(order, key=lambda entry: entry[0]):
        if len(found) == count:
            break
        trace = run(marked(bug.source, case.call))
        if differ(intended, trace):
            found.append(Candidate(trace.source, bug.id, answer(case, trace) == "right"))
    draw.shuffle(found)
    return found


def imagine_answer(world: WorldModel, source: str, case: Case, max_frames: int) -> Answer:
    """What the world model's own run of `source` says about the check. Nothing is executed."""
    predictions = world.imagine(source, max_frames)
    if not predictions or not predictions[-1].ended:
        return "unknown"
    return answer_to(case, final_value([each.frame for each in predictions if each.frame]))


def bits(text: TextModel, source: str) -> float:
    """How unusual the text model finds a candidate: it would pick the least unusual one."""
    return sum(guess.surprise for guess in text.lines(source).values())
