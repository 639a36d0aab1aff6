"""The attention of a checkpoint over a real trace: which earlier tokens each head looks at.

    ids, starts = traced_ids(checkpoint.tokens, source, frames, style)
    weights = attention(checkpoint, ids)                          # (layers, heads, n, n)
    page = attention_map(checkpoint, source, frames, layer, head) # one head, as a page asks for it

The fast kernels that answer everything else never form the weights, so they are computed with the plain
("eager") one, for this forward alone. Bounded: a map grows with the square of the tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.predict.habits import HABITS, looks
from cwm_demo.predict.maps import FULL, AttentionMap
from cwm_demo.trace.frame import Frame
from cwm_demo.trace.text import OURS, Style, Tokens, frame_ids, source_ids

MAX_TOKENS = 640  # of a map; what comes after is left out, and said to be


def traced_ids(
    tokens: Tokens, source: str, frames: Sequence[Frame], style: Style = OURS
) -> tuple[list[int], list[int]]:
    """The ids of SOURCE and its frames, and where each frame starts."""
    ids, starts = source_ids(tokens, source), []
    for frame in frames:
        starts.append(len(ids))
        ids += frame_ids(tokens, frame, style)
    return ids, starts


@torch.inference_mode()
def attention(checkpoint: Checkpoint, ids: Sequence[int]) -> torch.Tensor:
    """Every head's weights (layers, heads, n, n): row q over the tokens up to q, adding up to 1."""
    model = checkpoint.model
    usual = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        batch = torch.tensor([list(ids)], device=model.device)
        output = model(input_ids=batch, output_attentions=True, use_cache=False)
    finally:
        model.set_attn_implementation(usual)
    return torch.stack([weights[0].float() for weights in output.attentions])


def attention_map(
    checkpoint: Checkpoint,
    source: str,
    frames: Sequence[Frame],
    layer: int,
    head: int,
    style: Style = OURS,
    max_tokens: int = MAX_TOKENS,
) -> AttentionMap:
    """One head's map over the first `max_tokens` tokens of a trace. Raises ValueError when it has no such
    head."""
    config = checkpoint.model.config
    layers, heads = config.num_hidden_layers, config.num_attention_heads
    if not (0 <= layer < layers and 0 <= head < heads):
        raise ValueError(f"the model has {layers} layers of {heads} heads, counted from 0")
    tokens = checkpoint.tokens
    ids, starts = traced_ids(tokens, source, frames, style)
    limit = min(max_tokens, checkpoint.context)
    kept = ids[:limit]
    weights = attention(checkpoint, kept)[layer, head]
    marked: dict[str, dict[int, tuple[int, ...]]] = {habit: {} for habit in HABITS}
    for look in looks(tokens, source, frames, style):
        if look.query < limit:
            marked[look.habit][look.query] = tuple(sorted(look.targets))
    return AttentionMap(
        tokens=tuple(tokens.show([token]) for token in kept),
        frames=tuple(start for start in starts if start < limit),
        cut=len(ids) > limit,
        layers=layers,
        heads=heads,
        layer=layer,
        head=head,
        marked=marked,
        weights=bytes((weights * FULL).round().to(torch.uint8).cpu().flatten().tolist()),
    )
