"""The stages of training: one start, then twins that differ in nothing but their data.

    python -m cwm_demo train pretrain --minutes 10              # on source
    python -m cwm_demo train mid --data traces --minutes 75     # goes on with traces: the world model
    python -m cwm_demo train mid --data source --tokens N       # goes on with source: the standard model
    python -m cwm_demo train all --minutes 100                  # the three of them, the twins side by side
    python -m cwm_demo train mid --data traces --from models/cwm --depth 6 --tokens N # another round
    python -m cwm_demo train export --data traces               # write a running or stopped twin as it stands

Each stage has a folder in `.runs/train` with its settings, its state and its log; the same command resumes
what was interrupted, and a larger budget carries a finished stage on. A twin that has used up its budget is
written to `models/cwm` or `models/standard`, the log of its start and its own beside it. The corpus is made
by `python -m cwm_demo corpus`.

`--from` begins another round with a finished checkpoint's weights in place of the pre-trained ones, grown to
`--depth` and `--layers` where they are more than its own. The rounds before stay on record in
`training.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cwm_demo.train import experiments, further, lent
from cwm_demo.train.lock import alone

if TYPE_CHECKING:
    from transformers import CwmForCausalLM

    from cwm_demo.train.data import Mix
    from cwm_demo.train.trainer import Progress, Recipe

ALL_MINUTES = 100  # of `all`, when not told
PRETRAIN_SHARE = 0.1  # of them
DEPTH = 4  # when not told
ORIGIN = "origin"  # in a stage's folder, the checkpoint that it goes on from
OTHERS = (*further.STAGES, experiments.STAGE, lent.STAGE)  # what is not pre- or mid-training of a pair
TWINS = {"traces": "cwm", "source": "standard"}


@dataclass(frozen=True)
class Stage:
    """All that decides what a stage makes; saved beside it."""

    name: str  # "pretrain", "cwm", "standard"
    mix: Mix
    recipe: Recipe
    depth: int = DEPTH  # the size, see model.py
    seed: int = 0  # of the weights
    start: str | None = None  # what it begins with: the stage "pretrain", or "checkpoint" (a round before)
    layers: int | None = None  # where there are not `depth` of them

    def same_course(self, other: dict[str, Any]) -> bool:
        """Whether a state saved under `other` is on this stage's way: all but the recipe is equal."""
        mine = json.loads(json.dumps(asdict(self)))
        return all(mine[key] == other.get(key) for key in ("name", "mix", "depth", "seed", "start", "layers"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "stage", choices=["pretrain", "mid", "all", "export", *further.STAGES, experiments.STAGE, lent.STAGE]
    )
    parser.add_argument("--data", choices=sorted(TWINS), help="of mid and export: which twin")
    parser.add_argument("--minutes", type=_positive(float), help="budget of wall-clock time (all: 100)")
    parser.add_argument("--tokens", type=_positive(int), help="budget of tokens, hit exactly")
    parser.add_argument("--from", dest="origin", type=Path, help="of mid: a checkpoint to go on from")
    parser.add_argument("--rate", type=_positive(float), help="peak rate of the matrices (0.02)")
    parser.add_argument(
        "--weight-decay",
        type=_share,
        help="of the matrices, times their rate (0.3, less for a long run, 0.1 where only minutes are given; "
        "none with --from)",
    )
    parser.add_argument("--decay-from", type=float, help="share of the budget after which rates fall (0.4)")
    parser.add_argument(
        "--source-share", type=_share, help="of mid with traces: of the tokens, plain source (0.15)"
    )
    parser.add_argument("--bf16", action="store_true", help="bfloat16 on a processor that is fast at it")
    parser.add_argument("--depth", type=int, help="the size: layers, and a 32nd of the width (4; full: 9)")
    parser.add_argument("--layers", type=_positive(int), help="other than `depth`, at that width (as depth)")
    parser.add_argument("--seed", type=int, default=0, help="of the weights and of the order of documents")
    parser.add_argument("--corpus", type=Path, default=Path(".data/corpus"), help="(.data/corpus)")
    parser.add_argument(
        "--runs", type=Path, default=Path(".runs/train"), help="states and logs (.runs/train)"
    )
    parser.add_argument("--models", type=Path, default=Path("models"), help="finished checkpoints (models)")
    parser.add_argument("--threads", type=_positive(int), help="of the processor (all)")
    parser.add_argument("--micro-tokens", type=_positive(int), help="padded size of one forward (2048)")
    parser.add_argument("--step-tokens", type=_positive(int), help="of each update of the weights (4096)")
    parser.add_argument("--eager", action="store_true", help="don't compile on a GPU")
    parser.add_argument("--fresh", action="store_true", help="begin anew, forget what was trained before")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    further.add_arguments(parser)
    experiments.add_arguments(parser)
    lent.add_arguments(parser)


def main(args: argparse.Namespace) -> int:
    for option in ("weight_decay", "layers"):
        if getattr(args, option) is not None and args.stage in OTHERS:
            words = option.replace("_", "-")
            return _refuse(f"--{words} goes with pretrain, mid and all, not with {args.stage}")
    if args.stage == lent.STAGE:
        return lent.main(args)
    args.depth = args.depth or DEPTH
    if args.stage in further.STAGES:
        return further.main(args)
    if args.stage == experiments.STAGE:
        return experiments.main(args)
    if args.stage in ("mid", "export") and not args.data:
        return _refuse(f"train {args.stage} needs --data traces (world model) or --data source (standard)")
    if args.origin and args.stage not in ("mid", "export"):
        return _refuse(f"--from goes with mid, not with {args.stage}")
    if args.source_share is not None and args.data != "traces":
        return _refuse("--source-share goes with --data traces: the other twin reads nothing but source")
    if args.stage == "all":
        if args.tokens:
            return _refuse("train all is given --minutes, and shares them out itself; give no --tokens")
        return _all(args)
    from cwm_demo.train.trainer import TrainingError

    if args.threads:
        import torch

        torch.set_num_threads(args.threads)
    try:
        if args.stage == "export":
            from cwm_demo.train.export import export

            stage = _twin(args)
            folder = args.runs / stage.name
            model = _built(stage, args)
            return export(model, stage, _load(folder, model), args)
        if not args.minutes and not args.tokens:
            return _refuse(f"train {args.stage} needs a budget: --minutes, --tokens, or both")
        return _run(_pretrain(args) if args.stage == "pretrain" else _twin(args), args)
    except (TrainingError, OSError, ValueError) as error:
        return _refuse(str(error))


def _pretrain(args: argparse.Namespace) -> Stage:
    from cwm_demo.train.data import Mix

    mix = _micro(Mix(traces=False, easy_tokens=0, seed=args.seed), args)
    # The embedding starts from noise, and far from its size: it learns at twice the rate of later stages.
    recipe = _recipe(args)
    recipe = replace(recipe, other_lr=2 * recipe.other_lr)
    return Stage("pretrain", mix, recipe, args.depth, args.seed, layers=args.layers)


def _twin(args: argparse.Namespace) -> Stage:
    from cwm_demo.train.data import Mix

    mix = _micro(Mix(traces=args.data == "traces", seed=args.seed + 1), args)
    if args.source_share is not None:
        mix = replace(mix, source_share=args.source_share)
    start = "pretrain"
    if args.origin:
        start, mix = "checkpoint", replace(mix, easy_tokens=0)  # it has had its easy beginning
    return Stage(TWINS[args.data], mix, _recipe(args), args.depth, args.seed, start, args.layers)


def _micro(mix: Mix, args: argparse.Namespace) -> Mix:
    return replace(mix, micro_tokens=args.micro_tokens) if args.micro_tokens else mix


def _recipe(args: argparse.Namespace) -> Recipe:
    from cwm_demo.train.trainer import Recipe

    recipe = Recipe(minutes=args.minutes, tokens=args.tokens, bf16=args.bf16, compile=not args.eager)
    if args.rate:  # the other rate keeps its proportion
        scale = args.rate / recipe.matrix_lr
        recipe = replace(recipe, matrix_lr=args.rate, other_lr=round(scale * recipe.other_lr, 6))
    if args.step_tokens:
        recipe = replace(recipe, step_tokens=args.step_tokens)
    if args.weight_decay is not None:
        recipe = replace(recipe, weight_decay=args.weight_decay)
    if args.decay_from is not None:
        recipe = replace(recipe, decay_from=args.decay_from)
    if args.origin and args.weight_decay is None:  # it would lose more than a short round brings back
        recipe = replace(recipe, weight_decay=0.0)
    return replace(recipe, weight_decay=recipe.decay)  # the number itself goes on record


def _built(stage: Stage, args: argparse.Namespace) -> CwmForCausalLM:
    """The stage's model as it is before the stage: fresh, or with the weights of the stage it starts from."""
    from cwm_demo.trace.text import BEGIN, END, PAD, Tokens
    from cwm_demo.train.grow import grown, woken
    from cwm_demo.train.model import config_for, new_model, opened
    from cwm_demo.train.tokenizer import build

    tokens = Tokens(build())
    special = tokens.special
    config = config_for(stage.depth, len(tokens), special[BEGIN], special[END], special[PAD], stage.layers)
    if stage.start == "checkpoint":
        model = grown(opened(args.runs / stage.name / ORIGIN), config, stage.seed)
        woken(model, stage.seed)
        return model
    model = new_model(config, stage.seed)
    if stage.start and not _load(args.runs / stage.start, model).finished:
        raise ValueError(f"{args.runs / stage.start} is not finished: run that stage to its end first")
    return model


def _load(folder: Path, model: CwmForCausalLM) -> Progress:
    from cwm_demo.train.trainer import load_state

    if not (folder / "state.pt").exists():
        raise ValueError(f"there is no state in {folder}: run that stage first")
    return load_state(folder, model)


def _run(stage: Stage, args: argparse.Namespace) -> int:
    with alone(args.runs / stage.name):
        return _run_alone(stage, args)


def _run_alone(stage: Stage, args: argparse.Namespace) -> int:
    from accelerate import PartialState

    from cwm_demo.trace.text import Tokens
    from cwm_demo.train.data import Batches, load_documents
    from cwm_demo.train.export import export
    from cwm_demo.train.model import opened
    from cwm_demo.train.tokenizer import build
    from cwm_demo.train.trainer import train
    from cwm_demo.train.validation import Validation

    folder = args.runs / stage.name
    if args.fresh and folder.exists():
        shutil.rmtree(folder)
    settings = folder / "stage.json"
    if settings.exists() and not stage.same_course(json.loads(settings.read_text())):
        raise ValueError(f"{folder} holds a run with other settings: give --fresh, or another --runs")
    if args.origin and not (folder / ORIGIN).exists():
        opened(args.origin)  # refuses what can't be opened
        # A copy of its own: the finished round may be written where this one came from.
        shutil.copytree(args.origin, folder / ORIGIN)
    model = _built(stage, args)
    documents, held_out = load_documents(args.corpus)
    batches = Batches(documents, stage.mix)
    validate = Validation(held_out, Tokens(build()).special)
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(asdict(stage), indent=2) + "\n")
    progress = train(model, batches, stage.recipe, folder, validate, args.quiet)
    if not progress.finished:
        print(f"stopped at {progress.tokens:,} tokens; the same command goes on from there", file=sys.stderr)
        return 130
    if stage.start and PartialState().is_main_process:
        return export(model, stage, progress, args)
    return 0


def _all(args: argparse.Namespace) -> int:
    """Pre-training, then both twins with as many tokens as fit what is left of the time."""
    import torch

    from cwm_demo.train.trainer import Recipe, read_log

    minutes = args.minutes or ALL_MINUTES
    begun = {"minutes": PRETRAIN_SHARE * minutes}
    if status := _wait([_command(args, "pretrain", begun)]):
        return status
    last = read_log(args.runs / "pretrain")[-1]
    left = minutes * (1 - PRETRAIN_SHARE) * 60 / len(TWINS)
    step = Recipe().step_tokens
    tokens = (
        max(1, int(left * last["tokens"] / last["seconds"]) // step) * step
    )  # the twins' steps are equal too
    cores = args.threads or os.cpu_count() or 1
    # Two processes of half the threads each get through a third more than one with all of them, on 2 cores.
    abreast = cores >= len(TWINS) and not torch.cuda.is_available()
    budgets = {"tokens": tokens, "threads": cores // len(TWINS) if abreast else cores}
    commands = [_command(args, "mid", budgets | {"data": data}) for data in TWINS]
    if abreast:
        return _wait([commands[0], [*commands[1], "--quiet"]])
    return _wait([commands[0]]) or _wait([commands[1]])


def _command(args: argparse.Namespace, stage: str, options: dict[str, Any]) -> list[str]:
    passed = {
        key: getattr(args, key) for key in ("depth", "layers", "seed", "corpus", "runs", "models", "threads")
    }
    passed |= {"micro_tokens": args.micro_tokens, "step_tokens": args.step_tokens}
    passed |= {"rate": args.rate, "decay_from": args.decay_from, "weight_decay": args.weight_decay} | options
    flags = [f"--{key.replace('_', '-')}={value}" for key, value in passed.items() if value is not None]
    switches = [f"--{key}" for key in ("fresh", "quiet", "bf16", "eager") if getattr(args, key)]
    return [sys.executable, "-m", "cwm_demo", "train", stage, *flags, *switches]


def _wait(commands: list[list[str]]) -> int:
    """Run commands side by side, hand them the signals that ask to stop; the first status that isn't 0."""
    running = [subprocess.Popen(command) for command in commands]

    def hand_on(number: int, _frame: object) -> None:
        for process in running:
            process.send_signal(number)

    before = {number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        statuses = [process.wait() for process in running]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return next((status for status in statuses if status), 0)


def _positive(kind: type) -> Any:
    def parse(text: str) -> Any:
        value = kind(text)
        if value <= 0:
            raise ValueError
        return value

    parse.__name__ = f"positive {kind.__name__}"
    return parse


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1:
        raise ValueError
    return value


_share.__name__ = "share, from 0 to less than 1"


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 2
