"""How the acts on Home come out with the models on disk; and which bugs would make better ones.

    python -m cwm_demo.ui.home.rehearse               a line for each scene
    python -m cwm_demo.ui.home.rehearse --search      short catalogue programs and bugs, the best first

Run it when the weights change. What it finds goes into assets/home/acts.toml. It opens the world model in
this process (seconds), and asks the text model nothing.
"""

from __future__ import annotations

import argparse
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from cwm_demo.commands.models import open_world
from cwm_demo.execution.sandbox import run
from cwm_demo.predict.prediction import WorldModel
from cwm_demo.programs.bugs import Bug, find_bug, mutations, program_bugs
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.program import Program, load_catalogue, marked
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Mode, Read, Rollout
from cwm_demo.trace.frame import Trace
from cwm_demo.ui.home.acts import load_acts
from cwm_demo.ui.home.told import greens, outcome, told

SHORT = 14  # frames of a run that a visitor can take in


@dataclass(frozen=True, slots=True)
class Stage:
    """A program and its candidate, both run."""

    program: Program
    intended: Trace
    truth: Trace

    def play(self, world: WorldModel, mode: Mode, read: Read) -> Rollout:
        asked = question(self.intended, self.truth, read)
        if mode == "imagine":
            predictions = world.imagine(asked.source, len(self.truth.frames) + 20)
        else:
            predictions = world.replay(asked.source, asked.draft, asked.complete)
        return rollout(
            self.intended,
            self.truth,
            self.program.cases[0],
            mode=mode,
            read=read,
            predictions=predictions,
            guesses=None,
        )


def stage(program: Program, bug: Bug | None) -> Stage:
    intended = _run(program, program.source)
    return Stage(program, intended, _run(program, bug.source) if bug else intended)


def scenes(world: WorldModel) -> Iterator[str]:
    """What each scene tells."""
    for number, scene in enumerate(load_acts()[1], 1):
        program = load_catalogue()[scene.program]
        bug = None
        if scene.bug:
            types = kinds_by_line(_run(program, program.source).frames)
            bug = find_bug(mutations(program.source, types), scene.bug)
        result = stage(program, bug).play(world, scene.mode, scene.read)
        step = result.steps[min(scene.step, len(result.steps) - 1)]
        words = html.unescape(re.sub(r"<[^>]+>", "", told(scene, result, step, program.cases[0]) or ""))
        yield f"{number} {outcome(scene.judge, result, step):<9} {words}"


def search(world: WorldModel) -> Iterator[tuple[int, str]]:
    """Bugs that are caught without a slip before, and how many steps of theirs are then not green."""
    for program in load_catalogue().values():
        intended = _run(program, program.source)
        if len(intended.frames) > SHORT or program.cases[0].returns is None:
            continue
        for bug in program_bugs(program.source, program.call, partial(run, stdin=program.stdin)):
            here = stage(program, bug)
            if len(here.truth.frames) > SHORT or here.truth.returned is None:
                continue
            shown = here.play(world, "replay", "intended")
            judged = [step.judgement for step in shown.steps]
            if "slip" in judged or "caught" not in judged or shown.answer != "wrong":
                continue
            blind = here.play(world, "replay", "candidate")
            missing = len(blind.steps) - greens(blind)
            yield missing, f"{program.name} {bug.id} (parts at step {judged.index('caught') + 1})"


def _run(program: Program, source: str) -> Trace:
    return run(marked(source, program.call), stdin=program.stdin)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--search", action="store_true", help="look for better bugs (minutes)")
    parser.add_argument("--model", metavar="DIR", help="the world model’s folder (default: models/cwm)")
    args = parser.parse_args()
    world = open_world(args.model)
    if args.search:
        for missing, words in sorted(search(world)):
            print(f"{missing} steps not green with the bug shown: {words}")
    else:
        print(*scenes(world), sep="\n")


if __name__ == "__main__":
    main()
