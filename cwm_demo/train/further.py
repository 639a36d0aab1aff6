"""What comes after mid-training: fine-tuning on tasks, and reinforcement learning by running what is written.

    python -m cwm_demo train tasks --programs 20000               # makes the tasks, from the corpus' programs
    python -m cwm_demo train sft --data traces --tokens 4000000    # models/cwm -> models/cwm-sft
    python -m cwm_demo train sft --data source --tokens 4000000    # models/standard -> models/standard-sft
    python -m cwm_demo train rl --data traces --rounds 8           # models/cwm-sft -> models/cwm-rl

`--from` names another checkpoint to begin with. A stage has a folder in `.runs/train`, as the stages before
it; the same command resumes it. It writes a checkpoint in Hugging Face's layout (the logs of all stages,
`further` in training.json), and its part of `assets/results/sft.json` or `rl.json`: scores before and after,
the curve, tokens, time and cost. The definitions are in `docs/tasks.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cwm_demo.train.lock import alone

if TYPE_CHECKING:
    from transformers import CwmForCausalLM

    from cwm_demo.trace.text import Tokens
    from cwm_demo.train.data import Documents
    from cwm_demo.train.tasks.task import Task

STAGES = ("tasks", "sft", "rl")
TWINS = {"traces": "cwm", "source": "standard"}
ORIGIN = "origin"
MEASURED = 300  # held-out tasks that a model is scored on
SFT_TOKENS = 4_000_000
RATES = {"sft": 0.006, "rl": 0.003}  # of the matrices; the other rate is half of it


@dataclass(frozen=True)
class Settings:
    """All that decides what a further stage makes, beside the tasks and the corpus; saved beside it."""

    stage: str  # "sft" or "rl"
    twin: str  # "cwm" or "standard"
    origin: str  # the checkpoint's name
    share: float  # of the tokens, what it read in mid-training
    rate: float
    step_tokens: int
    micro_tokens: int
    seed: int
    method: str | None = None  # of rl
    prompts: int | None = None
    samples: int | None = None
    temperature: float | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("further stages: tasks, sft, rl")
    group.add_argument("--tasks", type=Path, default=Path(".data/tasks"), help="folder (.data/tasks)")
    group.add_argument("--programs", type=int, default=20_000, help="that tasks are made of (20,000)")
    group.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="that make tasks (all cores)")
    group.add_argument("--mbpp", metavar="PATH", help="mbpp.jsonl, for the tasks")
    group.add_argument("--share", type=float, default=0.5, help="of the tokens, what mid-training read (0.5)")
    group.add_argument("--results", type=Path, default=Path("assets/results"), help="(assets/results)")
    group.add_argument("--measure", type=int, default=MEASURED, help=f"held-out tasks scored ({MEASURED})")
    group.add_argument("--rounds", type=int, default=8, help="of rl (8)")
    group.add_argument("--method", choices=("expert", "grpo"), default="expert", help="of rl (expert)")
    group.add_argument("--prompts", type=int, default=256, help="tasks of a round of rl (256)")
    group.add_argument("--samples", type=int, default=8, help="lines for each task (8)")
    group.add_argument("--temperature", type=float, default=0.8, help="of the samples (0.8)")


def main(args: argparse.Namespace) -> int:
    if args.stage == "tasks":
        return _tasks(args)
    if not args.data:
        return _refuse(f"train {args.stage} needs --data traces (world model) or --data source (text model)")
    if not 0 <= args.share < 1:
        return _refuse("--share must be from 0 up to less than 1")
    if args.threads:
        import torch

        torch.set_num_threads(args.threads)
    from cwm_demo.execution.sandbox import SandboxUnavailable
    from cwm_demo.train.trainer import TrainingError

    try:
        with alone(folder_of(args)):
            if args.stage == "sft":
                from cwm_demo.train.sft import fine_tune

                return fine_tune(args)
            from cwm_demo.train.rl import reinforce

            return reinforce(args)
    except (TrainingError, SandboxUnavailable, OSError, ValueError) as error:
        return _refuse(str(error))


def _tasks(args: argparse.Namespace) -> int:
    from cwm_demo.train import corpus, mbpp
    from cwm_demo.train.tasks import build

    corpus._with_fixed_hashes()  # programs walk through sets in the order that the sandbox has
    try:
        path = mbpp.find(Path(args.mbpp) if args.mbpp else None)
        tasks = build.build_tasks(
            args.tasks, build.Settings(args.seed, str(path)), args.programs, args.workers
        )
    except (mbpp.MbppError, ValueError) as error:
        return _refuse(str(error))
    learn, held_out = build.split(tasks)
    print(f"{args.tasks}: {len(learn):,} tasks to learn from, {len(held_out):,} held out", file=sys.stderr)
    return 0


@dataclass
class Workplace:
    """What a further stage works with."""

    settings: Settings
    folder: Path
    model: CwmForCausalLM  # with the weights of its origin
    tokens: Tokens
    corpus: Documents  # to read again
    held_corpus: Documents
    learn: list[Task]
    held_out: list[Task]  # those that are scored


def workplace(args: argparse.Namespace, settings: Settings) -> Workplace:
    """Opens everything, and refuses a folder of other settings. Raises ValueError, OSError."""
    from cwm_demo.trace.text import Tokens
    from cwm_demo.train.data import load_documents
    from cwm_demo.train.model import opened
    from cwm_demo.train.tasks.build import split
    from cwm_demo.train.tokenizer import build

    folder = folder_of(args)
    if args.fresh and folder.exists():
        shutil.rmtree(folder)
    saved = folder / "stage.json"
    if saved.exists() and json.loads(saved.read_text()) != asdict(settings):
        raise ValueError(f"{folder} holds a run with other settings: give --fresh, or another --runs")
    if not (folder / ORIGIN).exists():
        origin = origin_of(args)
        if not (origin / "config.json").exists():
            raise ValueError(f"there is no checkpoint in {origin}: give one with --from")
        # A copy of its own: the same command may write where this one came from.
        shutil.copytree(origin, folder / f"{ORIGIN}.part", dirs_exist_ok=True)
        (folder / f"{ORIGIN}.part").rename(folder / ORIGIN)
    saved.write_text(json.dumps(asdict(settings), indent=2) + "\n")
    model = opened(folder / ORIGIN)
    corpus, held_corpus = load_documents(args.corpus)
    learn, held_out = split(_made_tasks(args))
    if not learn or not held_out:
        raise ValueError(f"{args.tasks} has too few tasks: make more with --programs")
    some = held_out[:: max(1, len(held_out) // args.measure)][: args.measure]
    return Workplace(settings, folder, model, Tokens(build()), corpus, held_corpus, learn, some)


def folder_of(args: argparse.Namespace) -> Path:
    """Where a stage keeps its settings, its state and its log."""
    return args.runs / f"{args.stage}-{TWINS[args.data]}"


def origin_of(args: argparse.Namespace) -> Path:
    """What a stage begins with when nothing is said: the twin as it came out of the stage before."""
    name = TWINS[args.data]
    return args.origin or args.models / (name if args.stage == "sft" else f"{name}-sft")


def _made_tasks(args: argparse.Namespace) -> list[Task]:
    """The tasks in their folder; they are made when there are none, by a process of its own."""
    from cwm_demo.train.tasks.build import load_tasks

    if not any(args.tasks.glob("tasks-*.jsonl")):
        made = [f"--tasks={args.tasks}", f"--programs={args.programs}", f"--workers={args.workers}"]
        made += [f"--mbpp={args.mbpp}"] if args.mbpp else []
        command = [sys.executable, "-m", "cwm_demo", "train", "tasks", *made]
        if subprocess.run(command, check=False).returncode:
            raise ValueError("the tasks could not be made")
    return load_tasks(args.tasks)


def once(path: Path, measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What was measured before, or is now: a stage that is resumed measures its start once."""
    if not path.exists():
        part = path.with_name(f".{path.name}")
        part.write_text(json.dumps(measure(), indent=1) + "\n")
        part.replace(path)
    return json.loads(path.read_text())


def scores_of(place: Workplace, samples: int) -> dict[str, Any]:
    """Tasks and, so that a loss of what was known before shows, the held-out corpus."""
    from cwm_demo.train.tasks.judge import Judge
    from cwm_demo.train.tasks.scores import score_tasks
    from cwm_demo.train.validation import Validation

    place.model.to(device())
    scores = score_tasks(place.model, place.tokens, place.held_out, Judge(), samples)
    return scores | {"corpus": Validation(place.held_corpus, place.tokens.special)(place.model.eval())}


def device() -> str:
    import torch

    gpu = torch.cuda.is_available() and os.environ.get("CWM_DEMO_DEVICE", "cuda") != "cpu"
    return "cuda" if gpu else "cpu"


def cost(place: Workplace, tokens: int, steps: int, seconds: float) -> dict[str, Any]:
    """What a stage took. The operations are the usual estimate, six for each weight and token read."""
    import torch

    from cwm_demo.train.model import parameter_count

    count = parameter_count(place.model)
    where = torch.cuda.get_device_name() if device() == "cuda" else "cpu"
    return {
        "parameters": count,
        "tokens": tokens,
        "steps": steps,
        "seconds": round(seconds, 1),
        "device": where,
        "threads": torch.get_num_threads(),
        "operations": 6 * count * tokens,
    }


def export(place: Workplace, log: list[dict[str, Any]], record: dict[str, Any], out: Path) -> None:
    """Write the checkpoint beside what its origin had on record."""
    import torch
    from transformers.utils import logging

    from cwm_demo.train import tokenizer

    stage, origin = place.settings.stage, place.folder / ORIGIN
    part = out.with_name(f"{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(origin, part, ignore=shutil.ignore_patterns("*.safetensors*"))
    logging.disable_progress_bar()
    weights = {name: weight.clone() for name, weight in place.model.state_dict().items()}
    place.model.to(torch.float16).save_pretrained(part)
    place.model.float().load_state_dict(weights)
    config = json.loads((part / "config.json").read_text())
    (part / "config.json").write_text(json.dumps(config | {"dtype": "float32"}, indent=2) + "\n")
    tokenizer.save(part)
    with open(part / "log.jsonl", "a") as file:
        file.writelines(json.dumps({"stage": stage} | entry) + "\n" for entry in log)
    about = part / "training.json"
    training = json.loads(about.read_text()) if about.exists() else {}
    training["further"] = [*training.get("further", []), {"stage": stage} | record]
    about.write_text(json.dumps(training, indent=2) + "\n")
    with open(part / "README.md", "a") as file:
        file.write(_card(stage, record))
    out.mkdir(parents=True, exist_ok=True)
    for file in sorted(part.iterdir(), key=lambda path: path.suffix == ".safetensors"):
        file.chmod(0o644)
        os.replace(file, out / file.name)
    part.rmdir()


def _card(stage: str, record: dict[str, Any]) -> str:
    names = {"sft": "Fine-tuning", "rl": "Reinforcement learning"}
    before, after = (record["scores"][when]["fill"]["pass_1"] for when in ("before", "after"))
    spent = record["cost"]
    return f"""
## {names[stage]}

After the stages above, by `{record["command"]}` (commit {record["commit"]},
{record["date"]}): {spent["tokens"]:,} tokens in {spent["seconds"] / 60:.0f} minutes. Missing lines of
held-out programs filled so that all checks hold: {before["value"]:.1%} before, {after["value"]:.1%} after
({after["n"]} tasks). `docs/tasks.md` has the definitions.
"""


def save_result(results: Path, stage: str, twin: str, record: dict[str, Any]) -> None:
    """Put one twin's record into the stage's result file; the other twin's stays."""
    from cwm_demo.evaluate.provenance import save

    path = results / f"{stage}.json"
    try:
        models = json.loads(path.read_text())["models"]
    except (OSError, ValueError, KeyError):
        models = {}
    save({"stage": stage, "models": models | {twin: record}}, path)


def thinned(log: list[dict[str, Any]], keys: tuple[str, ...], points: int = 100) -> dict[str, list[float]]:
    """A log's curves as columns, of neighbours their mean."""
    from cwm_demo.train.history import smoothed

    columns: dict[str, list[float]] = {}
    for key in keys:
        curve = [(entry["tokens"], entry[key]) for entry in log if key in entry]
        if curve:
            tokens, values = smoothed(([t for t, _ in curve], [v for _, v in curve]), points)
            columns["tokens"] = [round(t) for t in tokens]
            columns[key] = [round(value, 4) for value in values]
    return columns


def now() -> float:
    return time.monotonic()


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 2
