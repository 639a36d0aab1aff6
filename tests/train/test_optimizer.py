"""Muon against what it approximates, and who is given to whom."""

from __future__ import annotations

import pytest
import torch

from cwm_demo.train.model import config_for, new_model
from cwm_demo.train.optimizer import Muon, optimizers_for, orthogonalised


@pytest.mark.parametrize("shape", [(3, 64, 64), (2, 96, 32), (2, 32, 96)])
def test_orthogonalised_comes_close_to_the_polar_factor(shape):
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    u, _, v = torch.linalg.svd(matrices, full_matrices=False)
    found = orthogonalised(matrices)
    sizes = torch.linalg.svdvals(found)
    # What is next to nothing in a square matrix stays small: five steps lift it some hundredfold, no more.
    assert sizes.amax() < 1.25 and (sizes > 0.6).float().mean() > 0.95
    cosine = torch.cosine_similarity(found.flatten(1), (u @ v).flatten(1))
    assert cosine.min() > 0.97


def test_matrices_are_done_alone_as_in_a_batch():
    matrices = torch.randn(4, 16, 48, generator=torch.Generator().manual_seed(1))
    alone = torch.cat([orthogonalised(matrix[None]) for matrix in matrices])
    torch.testing.assert_close(orthogonalised(matrices), alone)


def test_a_step_has_the_size_of_the_rate():
    weight = torch.nn.Parameter(torch.zeros(64, 16))
    weight.grad = 1e-4 * torch.randn(64, 16, generator=torch.Generator().manual_seed(0))
    Muon([weight], lr=0.01).step()
    sizes = torch.linalg.svdvals(weight.detach())
    assert sizes.min() > 0.01 and sizes.max() < 0.026  # about 0.01 * sqrt(64 / 16)


def test_weight_decay_holds_the_weights_to_one_over_itself():
    """The same gradient for ever: without decay a matrix grows with every step, with it it stops."""
    gradient = torch.randn(16, 16, generator=torch.Generator().manual_seed(0))
    sizes = {}
    for decay in (0.0, 2.0):
        weight = torch.nn.Parameter(torch.zeros(16, 16))
        optimizer = Muon([weight], lr=0.05, decay=decay)
        for _ in range(100):
            weight.grad = gradient.clone()
            optimizer.step()
        sizes[decay] = torch.linalg.svdvals(weight.detach()).median()
    assert sizes[0.0] > 3.5 and 0.3 < sizes[2.0] < 0.6


def test_muon_refuses_what_is_no_matrix():
    with pytest.raises(ValueError, match="matrices only"):
        Muon([torch.nn.Parameter(torch.zeros(3))], lr=0.01)


def test_every_weight_has_one_optimizer(model):
    muon, adam = optimizers_for(model, 0.02, 0.003, 0.0)
    given = [
        weight for optimizer in (muon, adam) for group in optimizer.param_groups for weight in group["params"]
    ]
    assert {id(weight) for weight in given} == {id(weight) for weight in model.parameters()}
    assert len(given) == len(list(model.parameters()))
    assert any(weight is model.model.embed_tokens.weight for weight in adam.param_groups[0]["params"])
    assert all(weight.ndim == 2 for weight in muon.param_groups[0]["params"])


@pytest.mark.parametrize("split", [(0, 8), (1, 8)])
def test_heads_are_taken_one_by_one(split):
    """A head whose gradient is tiny beside another's moves as far as that one."""
    dimension, size = split
    whole, apart = (torch.nn.Parameter(torch.zeros(16, 16)) for _ in range(2))
    gradient = torch.randn(16, 16, generator=torch.Generator().manual_seed(0))
    gradient.narrow(dimension, 0, size).mul_(1e-5)
    whole.grad, apart.grad = gradient.clone(), gradient.clone()
    Muon([whole], lr=1.0).step()
    Muon([{"params": [apart], "split": split}], lr=1.0).step()
    weak, strong = (apart.narrow(dimension, begin, size) for begin in (0, size))
    assert 0.7 < weak.norm() / strong.norm() < 1.4
    assert torch.allclose(strong, -orthogonalised(gradient.narrow(dimension, size, size)[None])[0], atol=1e-2)
    assert whole.narrow(dimension, 0, size).norm() < 0.1 * whole.narrow(dimension, size, size).norm()


def test_attention_is_split_by_its_heads():
    model = new_model(config_for(4, 100, 1, 2, 0))
    muon, _ = optimizers_for(model, 0.02, 0.003, 0.0)
    sizes = {group["split"]: len(group["params"]) for group in muon.param_groups}
    assert sizes == {(0, 32): 3 * 4, (1, 32): 4, None: 3 * 4}
