"""One forward of a model over the new tokens of several texts at once.

    forward = open_forward(model)
    feed = Feed(ids, forward.cache())                  # of another text, or of the same one further on
    [logits] = forward.run([feed])                     # (new tokens, vocabulary), float32

What reads every token alike (the linear layers) reads those of all texts together; attention reads each
text's own. A model of a million parameters spends more time between its operations than in them: `Lean` is
the network of `CwmForCausalLM` and `LlamaForCausalLM` written as few operations as it takes, with their
weights, and gives their very numbers (`tests/predict/test_forward.py`). Larger models, which gain nothing
from that, and other architectures go through transformers' own forward, one text after the other.
What was measured beside it is in `docs/decisions.md`.

Not covered: training, dropout, attention weights (`attention.py` asks transformers for those).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch.nn import functional as F
from transformers import DynamicCache, PreTrainedModel

SMALL = 200_000_000  # parameters up to which a model's weights are held a second time, side by side
ROOM = 256  # tokens by which a cache grows


class Cache(Protocol):
    """The keys and values of one text, of all layers and all its positions."""

    def forget(self, kept: int) -> None:
        """Drop all but the first `kept` tokens."""


@dataclass(slots=True)
class Feed:
    """New tokens of one text. Without `allowed` they are its first ones, and each sees those before it."""

    ids: Sequence[int]
    cache: Cache
    position: torch.Tensor | None = None  # (new,) of each of them in its text
    allowed: torch.Tensor | None = None  # (new, held + new) which of the text's tokens each of them sees
    keys: torch.Tensor | None = None  # (held + new,) the positions of those
    wanted: int = 0  # of the new tokens, the first whose logits are asked for


class Forward(Protocol):
    model: PreTrainedModel

    def cache(self) -> Cache: ...

    def run(self, feeds: Sequence[Feed]) -> list[torch.Tensor]:
        """Logits in float32 of each feed's wanted tokens. Its cache then holds its tokens."""
        ...

    def exact(self, ids: Sequence[int]) -> torch.Tensor | None:
        """Logits after `ids` in float64, which no rounding of float32 decides; None where that can't be."""
        ...


def open_forward(model: PreTrainedModel) -> Forward:
    return Lean(model) if _is_plain(model) else Transformers(model)


def _is_plain(model: PreTrainedModel) -> bool:
    """Whether it is a small model of the one network that `Lean` knows."""
    config = model.config
    return (
        type(model).__name__ in ("CwmForCausalLM", "LlamaForCausalLM")
        and config.hidden_act == "silu"
        and not getattr(config, "attention_bias", False)
        and not getattr(config, "mlp_bias", False)
        and sum(weight.numel() for weight in model.parameters()) <= SMALL
    )


def _additive(allowed: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """A mask (1, 1, new, keys) to add to the scores, which every implementation of attention takes."""
    mask = torch.zeros(allowed.shape, dtype=dtype, device=allowed.device)
    return mask.masked_fill_(~allowed, torch.finfo(dtype).min)[None, None]


def _near(feed: Feed, window: int) -> torch.Tensor:
    return feed.allowed & (feed.position[:, None] - feed.keys < window)


class _Held:
    """A `Cache` that is written in place."""

    def __init__(self, layers: int) -> None:
        self.length = 0
        self._keys: list[torch.Tensor | None] = [None] * layers
        self._values: list[torch.Tensor | None] = [None] * layers

    def forget(self, kept: int) -> None:
        self.length = kept

    def extend(
        self, layer: int, keys: torch.Tensor, values: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """All keys and values of a layer (heads, held + new, dimension), the new ones last."""
        end = self.length + keys.shape[1]
        held = self._keys[layer]
        if held is None or held.shape[1] < end:
            for part, new in ((self._keys, keys), (self._values, values)):
                grown = new.new_empty(new.shape[0], end + ROOM, new.shape[2])
                if part[layer] is not None:
                    grown[:, : self.length] = part[layer][:, : self.length]
                part[layer] = grown
        self._keys[layer][:, self.length : end] = keys
        self._values[layer][:, self.length : end] = values
        return self._keys[layer][:, :end], self._values[layer][:, :end]


@dataclass(slots=True)
class _Layer:
    before_attention: torch.Tensor  # weights of its norm
    query_key_value: torch.Tensor
    out: torch.Tensor
    before_mlp: torch.Tensor
    gate_up: torch.Tensor
    down: torch.Tensor
    window: int | None  # None: it sees everything


class Lean:
    """`Forward` of a small `CwmForCausalLM` or `LlamaForCausalLM`."""

    def __init__(self, model: PreTrainedModel, dtype: torch.dtype | None = None) -> None:
        config, dtype = model.config, dtype or model.dtype
        self.model = model
        self._dtype = dtype
        self._heads, self._kv_heads = config.num_attention_heads, config.num_key_value_heads
        self._dim = getattr(config, "head_dim", None) or config.hidden_size // self._heads
        self._eps = config.rms_norm_eps
        kinds = getattr(config, "layer_types", None) or ["full_attention"] * config.num_hidden_layers

        def taken(*modules: torch.nn.Module) -> torch.Tensor:
            weights = [module.weight.detach() for module in modules]
            return (weights[0] if len(weights) == 1 else torch.cat(weights)).to(dtype)

        self._layers = [
            _Layer(
                taken(layer.input_layernorm),
                taken(layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj),
                taken(layer.self_attn.o_proj),
                taken(layer.post_attention_layernorm),
                taken(layer.mlp.gate_proj, layer.mlp.up_proj),
                taken(layer.mlp.down_proj),
                config.sliding_window if kind == "sliding_attention" else None,
            )
            for layer, kind in zip(model.model.layers, kinds)
        ]
        self._embedding = taken(model.model.embed_tokens)
        self._norm = taken(model.model.norm)
        self._head = taken(model.lm_head)
        everywhere = torch.arange(config.max_position_embeddings, device=model.device)[None]
        like = torch.empty(0, dtype=torch.float32, device=model.device)
        self._cos, self._sin = (
            table[0].to(dtype) for table in model.model.rotary_emb(like, everywhere)
        )  # (context, dimension)
        self._exact: Lean | None = None

    def cache(self) -> _Held:
        return _Held(len(self._layers))

    @torch.inference_mode()
    def run(self, feeds: Sequence[Feed]) -> list[torch.Tensor]:
        device = self.model.device
        ids = torch.tensor([token for feed in feeds for token in feed.ids], device=device)
        sizes = [len(feed.ids) for feed in feeds]
        places = [
            torch.arange(size, device=device) if feed.position is None else feed.position
            for feed, size in zip(feeds, sizes)
        ]
        position = torch.cat(places)
        cos, sin = self._cos[position][:, None], self._sin[position][:, None]
        masks = [self._masks(feed) for feed in feeds]
        x = F.embedding(ids, self._embedding)
        for number, layer in enumerate(self._layers):
            heads = F.linear(self._scaled(x, layer.before_attention), layer.query_key_value)
            heads = heads.view(len(ids), -1, self._dim)  # (new, query + key + value heads, dimension)
            turned = self._rotated(heads[:, : self._heads + self._kv_heads], cos, sin).transpose(0, 1)
            values = heads[:, self._heads + self._kv_heads :].transpose(0, 1)
            seen, begin = [], 0
            for feed, size, (everything, near) in zip(feeds, sizes, masks):
                new = slice(begin, begin + size)
                keys, all_values = feed.cache.extend(number, turned[self._heads :, new], values[:, new])
                seen.append(
                    self._attended(
                        turned[: self._heads, new], keys, all_values, near if layer.window else everything
                    )
                )
                begin += size
            x = x + F.linear(seen[0] if len(seen) == 1 else torch.cat(seen), layer.out)
            gate, up = F.linear(self._scaled(x, layer.before_mlp), layer.gate_up).chunk(2, -1)
            x = x + F.linear(F.silu(gate) * up, layer.down)
        for feed, size in zip(feeds, sizes):
            feed.cache.length += size
        rows = [part[feed.wanted :] for feed, part in zip(feeds, x.split(sizes))]
        logits = F.linear(self._scaled(torch.cat(rows), self._norm), self._head)
        if self._dtype != torch.float64:
            logits = logits.float()
        return list(logits.split([len(part) for part in rows]))

    def exact(self, ids: Sequence[int]) -> torch.Tensor | None:
        if self._dtype != torch.float32:
            return None
        if self._exact is None:
            self._exact = Lean(self.model, torch.float64)
        return self._exact.run([Feed(ids, self._exact.cache(), wanted=len(ids) - 1)])[0][-1]

    def _masks(self, feed: Feed) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """For the layers that see everything, and for those with a window; None: simply causal."""
        windows = [layer.window for layer in self._layers if layer.window]
        if feed.allowed is None:
            size = len(feed.ids)
            if not windows or windows[0] >= size:
                return None, None
            at = torch.arange(size, device=self.model.device)
            ahead = at[:, None] - at
            return None, _additive((ahead >= 0) & (ahead < windows[0]), self._dtype)
        everything = _additive(feed.allowed, self._dtype)
        return everything, _additive(_near(feed, windows[0]), self._dtype) if windows else None

    def _attended(
        self, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor | None
    ) -> torch.Tensor:
        """(new, query heads * dimension)."""
        seen = F.scaled_dot_product_attention(
            queries[None],
            keys[None],
            values[None],
            attn_mask=mask,
            is_causal=mask is None and queries.shape[1] > 1,
            enable_gqa=self._heads != self._kv_heads,
        )
        return seen[0].transpose(0, 1).reshape(queries.shape[1], -1)

    def _rotated(self, heads: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        half = self._dim // 2
        return heads * cos + torch.cat([-heads[..., half:], heads[..., :half]], -1) * sin

    def _scaled(self, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x, weight.shape, weight, self._eps)


class _Dynamic:
    """A `Cache` of transformers. It keeps every position on sliding layers too: the window is in the mask."""

    def __init__(self) -> None:
        self.layers = DynamicCache()  # without the config, so that no layer crops itself

    def forget(self, kept: int) -> None:
        for layer in self.layers.layers:
            layer.keys, layer.values = layer.keys[..., :kept, :], layer.values[..., :kept, :]


class Transformers:
    """`Forward` of any causal model that transformers opens."""

    def __init__(self, model: PreTrainedModel) -> None:
        self.model = model
        self._window = getattr(model.config, "sliding_window", None)

    def cache(self) -> _Dynamic:
        return _Dynamic()

    def run(self, feeds: Sequence[Feed]) -> list[torch.Tensor]:
        return [self._run(feed)[feed.wanted :] for feed in feeds]

    @torch.inference_mode()
    def _run(self, feed: Feed) -> torch.Tensor:
        masks = None
        if feed.allowed is not None:
            near = _near(feed, self._window) if self._window else feed.allowed
            masks = {
                "full_attention": _additive(feed.allowed, self.model.dtype),
                "sliding_attention": _additive(near, self.model.dtype),
            }
            if self.model.config.model_type != "cwm":  # other architectures take one mask for all layers
                masks = masks["sliding_attention"]
        output = self.model(
            input_ids=torch.tensor([list(feed.ids)], device=self.model.device),
            attention_mask=masks,
            position_ids=None if feed.position is None else feed.position[None],
            past_key_values=feed.cache.layers,
            use_cache=True,
        )
        return output.logits[0].float()

    def exact(self, ids: Sequence[int]) -> torch.Tensor | None:
        return None
