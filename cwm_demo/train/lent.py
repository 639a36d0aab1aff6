"""The whole training on a machine that is lent for minutes: one command, given again until it is done.

    python -m cwm_demo train full --out OUT --stop-after 9        # or: make train-gpu OUT=OUT

Does in turn what is not done yet: the corpus on all cores, pre-training, both twins, tasks, fine-tuning and
reinforcement learning of both, a score on the catalogue. Then it packs models and results into
`OUT/pair.tar.00`, `.01`, ... of at most `--part` bytes; `cat pair.tar.* | tar x` in the project's root puts
them in their places. After `--stop-after` minutes the step at work is asked to save and stop, and what is
finished is packed; the same command goes on, as long as `.data` and `.runs` are kept. Nothing is fetched.

Sizes for one GPU are the defaults; `--tokens` is for each twin. Where there is no system-call filter, nothing
that a model wrote is run unless `CWM_DEMO_ALLOW_UNSANDBOXED=1` says that nothing there is worth protecting.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STAGE = "full"
DEPTH = 9  # width 288: 9.2M parameters, 18.5 MB on disk for each twin
TOKENS = 300_000_000
STEP = 32_768  # tokens of an update, and of a forward
PART = 15 * 2**20  # bytes of a packed file
ROOM = 56 * 2**20  # bytes of packed models, at most
PACKED = ("cwm", "standard", "cwm-rl", "standard-rl", "cwm-sft", "standard-sft")
PATIENCE_S = 45.0  # for a step that was asked to stop
UNUSED = {  # options of single stages, and where they are kept
    "minutes": "minutes",
    "from": "origin",
    "data": "data",
    "rate": "rate",
    "weight-decay": "weight_decay",
    "decay-from": "decay_from",
    "source-share": "source_share",
    "fresh": "fresh",
}
DONE = "done"  # in the folder of states: a file for each step that is finished


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]  # after `python -m cwm_demo`
    needed: bool = True  # whether later steps need it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("full: everything, on a machine that is lent for minutes")
    group.add_argument("--out", type=Path, help="folder for the packed models and results")
    group.add_argument("--stop-after", type=float, metavar="MINUTES", help="save, pack and stop then")
    group.add_argument("--trace-tokens", type=int, help="of the corpus (as --tokens)")
    group.add_argument(
        "--pack", nargs="+", default=PACKED, metavar="NAME", help="models, as far as there is room"
    )
    group.add_argument("--part", type=int, default=PART, help=f"bytes of a packed file, at most ({PART:,})")
    group.add_argument("--room", type=int, default=ROOM, help=f"bytes of packed models, at most ({ROOM:,})")


def main(args: argparse.Namespace) -> int:
    if not args.out:
        print("train full needs --out, a folder for what it makes", file=sys.stderr)
        return 2
    if unused := [f"--{name}" for name, key in UNUSED.items() if getattr(args, key) not in (None, False)]:
        print(f"train full sets {', '.join(unused)} for each step itself; leave it out", file=sys.stderr)
        return 2
    deadline = time.monotonic() + 60 * args.stop_after if args.stop_after else None
    done = args.runs / DONE
    done.mkdir(parents=True, exist_ok=True)
    status = 0
    for step in steps(args):
        if (done / step.name).exists():
            continue
        begun = time.monotonic()
        ended = _run(step, deadline)
        print(f"{step.name}: {time.monotonic() - begun:.0f} s, status {ended}", file=sys.stderr, flush=True)
        if ended == 0:
            (done / step.name).touch()
            continue
        status = ended  # of a step that others don't need, too: the command is to be given again
        if deadline is not None and time.monotonic() >= deadline:
            print("the time is over; the same command goes on from there", file=sys.stderr)
            status = 130
            break
        elif step.needed:
            break
    pack(args)
    if status == 0:
        print("nothing is left to do", flush=True)
    return status


def steps(args: argparse.Namespace) -> Iterator[Step]:
    """All that is to do, in order."""
    tokens = args.tokens or TOKENS
    depth = args.depth or DEPTH
    wanted = args.trace_tokens or tokens
    places = [f"--{name}={getattr(args, name)}" for name in ("corpus", "runs", "models", "results", "tasks")]
    places += [f"--depth={depth}", f"--seed={args.seed}", "--quiet"]
    places += [f"--step-tokens={args.step_tokens or STEP}", f"--micro-tokens={args.micro_tokens or STEP}"]
    places += [f"--measure={args.measure}", f"--samples={args.samples}", f"--prompts={args.prompts}"]
    places += [f"--threads={args.threads}"] * bool(args.threads)
    places += ["--bf16"] * args.bf16 + ["--eager"] * args.eager
    data = [f"--mbpp={args.mbpp}"] if args.mbpp else []
    workers = f"--workers={args.workers}"
    corpus = ["corpus", str(args.corpus), f"--tokens={wanted}", f"--source-tokens={max(1, wanted // 3)}"]
    yield Step("corpus", (*corpus, workers, *data))

    def train(stage: str, *words: str) -> tuple[str, ...]:
        return ("train", stage, *words, *places)

    yield Step("pretrain", train("pretrain", f"--tokens={max(1, tokens // 10)}"))
    for twin in ("traces", "source"):
        yield Step(f"mid-{twin}", train("mid", f"--data={twin}", f"--tokens={tokens}"))
    yield Step(
        "tasks", ("train", "tasks", f"--tasks={args.tasks}", f"--programs={args.programs}", workers, *data)
    )
    for twin in ("traces", "source"):
        sft = f"--tokens={max(1, tokens // 20)}"
        yield Step(f"sft-{twin}", train("sft", f"--data={twin}", sft, f"--share={args.share}"), False)
    for twin in ("traces", "source"):
        rl = [f"--rounds={args.rounds}", f"--method={args.method}", f"--share={args.share}"]
        rl += [f"--temperature={args.temperature}"]
        yield Step(f"rl-{twin}", train("rl", f"--data={twin}", *rl), False)
    score = ("evaluate", "catalogue", "--model", str(args.models / "cwm"), "--seconds", "240")
    yield Step("catalogue", (*score, "--out", str(args.results / "catalogue.json")), False)


def _run(step: Step, deadline: float | None) -> int:
    """A step as a process of its own, asked to stop at the deadline; its status."""
    if deadline is not None and time.monotonic() >= deadline:
        return 130
    process = subprocess.Popen([sys.executable, "-m", "cwm_demo", *step.command])
    try:
        return process.wait(None if deadline is None else max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(PATIENCE_S) or 130
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def pack(args: argparse.Namespace) -> list[Path]:
    """The models that are finished and all results, in parts; whatever was packed before is replaced."""
    args.out.mkdir(parents=True, exist_ok=True)
    for old in args.out.glob("pair.tar.*"):
        old.unlink()
    whole = args.out / ".pair.tar"
    folders, left_out, room = [], [], args.room
    for name in args.pack:
        weights = args.models / name / "model.safetensors"
        if not weights.exists():
            continue
        room -= weights.stat().st_size
        (folders if room >= 0 else left_out).append(args.models / name)
    with tarfile.open(whole, "w") as tar:
        for folder in folders:
            tar.add(folder, f"models/{folder.name}")
        for result in sorted(args.results.glob("*.json")):
            tar.add(result, f"assets/results/{result.name}")
        for log in sorted(args.runs.glob("*/log.jsonl")):
            tar.add(log, f".runs/packed/{log.parent.name}.jsonl")
    parts = []
    with open(whole, "rb") as file:
        while data := file.read(args.part):
            parts.append(args.out / f"pair.tar.{len(parts):02}")
            parts[-1].write_bytes(data)
    whole.unlink()
    said = ", ".join(folder.name for folder in folders) or "no model yet"
    more = f"; no room for {', '.join(folder.name for folder in left_out)}: --pack names others" * bool(
        left_out
    )
    print(f"{args.out}: {len(parts)} files, {said}{more}", flush=True)
    return parts
