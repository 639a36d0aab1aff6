"""`rollout`: a program step by step, with both models' predictions and the verdicts.

    python -m cwm_demo rollout assets/programs/tally.py --inject 4:wrong-arithmetic --json
    python -m cwm_demo rollout assets/programs/tally.py --mode imagine --read candidate
    python -m cwm_demo rollout assets/programs/tally.py --inject '2:by-hand=counts = {"a": 5}'
    python -m cwm_demo rollout assets/programs/tally.py --html tally.html

With --html the run is also written as a page that opens without a network and steps. Exit status 2 when the
program, the bug or a model's folder can't be used, or the page can't be written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cwm_demo.commands.models import add_model_argument, model_name, open_text, open_world
from cwm_demo.commands.source import (
    UNUSABLE,
    add_call_argument,
    add_source_arguments,
    execute,
    print_json,
    read,
    stdin_text,
)
from cwm_demo.predict.errors import CheckpointError
from cwm_demo.predict.settings import Settings
from cwm_demo.programs.bugs import find_bug, is_by_hand, program_bugs
from cwm_demo.programs.program import Program, ProgramError, marked
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Rollout, Step

MAX_FRAMES = 200  # of a rollout that the model writes on its own


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source_arguments(parser)
    add_call_argument(parser)
    parser.add_argument(
        "--mode",
        choices=["replay", "imagine"],
        default="replay",
        help="replay: corrected after each step (default); imagine: the whole run, uncorrected",
    )
    parser.add_argument(
        "--read",
        choices=["intended", "candidate"],
        default="intended",
        help="the program that the world model is shown (default: intended)",
    )
    parser.add_argument(
        "--inject",
        metavar="LINE:OPERATOR",
        help="a bug, as `bugs FILE` lists them, or LINE:by-hand=TEXT, a line of your own",
    )
    add_model_argument(parser)
    parser.add_argument(
        "--text-model", metavar="DIR", help="the text model's folder (default: models/standard)"
    )
    parser.add_argument(
        "--html", type=Path, metavar="OUT", help="also write a page that steps, in one file without a network"
    )


def main(args: argparse.Namespace) -> int:
    try:
        program = read(args.file, args.call)
        stdin = stdin_text(args) or program.stdin
        candidate = _candidate(program, args.inject, stdin)
    except ProgramError as error:
        return _unusable(str(error), args.json)
    intended = execute(marked(program.source, program.call), stdin)
    if intended.stopped and intended.stopped.reason == "syntax":
        return _unusable(intended.stopped.message, args.json)
    truth = execute(marked(candidate, program.call), stdin) if candidate != program.source else intended

    try:
        world, text = open_world(args.model), open_text(args.text_model)
    except CheckpointError as error:
        return _unusable(str(error), args.json)
    asked = question(intended, truth, args.read)
    if args.mode == "replay":
        predictions = world.replay(asked.source, asked.draft, asked.complete)
    else:
        predictions = world.imagine(asked.source, MAX_FRAMES)
    result = rollout(
        intended,
        truth,
        program.case(program.call),
        mode=args.mode,
        read=args.read,
        predictions=predictions,
        guesses=text.lines(truth.source),
    )
    if args.html and (problem := _write_page(args, program, result)):
        return _unusable(problem, args.json)
    if args.json:
        print_json(result.to_json())
    else:
        _print(result)
    return 0


def _candidate(program: Program, inject: str | None, stdin: str | None) -> str:
    if inject is None:
        return program.source
    if is_by_hand(inject):
        return find_bug((), inject, program.source).source
    found = program_bugs(program.source, program.call, lambda source: execute(source, stdin))
    return find_bug(found, inject).source


def _write_page(args: argparse.Namespace, program: Program, result: Rollout) -> str | None:
    """Why the page could not be written, if so."""
    from cwm_demo.render.run_data import run_data
    from cwm_demo.render.standalone import standalone

    models = {
        "world": model_name(args.model),
        "text": model_name(args.text_model or Settings.from_environment().text),
    }
    try:
        args.html.write_text(standalone(run_data(result, title=program.title, **models)), encoding="utf-8")
    except OSError as error:
        return f"{args.html} can't be written ({error.strerror or error})"
    return None


def _unusable(message: str, as_json: bool) -> int:
    print(message, file=sys.stderr)
    if as_json:
        print_json({"error": message})
    return UNUSABLE


def _print(result: Rollout) -> None:
    for step in result.steps:
        print(_row(step))
    where = "nowhere" if result.parting is None else f"at step {result.parting}"
    print(f"The runs part {where}. The answer is {result.answer}; imagined: {result.imagined}.")


def _row(step: Step) -> str:
    actual = step.actual
    happened = f"{actual.event:<9} {actual.source.rstrip()}" if actual else "(the run has ended)"
    said = step.prediction.frame if step.prediction else None
    row = f"{step.index:>3} {step.verdict or '-':<8} {step.judgement or '':<8} {happened}"
    if step.verdict in (None, "match"):
        return row
    for who, frame in (("predicted", said), ("in fact", actual)):
        if frame:
            effect = f"{dict(frame.delta)} {frame.value or ''}"
            row += f"\n      {who:<9} {frame.event}: {frame.source.strip()} {effect}"
    return row
