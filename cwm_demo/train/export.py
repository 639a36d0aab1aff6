"""Writes a twin in Hugging Face's layout, with its card, its log and the record of its rounds."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from transformers import CwmForCausalLM, GenerationConfig
from transformers.utils import logging

from cwm_demo.train import tokenizer
from cwm_demo.train.card import model_card
from cwm_demo.train.corpus import sizes
from cwm_demo.train.model import parameter_count
from cwm_demo.train.stages import ORIGIN, Stage
from cwm_demo.train.trainer import Progress, read_log


def export(model: CwmForCausalLM, stage: Stage, progress: Progress, args: argparse.Namespace) -> int:
    """Write a twin in Hugging Face's layout. Every file is replaced at once, the weights last."""
    folder, runs, start = args.models / stage.name, args.runs / stage.name, args.runs / str(stage.start)
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    logging.disable_progress_bar()
    config = model.config
    model.generation_config = GenerationConfig(
        do_sample=False,
        bos_token_id=config.bos_token_id,
        eos_token_id=config.eos_token_id,
        pad_token_id=config.pad_token_id,
    )
    model.to(torch.float16).save_pretrained(part)
    settings = json.loads((part / "config.json").read_text())
    # Half the size on disk, full precision at work: processors compute in float32.
    (part / "config.json").write_text(json.dumps(settings | {"dtype": "float32"}, indent=2) + "\n")
    tokenizer.save(part)
    before = runs / ORIGIN if stage.start == "checkpoint" else None
    rounds = _rounds(before) if before else []
    with open(part / "log.jsonl", "w") as file:
        if before:
            file.writelines(json.dumps(entry) + "\n" for entry in read_log(before))
        else:
            file.writelines(json.dumps({"stage": stage.start} | entry) + "\n" for entry in read_log(start))
        head = {"stage": stage.name, "round": len(rounds) + 1}
        file.writelines(json.dumps(head | entry) + "\n" for entry in read_log(runs))
    saved = json.loads((runs / "stage.json").read_text())
    training = {
        "stage": saved,
        "parameters": parameter_count(model),
        "progress": asdict(progress),
        "start": rounds[0]["start"] if before else _record_of(start),
        "rounds_before": rounds,
        "corpus": _corpus_report(args.corpus),
        "scores": next((entry["valid"] for entry in reversed(read_log(runs)) if "valid" in entry), {}),
        "threads": torch.get_num_threads(),
        "command": f"python -m cwm_demo {' '.join(sys.argv[1:])}",
        "commit": _commit(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }
    (part / "training.json").write_text(json.dumps(training, indent=2) + "\n")
    (part / "README.md").write_text(model_card(stage.name, training))
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(part.iterdir(), key=lambda path: path.suffix == ".safetensors"):
        file.chmod(0o644)  # safetensors keeps its files to their owner
        os.replace(file, folder / file.name)
    part.rmdir()
    print(f"{folder}: {progress.tokens:,} tokens, {progress.step:,} steps", file=sys.stderr)
    return 0


def _record_of(folder: Path) -> dict[str, Any]:
    """The settings of a stage and how far it came."""
    last = next((entry for entry in reversed(read_log(folder)) if "loss" in entry), {})
    return {"stage": json.loads((folder / "stage.json").read_text()), "progress": last}


def _rounds(folder: Path) -> list[dict[str, Any]]:
    """The records of the rounds that made a checkpoint, oldest first."""
    last = json.loads((folder / "training.json").read_text())
    return [*last.pop("rounds_before", []), last]


def _corpus_report(folder: Path) -> dict[str, Any]:
    """What the corpus is made of, as its builder wrote it down, without the places of files."""
    settings = json.loads((folder / "corpus.json").read_text())
    report = {"size": sizes(folder)} | {
        key: settings[key] for key in ("seed", "mix", "given") if key in settings
    }
    if (folder / "coverage.json").exists():
        coverage = json.loads((folder / "coverage.json").read_text())
        report |= {key: coverage[key] for key in ("documents", "tokens", "dropped") if key in coverage}
    return report


def _commit() -> str | None:
    found = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None
