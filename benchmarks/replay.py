"""A replay in one forward, and a rollout with drafts, beside plain greedy `generate` of the same tokens."""

from __future__ import annotations

from pathlib import Path

import torch

from benchmarks.row import Row, median_ms
from cwm_demo.execution.tracer import trace
from cwm_demo.predict.engine import Checkpoint, LocalWorldModel, load
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import FRAME_SEP, frame_ids, source_ids

PROGRAM = "gcd"
MODEL = Path(__file__).parents[1] / "models" / "cwm"


def measure() -> list[Row]:
    checkpoint = load(MODEL)
    world = LocalWorldModel(checkpoint)
    program = load_catalogue()[PROGRAM]
    truth = trace(marked(program.source, program.call))
    frames = len(truth.frames)
    one_forward = median_ms(lambda: world.replay(truth.source, truth.frames, complete=True))
    frame_by_frame = median_ms(lambda: _replay_plainly(checkpoint, truth), repeat=3)
    imagined = world.imagine(truth.source, 2 * frames)
    written = sum(len(prediction.tokens) for prediction in imagined)
    drafted = median_ms(lambda: world.imagine(truth.source, 2 * frames))
    prompt = source_ids(checkpoint.tokens, truth.source)
    plain = median_ms(lambda: _generate(checkpoint, prompt, written), repeat=3)
    replay = f"replay of {PROGRAM}, {frames} frames"
    return [
        Row(replay, one_forward, "ms", "generate, frame by frame", frame_by_frame),
        Row(f"on its own, {PROGRAM}, {written} tokens", drafted, "ms", "generate", plain),
    ]


def _replay_plainly(checkpoint: Checkpoint, truth: Trace) -> None:
    ids = source_ids(checkpoint.tokens, truth.source)
    for frame in truth.frames:
        part = frame_ids(checkpoint.tokens, frame)
        _generate(checkpoint, ids, 2 * len(part) + 8, checkpoint.tokens.special[FRAME_SEP])
        ids += part


def _generate(checkpoint: Checkpoint, ids: list[int], most: int, end: int | None = None) -> None:
    with torch.inference_mode():
        checkpoint.model.generate(
            torch.tensor([ids], device=checkpoint.model.device),
            max_new_tokens=most,
            eos_token_id=end,
            do_sample=False,
        )
