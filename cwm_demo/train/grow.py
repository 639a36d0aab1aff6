"""A trained model made larger without forgetting: more width, more heads, more layers, the same function.

    larger = grown(model, config_for(6, ...))

What is new starts as it does in a fresh model: what reads is random, what writes is zero, so it adds nothing
until it has learnt something. New layers are spread among the old ones. (Net2Net's idea: Chen et al., 2016.)

`woken` makes what reads as large as its neighbours. Without it the new neurons of old layers hardly learn:
their gradients are about a thousandth of the old ones', more than Muon makes up for within one matrix
(measured in `docs/training-log.md`).
"""

from __future__ import annotations

import re

import torch
from transformers import CwmConfig, CwmForCausalLM

from cwm_demo.train.model import new_model

# Zero where new, so that nothing new is written to the residual stream.
_WRITERS = ("o_proj.weight", "down_proj.weight", "embed_tokens.weight", "lm_head.weight")
_LAYER = re.compile(r"layers\.(\d+)\.")


def grown(model: CwmForCausalLM, config: CwmConfig, seed: int = 0) -> CwmForCausalLM:
    """A model of `config` with the logits of `model`, but for a trace of the norms' epsilon.

    Raises ValueError where the sizes don't allow it.
    """
    old = model.config
    sizes = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
    if any(getattr(config, name) < getattr(old, name) for name in sizes):
        raise ValueError("a model grows, it doesn't shrink: ask for at least its own depth and layers")
    same = ("vocab_size", "head_dim", "rms_norm_eps", "rope_parameters")
    if any(getattr(config, name) != getattr(old, name) for name in same) or _group(config) != _group(old):
        raise ValueError("the larger model must have the vocabulary, heads and positions of the smaller one")
    larger = new_model(config, seed, looking_back=False)
    places = spread(old.num_hidden_layers, config.num_hidden_layers)
    weights = model.state_dict()
    # A norm divides by the root of the mean over the width: zeros in the new part make its input look larger.
    norm = (old.hidden_size / config.hidden_size) ** 0.5
    with torch.no_grad():
        for name, weight in larger.named_parameters():
            layer = _LAYER.search(name)
            if layer and int(layer[1]) not in places:
                continue
            source = _LAYER.sub(f"layers.{places.index(int(layer[1]))}.", name) if layer else name
            taken = weights[source].to(weight.dtype)
            if weight.ndim == 1:
                weight.fill_(norm)
                weight[: len(taken)] = norm * taken
                continue
            if name.endswith(_WRITERS):
                weight.zero_()
            weight[: taken.shape[0], : taken.shape[1]] = taken
    return larger


IDLE = 0.3  # of its neighbours' size: a head or neuron below it has not learnt anything


@torch.no_grad()
def woken(model: CwmForCausalLM, seed: int = 0) -> int:
    """Draw heads and neurons again, in place, that are small beside their layer's; they write zero at first.

    Small: the rows that read (of a neuron in `gate_proj`, of a key head in `k_proj`) have less than `IDLE` of
    the norm that three quarters of their layer's stay below. Returns how many neurons and query heads there
    were. A model without such is left as it is.
    """
    generator = torch.Generator().manual_seed(seed)
    found = 0
    for layer in model.model.layers:
        mlp, attention = layer.mlp, layer.self_attn
        idle = _idle(mlp.gate_proj.weight.norm(dim=1))
        for reader in (mlp.gate_proj.weight, mlp.up_proj.weight):
            _draw(reader, idle, generator)
        mlp.down_proj.weight[:, idle] = 0.0
        size, found = attention.head_dim, found + int(idle.sum())
        idle = _idle(attention.k_proj.weight.unflatten(0, (-1, size)).norm(dim=(1, 2)))
        heads = idle.repeat_interleave(model.config.num_attention_heads // len(idle))
        for reader, of_heads in (("q", heads), ("k", idle), ("v", idle)):
            rows = of_heads.repeat_interleave(size)
            _draw(getattr(attention, f"{reader}_proj").weight, rows, generator)
        attention.o_proj.weight[:, heads.repeat_interleave(size)] = 0.0
        found += int(heads.sum())
    return found


def _idle(sizes: torch.Tensor) -> torch.Tensor:
    return sizes < IDLE * sizes.quantile(0.75)


def _draw(weight: torch.Tensor, rows: torch.Tensor, generator: torch.Generator) -> None:
    """Random rows, as long as the others are in the middle."""
    if rows.any():
        fresh = torch.randn(int(rows.sum()), weight.shape[1], generator=generator)
        weight[rows] = fresh * (weight[~rows].norm(dim=1).median() / fresh.norm(dim=1, keepdim=True))


def spread(old: int, new: int) -> list[int]:
    """Where `old` layers stand among `new` ones: evenly, the last one last.

    >>> spread(4, 6)
    [0, 2, 3, 5]
    """
    return [(index + 1) * new // old - 1 for index in range(old)]


def _group(config: CwmConfig) -> float:
    """How many heads share one key and value head."""
    return config.num_attention_heads / config.num_key_value_heads
