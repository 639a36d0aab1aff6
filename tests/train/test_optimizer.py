"""Muon against what it approximates, and who is given to whom."""

from __future__ import annotations

import pytest
import torch

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
