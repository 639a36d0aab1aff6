"""How unlikely a model finds text that stands there already: one forward, nothing decoded. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.trace.frame import Frame
from cwm_demo.trace.text import END, OURS, Style, frame_ids, source_document_ids, source_ids


@dataclass(frozen=True, slots=True)
class Piece:
    """A frame of a trace, or a line of a source, as a model found it."""

    bits: float  # -log2 p of all its tokens, those before it given
    tokens: int
    greedy: bool  # whether greedy decoding would have written just this

    @property
    def bits_per_token(self) -> float:
        return self.bits / self.tokens


def frames(
    checkpoint: Checkpoint, source: str, draft: Sequence[Frame], complete: bool, style: Style = OURS
) -> list[Piece]:
    """Each frame of `draft`, given SOURCE and the frames before it; and the end, when it is complete.

    Those that the model's context doesn't hold to their last token are left out.
    """
    ids = source_ids(checkpoint.tokens, source)
    starts = []
    for frame in draft:
        starts.append(len(ids))
        ids += frame_ids(checkpoint.tokens, frame, style)
    if complete:
        starts.append(len(ids))
        ids.append(checkpoint.tokens.special[END])
    return _pieces(checkpoint, ids, list(zip(starts, [*starts[1:], len(ids)])))


def lines(checkpoint: Checkpoint, source: str) -> dict[int, Piece]:
    """Each line of a source that isn't blank, by its number from 1, given the lines above it."""
    tokens = checkpoint.tokens
    ids = source_document_ids(tokens, source.rstrip("\n") + "\n", end=False)
    spans, start = [], 1
    for index in range(1, len(ids)):
        if tokens.ends_line(ids[index]):
            spans.append((start, index + 1))
            start = index + 1
    pieces = _pieces(checkpoint, ids, spans)
    texts = source.split("\n")
    return {number: piece for number, piece in enumerate(pieces, 1) if texts[number - 1].strip()}


@torch.inference_mode()
def _pieces(checkpoint: Checkpoint, ids: list[int], spans: Sequence[tuple[int, int]]) -> list[Piece]:
    given = torch.tensor([ids[: checkpoint.context]], device=checkpoint.model.device)
    logits = checkpoint.model(input_ids=given).logits[0, :-1].float()
    following = given[0, 1:, None]
    bits = ((logits.logsumexp(-1) - logits.gather(1, following)[:, 0]) / math.log(2)).tolist()
    greedy = (logits.argmax(-1) == following[:, 0]).tolist()
    # What stands at index i of these belongs to token i + 1.
    return [
        Piece(sum(bits[start - 1 : end - 1]), end - start, all(greedy[start - 1 : end - 1]))
        for start, end in spans
        if end <= checkpoint.context
    ]
