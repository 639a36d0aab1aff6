"""What sliding windows cost and what they let through, counted. Pure arithmetic; no model, no torch.

    shape = CWM_32B                                  # or Shape(layers=4, window=64, ...)
    pairs(shape), cache_bytes(shape), reach(shape)   # of one sequence that fills the context

A local layer sees the last `window` tokens, its own included; a global layer sees all. Counted are the
query-key pairs that a causal mask allows, the keys and values that must be kept to write the next token, and
how far back something can stand that still reaches the last token, hop by hop through the layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

DTYPE_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "float8": 1}


@dataclass(frozen=True, slots=True)
class Shape:
    layers: int
    window: int  # tokens that a local layer sees, the last one included
    context: int  # tokens of the sequence
    local_per_global: int | None  # 3: every fourth layer is global, the first one too; 0: all; None: none
    kv_heads: int
    head_dim: int
    dtype: str = "bfloat16"

    @property
    def is_global(self) -> tuple[bool, ...]:
        """Of each layer, the first one first, in CWM's order: its first layer is a global one."""
        if self.local_per_global is None:
            return (False,) * self.layers
        return tuple(layer % (self.local_per_global + 1) == 0 for layer in range(self.layers))

    @property
    def global_layers(self) -> int:
        return sum(self.is_global)


# Model card of facebook/cwm, and the defaults of CwmConfig in transformers.
CWM_32B = Shape(
    layers=64, window=8_192, context=131_072, local_per_global=3, kv_heads=8, head_dim=128, dtype="bfloat16"
)


def from_config(config: Mapping) -> Shape | None:
    """The shape in a checkpoint's config.json; None where its layers follow no pattern known here."""
    kinds = list(config["layer_types"])
    for pattern in (0, None, *range(1, len(kinds))):
        shape = Shape(
            layers=config["num_hidden_layers"],
            window=config["sliding_window"] or config["max_position_embeddings"],
            context=config["max_position_embeddings"],
            local_per_global=pattern,
            kv_heads=config["num_key_value_heads"],
            head_dim=config["head_dim"],
            dtype=config.get("dtype") or "float32",
        )
        if [kind == "full_attention" for kind in kinds] == list(shape.is_global):
            return shape
    return None


def all_global(shape: Shape) -> Shape:
    """The same with full attention in every layer."""
    return replace(shape, local_per_global=0)


def layer_pairs(tokens: int, window: int | None) -> int:
    """Query-key pairs of one layer over `tokens`: all, or those at most `window` wide."""
    if window is None or window >= tokens:
        return tokens * (tokens + 1) // 2
    return window * (window + 1) // 2 + (tokens - window) * window


def pairs(shape: Shape) -> int:
    """Query-key pairs of all layers, of one head."""
    local = shape.layers - shape.global_layers
    return shape.global_layers * layer_pairs(shape.context, None) + local * layer_pairs(
        shape.context, shape.window
    )


def cache_bytes(shape: Shape) -> int:
    """Keys and values of all layers; a local layer keeps only what its window still sees."""
    local = shape.layers - shape.global_layers
    kept = shape.global_layers * shape.context + local * min(shape.window, shape.context)
    return kept * 2 * shape.kv_heads * shape.head_dim * DTYPE_BYTES[shape.dtype]


def reach_by_layer(shape: Shape) -> list[int]:
    """How many tokens back something can stand and still have reached the last token, after each layer."""
    reached, furthest = [], 0
    for is_global in shape.is_global:
        furthest = shape.context - 1 if is_global else min(furthest + shape.window - 1, shape.context - 1)
        reached.append(furthest)
    return reached


def reach(shape: Shape) -> int:
    return reach_by_layer(shape)[-1]


def mask(tokens: int, window: int | None) -> Sequence[Sequence[bool]]:
    """The causal mask: row q, column k is whether token q sees token k."""
    wide = tokens if window is None else window
    return [[0 <= query - key < wide for key in range(tokens)] for query in range(tokens)]
