"""The twenty minutes' five tasks: what a visitor found on the stepper, checked by its real rollout.

    task = load_tasks()["missed"]                   # assets/workshop/stepper.toml
    query = read_link("https://.../stepper?program=tally&bug=...")
    check(task, Found(rollout, program, bug, ...))  # Verdict("right", "...")

Nothing here knows an answer beforehand: the models change, and with them what can be found.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from cwm_demo.course.quiz import Verdict
from cwm_demo.predict.prediction import LineGuess
from cwm_demo.predict.unusual import bits_a_token, unusual
from cwm_demo.programs.bugs import Bug
from cwm_demo.programs.program import Program
from cwm_demo.rollout.guess import GuessProblem, read_value, same_value
from cwm_demo.rollout.rollout import Rollout
from cwm_demo.rollout.step import Answer, Step
from cwm_demo.trace.frame import START_OF_TRACE
from cwm_demo.workshop.exercises import ASSETS

MAX_LINK = 8_000  # characters; a link of the stepper holds at most half as many for a program
SHORTENS = "early-return"  # this operator's runs are the shortest, and have the fewest steps to be wrong at
Look = Literal["", "bugs", "candidates", "programs"]


class LinkProblem(ValueError):
    """What was pasted is no link of the stepper; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Task:
    key: str  # in the URL
    title: str
    ask: str  # Markdown
    how: str  # Markdown: a way to it on the stepper, whatever the models do
    why: str  # what the find shows, once it is one
    start: Mapping[str, str]  # the stepper's query
    example: Mapping[str, str]  # for the tests
    look: Look
    wrong: tuple[Mapping[str, Any], ...]  # for the tests
    line: int | None = None  # of the example, where a line is asked

    @property
    def asks_line(self) -> bool:
        return self.key == "turns"

    @property
    def asks_text_model(self) -> bool:
        return self.key == "surprise"

    @property
    def asks_answer(self) -> bool:
        """Whether it matters what the call should give."""
        return self.key in ("right-red", "wrong-green")


@dataclass(frozen=True, slots=True)
class Found:
    """What a visitor brings, run and predicted."""

    rollout: Rollout
    bug: Bug | None
    line: int | None = None  # that the visitor names
    expects: str = ""  # what the call should give, as the visitor says, where no check is known
    meant: Mapping[int, LineGuess] | None = None  # the text model on the program as meant
    buggy: Mapping[int, LineGuess] | None = None  # and on the one with the bug


@cache
def load_tasks() -> Mapping[str, Task]:
    data = tomllib.loads((ASSETS / "stepper.toml").read_text(encoding="utf-8"))
    tasks = [Task(**{**entry, "wrong": tuple(entry["wrong"])}) for entry in data["tasks"]]
    return MappingProxyType({task.key: task for task in tasks})


def read_link(text: str) -> dict[str, str]:
    """The query of a link of the stepper. Raises LinkProblem."""
    link = text.strip()
    if not link:
        raise LinkProblem("There is no link yet. On the stepper, press Copy link, and paste it here.")
    lines = link.count("\n") + 1
    if lines > 1:
        raise LinkProblem(
            f"This is a text of {lines:,} lines, and no link. To bring a program of your own, put it into "
            "the stepper (Edit), and paste the link that stands there."
        )
    if len(link) > MAX_LINK:
        raise LinkProblem(
            f"This has {len(link):,} characters; a link of the stepper has {MAX_LINK:,} at most."
        )
    try:
        query = dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))
    except ValueError:
        query = {}
    if not query.keys() & {"program", "code"}:
        raise LinkProblem(
            "This is no link of the stepper: it names no program. Press Copy link there, or choose below."
        )
    return query


def check(task: Task, found: Found) -> Verdict:
    """Whether what was found is what the task asks for."""
    match task.key:
        case "turns":
            return _turns(found)
        case "missed":
            return _missed(found)
        case "surprise":
            return _surprise(found)
        case "right-red":
            return _right_red(found)
        case "wrong-green":
            return _wrong_green(found)
    raise ValueError(f"no such task: {task.key}")


# --- the rollout ---


def red_steps(rollout: Rollout) -> list[Step]:
    """The steps whose mark is neither green nor grey, as the stepper has them."""
    found = []
    for step in rollout.steps:
        if step.judgement == "after":
            continue
        if step.judgement in ("caught", "missed", "unclear") or step.verdict not in (None, "match"):
            found.append(step)
            if rollout.mode == "imagine":  # what follows can't be compared
                break
    return found


def line_of(rollout: Rollout, step: Step) -> int | None:
    """The line that the stepper marks at this step."""
    frame = step.credited or step.current
    if frame is not None:
        return frame.line
    lines = rollout.truth.source.split("\n")
    return next((i for i, line in enumerate(lines, 1) if line.rstrip().endswith(START_OF_TRACE)), None)


def answer_of(found: Found) -> Answer:
    """Right or wrong by the program's own check, else by what the visitor says. Raises GuessProblem."""
    rollout = found.rollout
    if rollout.answer != "unknown" or not found.expects.strip():
        return rollout.answer
    if rollout.truth.stopped:
        return "wrong"
    expected = read_value(found.expects, "what the call should give")
    returned = rollout.truth.returned
    return "right" if returned is not None and same_value(expected, returned) else "wrong"


# --- the five checks ---


def _no_bug(found: Found) -> Verdict | None:
    if found.bug is None:
        return Verdict("wrong", "This program has no bug in it. Press Inject bug, and bring the link then.")
    return None


def _turns(found: Found) -> Verdict:
    if problem := _no_bug(found):
        return problem
    red = red_steps(found.rollout)
    if not red:
        return Verdict("wrong", "In this run the verdict never turns. Take another bug, or another program.")
    if found.line is None:
        return Verdict("unusable", "Say the line as well: its number stands beside it on the stepper.")
    first = red[0]
    line = line_of(found.rollout, first)
    if found.line != line:
        return Verdict(
            "wrong",
            f"It is not line {found.line}. Go to the first mark of the timeline that is neither green nor "
            "grey; the line that is marked in the program then is the one.",
        )
    words = {
        "caught": "The bug shows there, and the model is right about what was meant.",
        "missed": "The bug shows there, and the model says what the bug does.",
        "unclear": "The bug shows there, and the model says neither what was meant nor what happens.",
    }.get(first.judgement, "No bug has shown yet: that is a slip of the model’s own.")
    return Verdict("right", f"Line {line}, at step {first.index + 1}. {words}")


def _missed(found: Found) -> Verdict:
    if problem := _no_bug(found):
        return problem
    rollout = found.rollout
    if rollout.read == "candidate":
        return Verdict(
            "wrong",
            "Here the model is shown the program with the bug, so there is nothing to miss. Show it the "
            "program as meant.",
        )
    if rollout.parting is None:
        return Verdict("wrong", "This bug changes nothing on this call: the two runs never part.")
    step = rollout.steps[rollout.parting]
    where = f"at step {step.index + 1}, line {line_of(rollout, step)}"
    match step.judgement:
        case "missed":
            return Verdict("right", f"Missed {where}.")
        case "caught":
            return Verdict("wrong", f"The model caught this one, {where}.")
        case "unclear":
            return Verdict(
                "wrong", f"Not missed, {where}: the model says neither what was meant nor what happens."
            )
    return Verdict("wrong", f"The step where the bug shows, {where}, was not judged.")


def _surprise(found: Found) -> Verdict:
    if problem := _no_bug(found):
        return problem
    line = found.bug.line
    meant, buggy = (found.meant or {}).get(line), (found.buggy or {}).get(line)
    if meant is None or buggy is None:
        return Verdict("wrong", f"The text model says nothing about line {line}.")
    (word, level), (word_buggy, level_buggy) = unusual(meant), unusual(buggy)
    told = (
        f"As meant, line {line} is {word} ({bits_a_token(meant):.1f} bits a token); with the bug it is "
        f"{word_buggy} ({bits_a_token(buggy):.1f})."
    )
    if level_buggy > level:
        return Verdict("right", told)
    return Verdict("wrong", f"{told} That catches nothing.")


def _answer(found: Found, wanted: Answer) -> Verdict | None:
    """What is wrong with the answer, for a task that wants a right or a wrong one."""
    try:
        answer = answer_of(found)
    except GuessProblem as problem:
        return Verdict("unusable", str(problem))
    if answer == "unknown":
        return Verdict(
            "unusable", "No check is known for this call. Say what the call should give, in the field for it."
        )
    if answer != wanted:
        return Verdict(
            "wrong", f"The program’s answer is {answer} here; the task wants one that is {wanted}."
        )
    return None


def _right_red(found: Found) -> Verdict:
    if problem := _answer(found, "right"):
        return problem
    red = red_steps(found.rollout)
    if not red:
        return Verdict(
            "wrong", "The answer is right, and no step is red. Take a longer program, or larger values."
        )
    step, rollout = red[0], found.rollout
    return Verdict(
        "right",
        f"The answer is right, and {_count(red)} red, the first at step {step.index + 1}, "
        f"line {line_of(rollout, step)}.",
    )


def _wrong_green(found: Found) -> Verdict:
    rollout = found.rollout
    if found.bug is not None and rollout.read == "intended":
        return Verdict(
            "wrong",
            "Here the model is shown the program as meant, so that the bug has to show somewhere. Show it "
            "the program with the bug.",
        )
    if problem := _answer(found, "wrong"):
        return problem
    red = red_steps(rollout)
    if red:
        return Verdict("wrong", f"The answer is wrong, but {_count(red)} red. Take a shorter program.")
    if not rollout.steps or any(step.verdict is None for step in rollout.steps):
        return Verdict(
            "wrong", "The answer is wrong, but not every step could be judged. Take a shorter program."
        )
    return Verdict("right", f"The answer is wrong, and all {len(rollout.steps)} steps are green.")


def _count(red: Sequence[Step]) -> str:
    return "one step is" if len(red) == 1 else f"{len(red)} steps are"


# --- where the app looks, when it is asked to ---


def places_to_look(
    look: Look,
    programs: Sequence[Program],
    bugs: Mapping[str, Sequence[Bug]],
    most: int,
    first: Sequence[Mapping[str, str]] = (),
) -> list[dict[str, str]]:
    """Queries of the stepper: `first` those given, then the shortest programs, the bugs of each by turns.

    `bugs` are those known for each program, by its name; there are `most` places in all.
    """
    found = [*map(dict, first), *_by_length(look, programs, bugs, most)]
    return list({tuple(query.items()): query for query in found}.values())[:most]


def _by_length(
    look: Look, programs: Sequence[Program], bugs: Mapping[str, Sequence[Bug]], most: int
) -> list[dict[str, str]]:
    short = sorted(programs, key=lambda program: (len(program.source), program.name))
    if look == "programs":
        return [{"program": program.name} for program in short]
    read = {"read": "candidate"} if look == "candidates" else {}
    found = []
    for turn in range(most):
        for program in short:
            kinds = bugs.get(program.name, ())
            if look == "candidates":
                kinds = sorted(kinds, key=lambda bug: bug.operator != SHORTENS)
            if turn < len(kinds):
                bug = kinds[turn if look == "candidates" else turn * 7 % len(kinds)]  # not all of one line
                found.append({"program": program.name, "bug": bug.id, **read})
    return found
