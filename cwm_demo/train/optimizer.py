"""Muon for the matrices, AdamW for the embedding and the norms.

Muon (Keller Jordan, 2024) replaces a matrix's momentum by the nearest semi-orthogonal matrix, so that every
direction of the update has the same size. torch ships one whose Newton-Schulz iteration runs in bfloat16,
which a CPU without bf16 units emulates at a crawl; this one keeps the momentum's own type, and does all
matrices of one shape in a single batched product.

The projections of attention are taken head by head. In one piece, a head that still looks everywhere, whose
gradient is a hundredth of that of a head that has found what to look at, takes a tenth of its step or less
(measured in `docs/training-log.md`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.optim import AdamW, Optimizer


def orthogonalised(matrices: torch.Tensor, steps: int = 5) -> torch.Tensor:
    """The nearest semi-orthogonal matrices to [N, rows, columns], roughly: singular values in 0.7 to 1.2.

    Quintic Newton-Schulz with Jordan's coefficients, which trade exactness for slope at zero.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


class Muon(Optimizer):
    """Steps of size `lr` times sqrt(max(1, rows / columns)), along the orthogonalised Nesterov momentum."""

    def __init__(
        self,
        params: Iterable[nn.Parameter] | Iterable[dict[str, Any]],
        lr: float,
        momentum: float = 0.95,
        decay: float = 0.0,
    ):
        """A group's `split` is (dimension, size) of the parts that are orthogonalised each by itself."""
        super().__init__(params, {"lr": lr, "momentum": momentum, "decay": decay, "split": None})
        if any(weight.ndim != 2 for group in self.param_groups for weight in group["params"]):
            raise ValueError("Muon takes matrices only")

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            alike = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    alike[weight.shape].append(weight)
            for (rows, columns), weights in alike.items():
                size = group["lr"] * max(1.0, rows / columns) ** 0.5
                moments = torch.stack([self._momentum(weight, group["momentum"]) for weight in weights])
                for weight, update in zip(weights, _by_parts(moments, group["split"])):
                    weight.mul_(1 - group["lr"] * group["decay"]).add_(update, alpha=-size)

    def _momentum(self, weight: nn.Parameter, momentum: float) -> torch.Tensor:
        buffer = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
        buffer.lerp_(weight.grad, 1 - momentum)
        return weight.grad.lerp(buffer, momentum)


def _by_parts(matrices: torch.Tensor, split: tuple[int, int] | None) -> torch.Tensor:
    """`orthogonalised` of [N, rows, columns], or of their parts: `size` rows (dimension 0) or columns (1)."""
    if split is None:
        return orthogonalised(matrices)
    dimension, size = split
    parts = matrices.unflatten(dimension + 1, (-1, size)).movedim(dimension + 1, 1)
    done = orthogonalised(parts.flatten(0, 1)).unflatten(0, parts.shape[:2])
    return done.movedim(1, dimension + 1).flatten(dimension + 1, dimension + 2)


def optimizers_for(model: nn.Module, matrix_lr: float, other_lr: float, decay: float) -> list[Optimizer]:
    """One optimizer each for the matrices inside the layers and for everything else.

    Each group remembers its `peak_lr`, of which a schedule takes its share.
    """
    matrices, others = defaultdict(list), []
    for name, weight in model.named_parameters():
        inside = weight.ndim == 2 and "embed_tokens" not in name and "lm_head" not in name
        (matrices[_split(model, name)] if inside else others).append(weight)
    found: list[Optimizer] = [
        Muon(
            [{"params": weights, "split": split} for split, weights in matrices.items()],
            lr=matrix_lr,
            decay=decay,
        ),
        AdamW(others, lr=other_lr, betas=(0.9, 0.99), eps=1e-10, weight_decay=0.0),
    ]
    for optimizer in found:
        for group in optimizer.param_groups:
            group["peak_lr"] = group["lr"]
    return found


def _split(model: nn.Module, name: str) -> tuple[int, int] | None:
    """How a matrix of attention divides into heads: by rows where they read, by columns where they write."""
    size = getattr(getattr(model, "config", None), "head_dim", None)
    if size and name.endswith(("q_proj.weight", "k_proj.weight", "v_proj.weight")):
        return (0, size)
    return (1, size) if size and name.endswith("o_proj.weight") else None
