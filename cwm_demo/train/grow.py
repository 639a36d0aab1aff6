"""A trained model made larger without forgetting: more width, more heads, more layers, the same function.

    larger = grown(model, config_for(6, ...))

What is new starts as it does in a fresh model: what reads is random, what writes is zero, so it adds nothing
until it has learnt something. New layers are spread among the old ones. (Net2Net's idea: Chen et al., 2016.)
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
        raise ValueError("a model grows, it doesn't shrink: ask for at least its own depth")
    same = ("vocab_size", "head_dim", "rms_norm_eps", "rope_parameters")
    if any(getattr(config, name) != getattr(old, name) for name in same) or _group(config) != _group(old):
        raise ValueError("the larger model must have the vocabulary, heads and positions of the smaller one")
    larger = new_model(config, seed)
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


def spread(old: int, new: int) -> list[int]:
    """Where `old` layers stand among `new` ones: evenly, the last one last.

    >>> spread(4, 6)
    [0, 2, 3, 5]
    """
    return [(index + 1) * new // old - 1 for index in range(old)]


def _group(config: CwmConfig) -> float:
    """How many heads share one key and value head."""
    return config.num_attention_heads / config.num_key_value_heads
