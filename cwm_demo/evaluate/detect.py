"""Finds bugs by surprise: the world model in what a run does, the text model in how a line is written.

Each detector gives a score, higher for «more likely a bug», to bugs and to clean things of the same kind; its
ROC curve says how well it tells them apart. What is compared, and why so:

- **step** (world model, question B): the world model reads the *intended* program and the frames of the run
  before a step. Score: -log2 of the probability it gave to the frame that really came. Bugs: of each mutant
  the frame where its run parts from the intended one, which is where a bug first shows and where alone it
  can be told from a slip. Clean: every frame, and the end, of the intended programs' own runs. It holds the
  intended program, which the text model does not: the two curves answer different questions.
- **line** (text model): the text model reads the *mutant's* file from the top and nothing else. Score: bits
  per token of a line. Bugs: the mutated line. Clean: the lines of the unmutated programs, blank ones aside.
- **run** and **file**: the same two for whole things, where nobody says where to look. Score: the highest
  of the steps up to and at the parting, and the highest of the file's lines. Clean: the intended program's
  own run up to that same step, as a longer run has more chances of a high score; and the unmutated file.
- **answer** (both models, question A): the model reads the *candidate* alone and is asked for the call's
  value directly. Score: -log2 of the probability it gave to the value that the program's check expects.
  Bugs: mutants that return another value, raise, or don't end. Clean: the unmutated programs. The check is
  known, the intended program is not.
- **imagined** (world model, question A): the model writes the candidate's whole run and its final value is
  held against the check. It says yes or no, so there is a point and no curve; a rollout without a readable
  end rejects nothing. It is slow and measured on a sample.

Cases and mutants: `mutants.py`. A clean thing counts once for each case. Intervals come from a bootstrap over
programs. Not covered: whether the prediction at the parting was the intended frame, which `check` counts.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cwm_demo.evaluate import surprise
from cwm_demo.evaluate.answers import reads_back
from cwm_demo.evaluate.evaluate import IMAGINE_FRAMES, IMAGINE_MORE
from cwm_demo.evaluate.mutants import Case, Family, Mutant
from cwm_demo.evaluate.roc import Scored, area, threshold
from cwm_demo.evaluate.scores import Score
from cwm_demo.evaluate.surprise import Piece
from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.predict.direct import CorpusModel
from cwm_demo.predict.engine import LocalWorldModel
from cwm_demo.rollout.question import shown_lines
from cwm_demo.rollout.rollout import final_value
from cwm_demo.trace.frame import Trace

DETECTORS = {
    "step": ("world model", "the intended program and the real values before the step"),
    "run": ("world model", "the intended program and the run"),
    "line": ("text model", "the file down to the line"),
    "file": ("text model", "the file"),
    "world answer": ("world model", "the candidate and its check, asked for the value directly"),
    "text answer": ("text model", "the candidate and its check, asked for the value directly"),
}
FALSE_ALARMS = 0.1  # share of clean things, at the threshold by which examples are sorted
EXAMPLES = 6  # of each kind


@dataclass(frozen=True, slots=True)
class _Found:
    """What the two localising detectors said of one mutant."""

    case: Case
    mutant: Mutant
    step: float
    line: float


@dataclass(slots=True)
class Detection:
    """What was measured. `to_json` is the contract of `detect --json`."""

    world_model: str
    text_model: str
    wanted: int
    cases: Counter[str] = field(default_factory=Counter)  # by origin
    mutants: Counter[str] = field(default_factory=Counter)  # by origin, those with all of step and line
    skipped: Counter[str] = field(default_factory=Counter)  # cases and mutants, by reason
    scored: dict[str, Scored] = field(default_factory=lambda: {name: Scored() for name in DETECTORS})
    red: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))  # the verdict alone
    rank: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))  # of the mutated line
    imagined: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    found: list[_Found] = field(default_factory=list)
    seconds: float = 0.0
    finished: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "description": __doc__,
            "world_model": self.world_model,
            "text_model": self.text_model,
            "finished": self.finished,
            "wanted": self.wanted,
            "mutants": sum(self.mutants.values()),
            "mutants_by_origin": dict(self.mutants),
            "cases": sum(self.cases.values()),
            "cases_by_origin": dict(self.cases),
            "skipped": dict(self.skipped),
            "seconds": round(self.seconds),
            "detectors": {
                name: {"model": model, "given": given, **self.scored[name].to_json()}
                for name, (model, given) in DETECTORS.items()
            },
            "verdict_red": {name: score.to_json() for name, score in sorted(self.red.items())},
            "mutated_line_is_the_most_surprising": {
                name: score.to_json() for name, score in sorted(self.rank.items())
            },
            "imagined": {name: score.to_json() for name, score in sorted(self.imagined.items())},
            "by_operator": self._by(lambda found: found.mutant.bug.operator),
            "by_origin": self._by(lambda found: found.case.origin),
            "examples": self._examples(),
        }

    def _clean(self, detector: str) -> list[float]:
        scored = self.scored[detector]
        return [score for score, bug in zip(scored.scores, scored.bugs) if not bug]

    def _by(self, key: Callable[[_Found], str]) -> dict[str, Any]:
        """Areas of both localising detectors for some of the mutants, against all clean things."""
        parts: dict[str, list[_Found]] = defaultdict(list)
        for found in self.found:
            parts[key(found)].append(found)
        table = {}
        for name, members in sorted(parts.items()):
            table[name] = {"bugs": len(members)}
            for detector in ("step", "line"):
                clean, bugs = self._clean(detector), [getattr(found, detector) for found in members]
                kinds = [True] * len(bugs) + [False] * len(clean)
                table[name][detector] = round(area(bugs + clean, kinds), 4)
        return table

    def _examples(self) -> dict[str, list[dict[str, Any]]]:
        """Bugs that both, one or none of the two find, at thresholds with the same share of false alarms."""
        if not self.found:
            return {}
        at = {detector: threshold(self._clean(detector), FALSE_ALARMS) for detector in ("step", "line")}
        kinds: dict[str, list[dict[str, Any]]] = {"both": [], "world": [], "text": [], "none": []}
        counts: Counter[str] = Counter()
        for found in self.found:
            seen = (found.step > at["step"], found.line > at["line"])
            kind = {(True, True): "both", (True, False): "world", (False, True): "text"}.get(seen, "none")
            counts[kind] += 1
            if len(kinds[kind]) < EXAMPLES:
                bug = found.mutant.bug
                bits = {"step_bits": round(found.step, 2), "line_bits_per_token": round(found.line, 2)}
                shown = {"program": found.case.program, "call": found.case.call, "bug": bug.id}
                kinds[kind].append(shown | {"before": bug.before, "after": bug.after, **bits})
        return {"at": at, "counts": dict(counts), **kinds}


class Detectors:
    """Both models, asked about families of mutants; `result` grows."""

    def __init__(self, world: Checkpoint, text: Checkpoint, result: Detection) -> None:
        self.world, self.text, self.result = world, text, result
        self.asked = {"world answer": CorpusModel(world), "text answer": CorpusModel(text)}

    def measure(self, family: Family) -> None:
        """All detectors but the imagined answer."""
        case, intended, result = family.case, family.intended, self.result
        steps = surprise.frames(self.world, intended.source, intended.frames, intended.complete)
        lines = surprise.lines(self.text, case.source)
        if len(steps) < len(intended.frames) + 1 or not lines:
            result.skipped["longer than the context"] += 1
            return
        result.cases[case.origin] += 1
        for piece in steps:
            result.scored["step"].add(piece.bits, False, case.program)
            result.red["clean steps"].add(not piece.greedy)
        for piece in lines.values():
            result.scored["line"].add(piece.bits_per_token, False, case.program)
        result.scored["file"].add(_highest(lines), False, case.program)
        self._answers(case, case.source, intended, False)
        for mutant in family.mutants:
            self._mutant(family, mutant, steps)

    def _mutant(self, family: Family, mutant: Mutant, clean_steps: list[Piece]) -> None:
        case, result, trace = family.case, self.result, mutant.trace
        draft = shown_lines(trace.frames[: mutant.parting + 1], family.intended.source)
        ended = mutant.parting == len(trace.frames)  # it ended where the intended run goes on
        steps = surprise.frames(self.world, family.intended.source, draft, ended and trace.complete)
        lines = surprise.lines(self.text, mutant.bug.source)
        if len(steps) <= mutant.parting or mutant.bug.line not in lines:
            result.skipped["parting or line beyond the context"] += 1
            return
        step, line = steps[mutant.parting], lines[mutant.bug.line]
        result.mutants[case.origin] += 1
        result.found.append(_Found(case, mutant, step.bits, line.bits_per_token))
        result.red["bugs"].add(not step.greedy)
        result.scored["step"].add(step.bits, True, case.program)
        result.scored["line"].add(line.bits_per_token, True, case.program)
        for pieces, bug in ((steps, True), (clean_steps, False)):
            highest = max(piece.bits for piece in pieces[: mutant.parting + 1])
            result.scored["run"].add(highest, bug, case.program)
        result.scored["file"].add(_highest(lines), True, case.program)
        place = sum(piece.bits_per_token > line.bits_per_token for piece in lines.values())
        result.rank["first"].add(place == 0)
        result.rank["among the first three"].add(place < 3)
        if gives_other_answer(family.intended, trace):
            self._answers(case, mutant.bug.source, family.intended, True)

    def _answers(self, case: Case, source: str, intended: Trace, bug: bool) -> None:
        if not reads_back(intended.returned):
            return
        for name, model in self.asked.items():
            bits = model.bits(source, case.call, intended.returned)
            if bits is not None:
                self.result.scored[name].add(bits, bug, case.program)

    def imagine(self, family: Family) -> None:
        """The imagined answer, of one mutant with another answer and of the unmutated program."""
        mutant = next((m for m in family.mutants if gives_other_answer(family.intended, m.trace)), None)
        expected = final_value(family.intended.frames)
        if mutant is None or expected is None:
            return
        limit = int(len(family.intended.frames) * IMAGINE_FRAMES) + IMAGINE_MORE
        model = LocalWorldModel(self.world)
        for kind, source in (("clean", family.intended.source), ("bugs", mutant.trace.source)):
            said = model.imagine(source, limit)
            answer = final_value([each.frame for each in said if each.frame]) if said[-1].ended else None
            self.result.imagined[f"{kind}: rejected"].add(answer is not None and answer != expected)
            self.result.imagined[f"{kind}: no readable end"].add(answer is None)


def gives_other_answer(intended: Trace, candidate: Trace) -> bool:
    return (candidate.returned, candidate.raised) != (intended.returned, intended.raised)


def _highest(lines: dict[int, Piece]) -> float:
    return max(piece.bits_per_token for piece in lines.values())


def detect(
    cases: Iterable[Case],
    family_of: Callable[[Case], Family | str],
    detectors: Detectors,
    *,
    imagine: int = 0,
    seconds: float | None = None,
    on_case: Callable[[Detection], None] | None = None,
) -> Detection:
    """Measure case by case, until `result.wanted` mutants are scored or the time is up.

    Of the first `imagine` cases the world model also imagines the answers.
    """
    result, begun = detectors.result, time.monotonic()
    for case in cases:
        if sum(result.mutants.values()) >= result.wanted:
            break
        if seconds is not None and time.monotonic() - begun > seconds:
            return result
        family = family_of(case)
        if isinstance(family, str):
            result.skipped[family] += 1
            continue
        detectors.measure(family)
        if result.imagined["clean: rejected"].n < imagine:
            detectors.imagine(family)
        result.seconds = time.monotonic() - begun
        if on_case:
            on_case(result)
    result.finished = True
    return result
