"""What a training sequence asks for, and what it does not."""

from __future__ import annotations

from cwm_demo.execution.tracer import trace
from cwm_demo.trace.text import FRAME_SEP, Tokens, encode
from cwm_demo.train.sequence import MIX, training_sequence
from cwm_demo.train.tokenizer import build


def test_the_context_counts_little_and_the_frames_count_one() -> None:
    tokens = Tokens(build())
    run = trace("def f(n):\n    return n + 1\n\nf(2)  # << START_OF_TRACE\n")
    sequence = training_sequence(tokens, run)
    assert list(sequence.ids) == encode(tokens, run)
    assert sequence.ids[sequence.context - 1] == tokens.special[FRAME_SEP]
    context, frames = sequence.weights[: sequence.context], sequence.weights[sequence.context :]
    assert context[0] == 0  # nothing comes before it, so it is never asked for
    assert set(context[1:]) == {MIX.context_weight}
    assert set(frames) == {1.0}
    assert sequence.frames == len(frames)
    assert 0.5 < sequence.share < 1
