"""A replay in one forward, and a rollout with drafts, beside plain greedy `generate` of the same tokens; and
what several visitors ask at once, beside one after the other."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import torch

from benchmarks.row import Row, beside_ms, median_ms
from cwm_demo.execution.tracer import trace
from cwm_demo.predict.engine import Checkpoint, LocalTextModel, LocalWorldModel, load
from cwm_demo.predict.queue import Job, Queue
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import FRAME_SEP, frame_ids, source_ids

FRAMES = 20  # of the trace; the catalogue program that comes nearest is taken
VISITORS = 6
MODEL = Path(__file__).parents[1] / "models" / "cwm"


def measure() -> list[Row]:
    torch.set_num_threads(1)  # as the models' process does
    checkpoint = load(MODEL)
    world = LocalWorldModel(checkpoint)
    name, truth = _program()
    frames = len(truth.frames)
    one_forward, frame_by_frame = beside_ms(
        lambda: world.replay(truth.source, truth.frames, complete=True),
        lambda: _replay_plainly(checkpoint, truth),
        repeat=3,
    )
    imagined = world.imagine(truth.source, frames + 20)
    written = sum(len(prediction.tokens) for prediction in imagined)
    prompt = source_ids(checkpoint.tokens, truth.source)
    drafted, plain = beside_ms(
        lambda: world.imagine(truth.source, frames + 20),
        lambda: _generate(checkpoint, prompt, written),
        repeat=3,
    )
    text = LocalTextModel(checkpoint)
    return [
        Row(
            f"replay of {name}, {frames} frames",
            one_forward,
            "ms",
            "generate, frame by frame",
            frame_by_frame,
            at_most=400,
            at_least_times=15,
        ),
        Row(f"on its own, {name}, {written} tokens", drafted, "ms", "generate", plain, at_least_times=4),
        Row(f"every line of {name} by the text model", median_ms(lambda: text.lines(truth.source)), "ms"),
        _together(world, truth),
    ]


def _program() -> tuple[str, Trace]:
    runs = {name: trace(marked(program.source, program.call)) for name, program in load_catalogue().items()}
    name = min(runs, key=lambda name: abs(len(runs[name].frames) - FRAMES))
    return name, runs[name]


def _together(world: LocalWorldModel, truth: Trace) -> Row:
    """What several visitors ask at once, in the queue's forwards and one after the other."""
    most = len(truth.frames)

    def together() -> None:
        queue = Queue(lambda _: None)
        for number in range(VISITORS):
            begin = partial(world.imagining, truth.source, most)
            queue.add(Job(number, str(number), world.forward, begin))
        while queue.busy:
            queue.step()

    def in_turn() -> None:
        for _ in range(VISITORS):
            world.imagine(truth.source, most)

    shared, alone = beside_ms(together, in_turn, repeat=3)
    return Row(f"{VISITORS} visitors on their own at once", shared, "ms", "one after the other", alone)


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
