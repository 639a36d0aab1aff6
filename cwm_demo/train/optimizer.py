"""Muon for the matrices, AdamW for the embedding and the norms.

Muon (Keller Jordan, 2024) replaces a matrix's momentum by the nearest semi-orthogonal matrix, so that every
direction of the update has the same size. torch ships one whose Newton-Schulz iteration runs in bfloat16,
which a CPU without bf16 units emulates at a crawl; this one keeps the momentum's own type, and does all
matrices of one shape in a single batched product.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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

    def __init__(self, params: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, decay: float = 0.0):
        params = list(params)
        if any(weight.ndim != 2 for weight in params):
            raise ValueError("Muon takes matrices only")
        super().__init__(params, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            alike = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    alike[weight.shape].append(weight)
            for (rows, columns), weights in alike.items():
                size = group["lr"] * max(1.0, rows / columns) ** 0.5
                updates = orthogonalised(torch.stack([self._momentum(w, group["momentum"]) for w in weights]))
                for weight, update in zip(weights, updates):
                    weight.mul_(1 - group["lr"] * group["decay"]).add_(update, alpha=-size)

    def _momentum(self, weight: nn.Parameter, momentum: float) -> torch.Tensor:
        buffer = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
        buffer.lerp_(weight.grad, 1 - momentum)
        return weight.grad.lerp(buffer, momentum)


def optimizers_for(model: nn.Module, matrix_lr: float, other_lr: float, decay: float) -> list[Optimizer]:
    """One optimizer each for the matrices inside the layers and for everything else.

    Each group remembers its `peak_lr`, of which a schedule takes its share.
    """
    matrices, others = [], []
    for name, weight in model.named_parameters():
        inside = weight.ndim == 2 and "embed_tokens" not in name and "lm_head" not in name
        (matrices if inside else others).append(weight)
    found: list[Optimizer] = [
        Muon(matrices, lr=matrix_lr, decay=decay),
        AdamW(others, lr=other_lr, betas=(0.9, 0.99), eps=1e-10, weight_decay=0.0),
    ]
    for optimizer in found:
        for group in optimizer.param_groups:
            group["peak_lr"] = group["lr"]
    return found
