"""The network: CWM's own architecture, sized by one dial.

`CwmForCausalLM` from transformers, so that a checkpoint opens with `AutoModelForCausalLM`, and, because
every layer attends to everything and `rms_norm_eps` is Llama's, its weights are a Llama's as well: engines
that don't list CWM serve it under that name.

What this does not cover: CWM's sliding windows and stretched rotary positions, which never act within a
context of 2,048 tokens.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from transformers import CwmConfig, CwmForCausalLM
from transformers.utils import logging

from cwm_demo.train.start import EMBEDDING, look_back

CONTEXT = 2048  # tokens; also the longest document that is trained on


def config_for(
    depth: int, vocab_size: int, bos: int, eos: int, pad: int, layers: int | None = None
) -> CwmConfig:
    """The one dial: `depth` layers, 32 of width for each, a head for each (two for one key and value head;
    where depth is odd, more: 3, 9 and 15 are good ones). `layers` where their number is another one.

    4 is 0.8M parameters beside the embedding, 6 is 2.7M, 9 is 8.7M, 12 is 20M, 24 is 150M.
    """
    if depth < 2:
        raise ValueError(f"depth must be at least 2, not {depth}")
    layers = layers or depth
    width = 32 * depth
    shared = max(heads for heads in range(1, depth // 2 + 1) if depth % heads == 0)
    return CwmConfig(
        vocab_size=vocab_size,
        hidden_size=width,
        intermediate_size=3 * width,
        num_hidden_layers=layers,
        num_attention_heads=depth,
        num_key_value_heads=shared,
        head_dim=32,
        max_position_embeddings=CONTEXT,
        rms_norm_eps=1e-5,  # Llama's too
        tie_word_embeddings=True,
        layer_types=["full_attention"] * layers,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        bos_token_id=bos,
        eos_token_id=eos,
        pad_token_id=pad,
    )


def new_model(config: CwmConfig, seed: int = 0, looking_back: bool = True) -> CwmForCausalLM:
    """A fresh model, float32, the same for the same seed.

    CWM has no norm on queries and keys, so their scale is set by the weights alone. Every matrix starts at
    the scale that keeps its input's variance; what writes to the residual stream starts at zero, so that a
    fresh model is its embedding, and depth comes in as it is learnt; but for the heads that look things up
    (`start.py`), which a model finds late by itself, or never.
    """
    model = CwmForCausalLM(config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim == 1:
                weight.fill_(1.0)
            elif name.endswith(("o_proj.weight", "down_proj.weight")):
                weight.zero_()
            elif name.endswith("embed_tokens.weight"):
                weight.normal_(0.0, EMBEDDING, generator=generator)
            else:
                weight.normal_(0.0, 1 / math.sqrt(weight.shape[1]), generator=generator)
    if looking_back:
        look_back(model, seed)
    return model


def opened(folder: Path) -> CwmForCausalLM:
    """The model of a finished checkpoint, float32. Raises ValueError where there is none, OSError."""
    if not (folder / "config.json").exists():
        raise ValueError(f"there is no checkpoint in {folder}")
    logging.disable_progress_bar()  # a checkpoint of ours loads in a blink
    return CwmForCausalLM.from_pretrained(folder, dtype="float32", local_files_only=True)


class Loss(nn.Module):
    """A model and its training loss in one module, so that `accelerate` wraps, and a GPU compiles, both."""

    def __init__(self, model: CwmForCausalLM):
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        """Negative log likelihood in nats of every next token, [B, L - 1], times its weight.

        ids: [B, L], padded at the end, which causal attention never sees. weights: [B, L], the weight of
        each token as a target; the first column is never one.
        """
        hidden = self.model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state
        logits = self.model.lm_head(hidden).float()
        nll = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
        return nll.view(ids.shape[0], -1) * weights[:, 1:]


@torch.no_grad()
def greedy_hits(model: CwmForCausalLM, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Teacher-forced (argmax is right, negative log likelihood) of every token but the first, [B, L - 1]."""
    logits = model(input_ids=ids[:, :-1], use_cache=False).logits.float()
    nll = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return logits.argmax(-1) == ids[:, 1:], nll.view(ids.shape[0], -1)


def parameter_count(model: nn.Module) -> int:
    return sum(weight.numel() for weight in model.parameters())
