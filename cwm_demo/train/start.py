"""Where a fresh model looks: heads that can find what stood behind a word the last time it was written.

    look_back(model)

A trace is predicted by looking things up: which name does the line that ran read, and what is its latest
value? That takes a chain of attention, each link of which is useless without the others, so a small model
finds it late, or never. So a fresh model begins with the first links in place, made of nothing but random
projections:

- the first layer's first two heads look at the token before and at the one before that, and write what they
  see into two subspaces of the residual stream of their own;
- in every later layer the first four heads hold those against the token at hand, and against the token
  before it: they look for places where the same word stood one or two tokens earlier («induction heads»,
  Olsson et al., 2022), the nearest ones first, because rotary positions turn the match away with distance.

What they carry on from there is learnt. (Starting attention from patterns that trained models show is
Trockman and Kolter's, 2023: «Mimetic initialization of self-attention layers».) Measured in `docs/training-
log.md`.
"""

from __future__ import annotations

import math

import torch
from transformers import CwmForCausalLM

EMBEDDING = 0.06  # standard deviation of a fresh embedding
FAST = 4  # rotations that tell neighbouring positions apart
SHARPNESS = 2.0  # of the heads that match words
WRITTEN = 0.1  # of what the first layer's heads see


def look_back(model: CwmForCausalLM, seed: int = 0) -> None:
    """Give the fresh `model` its heads that look things up, in place; the same ones for the same seed."""
    attention = [layer.self_attn for layer in model.model.layers]
    width, size = model.config.hidden_size, attention[0].head_dim
    group = model.config.num_attention_heads // model.config.num_key_value_heads
    shared = model.config.num_key_value_heads
    token, before, second = _subspaces(width, min(size, (width - 1) // 3), seed)
    with torch.no_grad():
        _neighbours(model)
        first = attention[0]
        _rows(first.v_proj, 0, size)[: len(token)] = token
        for head, written in ((0, before), (1, second)):
            first.o_proj.weight[:, head * size : head * size + len(token)] = WRITTEN * written.T
        slow = torch.ones(size, 1)
        for half in (0, size // 2):  # what turns fast would only match at one distance
            slow[half : half + FAST + 1] = 0.1
        for layer in attention[1:]:
            for key, seen in enumerate((before, second)[:shared]):
                _read(_rows(layer.k_proj, key, size), SHARPNESS * slow, seen)
                for query, asked in enumerate((token, before)[:group]):
                    _read(_rows(layer.q_proj, key * group + query, size), SHARPNESS * slow, asked)


def _subspaces(width: int, size: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Three sets of `size` orthonormal directions, [size, width], none of which is the common one."""
    generator = torch.Generator().manual_seed(seed + 1)
    basis, _ = torch.linalg.qr(torch.randn(width - 1, width - 1, generator=generator))
    rows = torch.cat([torch.zeros(width - 1, 1), basis.T], dim=1)
    return rows[:size], rows[size : 2 * size], rows[2 * size : 3 * size]


def _rows(projection: torch.nn.Linear, head: int, size: int) -> torch.Tensor:
    return projection.weight[head * size : (head + 1) * size]


def _read(head: torch.Tensor, strength: torch.Tensor, directions: torch.Tensor) -> None:
    """Let the rows of a head read `directions`, and a tenth of what they read before."""
    head *= 0.1
    head[: len(directions)] += strength[: len(directions)] * directions


def _neighbours(model: CwmForCausalLM) -> None:
    """Make the first two heads attend to the token before their own, and to the one before that.

    All tokens get a share of one common direction, the first dimension of the embedding. Query and key read
    it as two vectors of which the second is the first turned back by one position, so that their product,
    a sum of cosines of the distance, peaks at distance one; or the query is turned on by another. The four
    fastest rotations suffice for that.
    """
    embedding, attention = model.model.embed_tokens.weight, model.model.layers[0].self_attn
    size, half = attention.head_dim, attention.head_dim // 2
    common = EMBEDDING * math.sqrt(embedding.shape[1])  # as long as the rest of an embedding
    embedding[:, 0] = 0.6 * common
    angles = model.model.rotary_emb.inv_freq[:FAST]
    strength = math.sqrt(8 * math.sqrt(size)) / (0.5 * math.sqrt(embedding.shape[1]))
    group = model.config.num_attention_heads // model.config.num_key_value_heads
    heads = [(attention.k_proj, 0, angles), (attention.q_proj, 0, 0 * angles)]
    if group > 1:
        heads.append((attention.q_proj, 1, -angles))
    for projection, number, turned in heads:
        head = _rows(projection, number, size)
        head *= 0.1
        head[:, 0] = 0.0
        head[:FAST, 0] = strength * turned.cos()
        head[half : half + FAST, 0] = strength * turned.sin()
