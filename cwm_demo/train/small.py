"""Trains and measures one small model of an experiment: see `experiments.py` for the commands.

Measured teacher-forced, frame by frame: held-out programs of the same generator, and the catalogue's programs
with all their cases. Intervals come from a bootstrap over documents, whose frames are not independent.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import CwmConfig, CwmForCausalLM

from cwm_demo.execution.tracer import trace
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.text import BEGIN, END, PAD, Tokens, encode, source_ids
from cwm_demo.train import further
from cwm_demo.train.data import Batches, Documents, Mix
from cwm_demo.train.experiments import Trial
from cwm_demo.train.model import CONTEXT, config_for, new_model, parameter_count
from cwm_demo.train.tokenizer import build
from cwm_demo.train.trainer import Recipe, load_state, read_log, train
from cwm_demo.train.validation import Look, Validation

LOCAL = 3  # layers to one global, as in CWM
DOCUMENTS = 300  # held-out ones that are looked at, of each kind
DRAWS = 1_000  # of the bootstrap


class Interrupted(Exception):
    """A signal asked to stop; the message is the model's name."""


def size_of(depth: int, vocabulary: int, special: dict[str, int], window: int | None = None) -> CwmConfig:
    """The dial of `model.py`; with a window CWM's pattern: one global layer, then three local ones."""
    config = config_for(depth, vocabulary, special[BEGIN], special[END], special[PAD])
    kinds = ["full_attention"] * depth
    if window:
        kinds = ["sliding_attention" if layer % (LOCAL + 1) else "full_attention" for layer in range(depth)]
    return CwmConfig(**config.to_dict() | {"layer_types": kinds, "sliding_window": window or CONTEXT})


class Suites:
    """What every model is asked: the same documents each time."""

    def __init__(self, held_out: Documents) -> None:
        self.tokens = Tokens(build())
        special = self.tokens.special
        self.suites = {
            "generated": Validation(held_out, special, count=DOCUMENTS),
            "catalogue": Validation(catalogue(self.tokens), special, count=10_000),
        }

    def scores(self, model: CwmForCausalLM, traces: bool, window: int) -> dict[str, Any]:
        """Shares of frames exact, with intervals; `far` are frames that begin beyond the window.

        A model that has seen no trace is not asked for frames.
        """
        found: dict[str, Any] = {}
        for name, suite in self.suites.items():
            looks = suite.looks(model)
            if traces:
                found[name] = frame_scores(looks, window)
            losses = [look.losses for look in looks if not look.trace]
            if losses:
                found["source_loss"] = round(float(np.concatenate(losses).mean()), 4)
        return found


def catalogue(tokens: Tokens) -> Documents:
    """The traces of the catalogue's programs, every case, as far as they fit the context."""
    ids, contexts = [], []
    for program in load_catalogue().values():
        for case in program.cases:
            run = trace(marked(program.source, case.call), stdin=program.stdin)
            encoded = encode(tokens, run)
            if run.complete and run.frames and len(encoded) <= CONTEXT:
                ids.append(np.array(encoded, np.uint16))
                contexts.append(len(source_ids(tokens, run.source)))
    starts = np.concatenate([[0], np.cumsum([len(part) for part in ids])])
    return Documents(np.concatenate(ids), starts, np.array(contexts), np.ones(len(ids), bool))


def frame_scores(looks: Sequence[Look], window: int) -> dict[str, Any]:
    traces = [look.frames for look in looks if look.frames]
    sides = {
        "frame": lambda frame: frame.state and frame.action,
        "state": lambda frame: frame.state,
        "action": lambda frame: frame.action,
    }
    found: dict[str, Any] = {"documents": len(traces)}
    for name, right in sides.items():
        found[name] = share([(sum(map(right, frames)), len(frames)) for frames in traces])
    far = [[frame for frame in frames if frame.position >= window] for frames in traces]
    found["far"] = share([(sum(map(sides["frame"], frames)), len(frames)) for frames in far if frames])
    return found


def share(counts: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Hits of all frames, and the 95 % interval of a bootstrap over documents."""
    if not counts:
        return {"value": None, "n": 0, "low": None, "high": None}
    hits, sizes = np.array(counts, float).T
    draws = np.random.default_rng(0).integers(0, len(hits), (DRAWS, len(hits)))
    low, high = np.percentile(hits[draws].sum(1) / sizes[draws].sum(1), [2.5, 97.5])
    value = hits.sum() / sizes.sum()
    return {"value": round(value, 4), "n": int(sizes.sum()), "low": round(low, 4), "high": round(high, 4)}


def run_trial(trial: Trial, documents: Documents, suites: Suites, args: argparse.Namespace) -> dict[str, Any]:
    """The record of one model; trained, resumed or read back. Raises Interrupted."""
    folder = args.experiments / trial.name
    kept = folder / "record.json"
    if kept.exists():
        return json.loads(kept.read_text())
    model = new_model(
        size_of(trial.depth, len(suites.tokens), suites.tokens.special, trial.window), trial.seed
    )
    _begin(trial.start(), model, documents, args)
    if trial.traces:
        documents = with_traces(documents, trial.traces, trial.seed)
    mix = Mix(
        traces=trial.share > 0,
        source_share=1 - trial.share,
        micro_tokens=args.micro_tokens or 2_048,
        seed=trial.seed + 1,
        easy_tokens=min(1_000_000, trial.tokens // 10),
    )
    _train(trial, model, documents, mix, folder, args, suites)
    log = read_log(folder)
    last = log[-1]
    traces = int(documents.traces.sum()) if trial.share else 0
    record = {
        **asdict(trial),
        "weight_decay": recipe_of(trial, args).decay,
        "parameters": parameter_count(model),
        "different_traces": traces,
        "steps": last["step"],
        "seconds": last["seconds"],
        "tokens_per_second": round(last["tokens"] / max(last["seconds"], 1e-9)),
        "device": torch.cuda.get_device_name() if further.device() == "cuda" else "cpu",
        "threads": torch.get_num_threads(),
        "curve": further.thinned(log, ("loss",), points=40),
        "valid": [{"tokens": entry["tokens"], **entry["valid"]} for entry in log if "valid" in entry],
        "scores": suites.scores(model, trial.share > 0, args.window),
    }
    kept.write_text(json.dumps(record, indent=1) + "\n")
    (folder / "state.pt").unlink()
    return record


def _begin(start: Trial, model: CwmForCausalLM, documents: Documents, args: argparse.Namespace) -> None:
    """Pre-train `model` on source, or give it the weights of the one that was."""
    folder = args.experiments / f"start-{start.name}"
    mix = Mix(traces=False, easy_tokens=0, micro_tokens=args.micro_tokens or 2_048, seed=start.seed)
    _train(start, model, documents, mix, folder, args, None)


def recipe_of(trial: Trial, args: argparse.Namespace) -> Recipe:
    """How a trial is trained; the embedding and the norms at half the rate of the matrices, as the pair's."""
    return Recipe(
        tokens=trial.tokens,
        step_tokens=trial.step_tokens,
        matrix_lr=trial.rate,
        other_lr=trial.rate / 2,
        bf16=args.bf16,
        compile=not args.eager,
    )


def _train(
    trial: Trial,
    model: CwmForCausalLM,
    documents: Documents,
    mix: Mix,
    folder: Path,
    args: argparse.Namespace,
    suites: Suites | None,
) -> None:
    recipe = recipe_of(trial, args)
    if suites is None:
        recipe = replace(recipe, other_lr=2 * recipe.other_lr)  # as in the pair's pre-training
    if (folder / "state.pt").exists() and load_state(folder, model).tokens >= trial.tokens:
        return
    validate = suites.suites["generated"] if suites and trial.share else None
    print(f"{folder.name}: {trial.tokens:,} tokens")
    if not train(model, Batches(documents, mix), recipe, folder, validate, args.quiet).finished:
        raise Interrupted(folder.name)


def with_traces(documents: Documents, count: int, seed: int) -> Documents:
    """The documents with `count` of their traces: always the same ones, the fewer among the more."""
    of_traces = np.random.default_rng(seed).permutation(np.flatnonzero(documents.traces))[:count]
    rows = np.sort(np.concatenate([of_traces, np.flatnonzero(~documents.traces)]))
    return documents.part(rows)


def going_on(runs: Sequence[dict[str, Any]], axes: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the runs say about going on, along each of the `axes`: (what grows, what is equal meanwhile).

    A straight line through the logarithms; or, where the last point shows no gain over the one before it,
    from where on the curve is level.
    """
    found = {}
    for key, fixed in axes:
        best = max((run[fixed] for run in runs), default=0)
        points = sorted(
            (run[key], run["scores"]["generated"]["frame"])
            for run in runs
            if run[fixed] == best and run["scores"].get("generated")
        )
        if about := _level(points) or _line([(x, 1 - score["value"]) for x, score in points]):
            found[key] = about
    note = "A line through so few points, continued: nobody has measured what it foretells."
    return {"note": note, **found} if found else {}


def _level(points: Sequence[tuple[float, dict[str, Any]]]) -> dict[str, Any] | None:
    """From which x on no point is shown to be below the last one; None if the one before it is."""
    if len(points) < 3:
        return None
    *before, (last, score) = points
    alike = itertools.takewhile(lambda point: point[1]["high"] >= score["low"], reversed(before))
    begins = [x for x, _ in alike]
    return {"points": len(points), "level_from": begins[-1], "last": last} if begins else None


def _line(points: Sequence[tuple[float, float]]) -> dict[str, Any] | None:
    """error = a * x ** slope; and the x at which the error of the last point would be halved."""
    points = sorted({(x, error) for x, error in points if error > 0})
    if len({x for x, _ in points}) < 3:
        return None
    slope, _ = np.polyfit(np.log([x for x, _ in points]), np.log([error for _, error in points]), 1)
    last = points[-1][0]
    halved = last * math.exp(math.log(0.5) / slope) if slope < -0.01 else None
    return {
        "points": len(points),
        "slope": round(float(slope), 4),
        "last": last,
        "error_at_last": round(points[-1][1], 4),
        "halved_at": round(halved) if halved and halved < 1e15 else None,
    }
