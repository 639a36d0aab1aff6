"""Causal attention in plain matrix products, for training on a processor.

    with attention_by_blocks(model):
        ...

torch's fused attention for processors is slow, backward above all, and slowest in bfloat16:
`benchmarks/training.py` holds the two side by side. The softmax's gradient is FlashAttention's (Dao et al.,
2022); the weights are kept here. A block of queries is held against the keys up to its own end, so that half
of the square is never computed, and the query heads that share a key head are laid one below the other, so
that the keys are not repeated.

What this does not cover: padding (a batch is padded at the end, which causal attention never sees), caches,
dropout.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, PreTrainedModel

NAME = "causal_blocks"
BLOCK = 64  # queries; of 32, 64, 128, 192 and 256 the fastest, or level, at 128, 512 and 1,024 tokens


def by_blocks(query: Tensor, key: Tensor, value: Tensor, scaling: float, window: int | None = None) -> Tensor:
    """Causal attention of `query` [B, H, L, D] to `key` and `value` [B, K, L, D], K a divisor of H.

    Returns [B, H, L, D]. Scores are `scaling` times the product of query and key. With a window, a query
    attends to its own position and the `window - 1` before it.
    """
    return _ByBlocks.apply(query, key, value, scaling, window)


class _ByBlocks(torch.autograd.Function):
    """Batch and key heads are one dimension inside, N; a key head's G query heads are another."""

    @staticmethod
    def forward(
        ctx: Any, query: Tensor, key: Tensor, value: Tensor, scaling: float, window: int | None
    ) -> Tensor:
        (batch, heads, length, size), shared = query.shape, key.shape[1]
        type_of = value.dtype  # under autocast, the rotation leaves query and key in float32
        queries = (query * scaling).to(type_of).reshape(batch * shared, heads // shared, length, size)
        keys, values = (x.to(type_of).reshape(batch * shared, length, size) for x in (key, value))
        found, weights = torch.empty_like(queries), []
        for first, begin, end in _blocks(length, window):
            scores = torch.bmm(_rows(queries, begin, end), keys[:, first:end].mT)
            scores = scores.view(len(keys), -1, end - begin, end - first)
            before = begin - first if window else 0  # without a window, what came before is all seen
            scores[..., begin - first - before :] += _hidden(end - begin, before, window).to(scores)
            weights.append(scores.softmax(-1, dtype=type_of).view(len(keys), -1, end - first))
            found[:, :, begin:end] = torch.bmm(weights[-1], values[:, first:end]).view(
                len(keys), -1, end - begin, size
            )
        ctx.save_for_backward(queries, keys, values, found, *weights)
        ctx.scaling, ctx.window = scaling, window
        ctx.like = (query.shape, query.dtype, key.shape, key.dtype)
        return found.view(query.shape)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        queries, keys, values, found, *weights = ctx.saved_tensors
        gradient = gradient.to(values.dtype).reshape(queries.shape)
        of_queries = torch.empty_like(queries)
        of_keys, of_values = torch.zeros_like(keys), torch.zeros_like(values)
        through_softmax = (gradient * found).sum(-1, keepdim=True)
        for (first, begin, end), weight in zip(_blocks(queries.shape[2], ctx.window), weights):
            rows = _rows(gradient, begin, end)
            of_values[:, first:end].baddbmm_(weight.mT, rows)
            of_scores = torch.baddbmm(
                _rows(through_softmax, begin, end), rows, values[:, first:end].mT, beta=-1
            ).mul_(weight)
            of_queries[:, :, begin:end] = torch.bmm(of_scores, keys[:, first:end]).view_as(
                of_queries[:, :, begin:end]
            )
            of_keys[:, first:end].baddbmm_(of_scores.mT, _rows(queries, begin, end))
        query, query_type, key, key_type = ctx.like
        of_query = (of_queries * ctx.scaling).view(query).to(query_type)
        return of_query, of_keys.view(key).to(key_type), of_values.view(key), None, None


def _blocks(length: int, window: int | None) -> list[tuple[int, int, int]]:
    """(first key, begin, end) of each block of queries."""
    begins = range(0, length, BLOCK)
    return [
        (max(0, begin - window + 1) if window else 0, begin, min(length, begin + BLOCK)) for begin in begins
    ]


@lru_cache(maxsize=512)
def _hidden(queries: int, before: int, window: int | None) -> Tensor:
    """What is added to scores [queries, before + queries]: minus infinity where a query must not look."""
    back = before + torch.arange(queries)[:, None] - torch.arange(before + queries)
    seen = back >= 0 if window is None else (back >= 0) & (back < window)
    return torch.zeros(seen.shape).masked_fill(~seen, float("-inf"))


def _rows(heads: Tensor, begin: int, end: int) -> Tensor:
    """[N, G, L, D] from `begin` to `end`, as [N, G * (end - begin), D]."""
    return heads[:, :, begin:end].reshape(len(heads), -1, heads.shape[-1])


def _forward(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """As transformers calls it. Returns [B, L, H, D] and no weights."""
    if attention_mask is not None or dropout or key.shape[2] != query.shape[2]:
        raise ValueError("attention by blocks is causal, without mask, dropout or cache: it is for training")
    return by_blocks(query, key, value, scaling, sliding_window).transpose(1, 2).contiguous(), None


AttentionInterface.register(NAME, _forward)


@contextlib.contextmanager
def attention_by_blocks(model: PreTrainedModel) -> Iterator[None]:
    """The model attends by blocks while the context lasts, and as before afterwards."""
    before = model.config._attn_implementation
    model.set_attn_implementation(NAME)
    try:
        yield
    finally:
        model.set_attn_implementation(before)
