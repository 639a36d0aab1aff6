"""Attention by blocks gives what torch's own attention gives, and a model takes it on and off."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from cwm_demo.train.attention import BLOCK, attention_by_blocks, by_blocks
from cwm_demo.train.model import Loss, config_for, new_model


def inputs(length: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(length)
    shapes = [(2, heads, length, 8) for heads in (6, 3, 3)]
    return [torch.randn(shape, dtype=torch.double, generator=generator).requires_grad_() for shape in shapes]


def same(found, ours, expected, theirs) -> None:
    """What attention gives, and its gradients."""
    weight = torch.randn(expected.shape, dtype=torch.double)
    (found * weight).sum().backward()
    (expected * weight).sum().backward()
    torch.testing.assert_close(found, expected)
    for mine, other in zip(ours, theirs):
        torch.testing.assert_close(mine.grad, other.grad)


@pytest.mark.parametrize("length", [1, BLOCK - 1, BLOCK, 3 * BLOCK + 5])
def test_it_is_torch_s_causal_attention_and_so_are_its_gradients(length):
    ours, theirs = inputs(length), inputs(length)
    found = by_blocks(*ours, scaling=8**-0.5)
    expected = F.scaled_dot_product_attention(*theirs, is_causal=True, enable_gqa=True)
    same(found, ours, expected, theirs)


@pytest.mark.parametrize("window", [1, 5, BLOCK, 2 * BLOCK + 3, 1000])
def test_a_window_is_a_mask_and_so_are_its_gradients(window):
    length = 3 * BLOCK + 5
    ours, theirs = inputs(length), inputs(length)
    back = torch.arange(length)[:, None] - torch.arange(length)
    expected = F.scaled_dot_product_attention(
        *theirs, attn_mask=(back >= 0) & (back < window), enable_gqa=True
    )
    found = by_blocks(*ours, scaling=8**-0.5, window=window)
    same(found, ours, expected, theirs)


def test_a_model_with_windows_learns_the_same_by_blocks():
    config = config_for(2, 100, 0, 1, 2)
    config.layer_types, config.sliding_window = ["full_attention", "sliding_attention"], 7
    model = new_model(config)
    for layer in model.model.layers:
        torch.nn.init.normal_(layer.self_attn.o_proj.weight, std=0.1)
    expected = losses(model, bf16=False)
    with attention_by_blocks(model):
        found = losses(model, bf16=False)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def losses(model, bf16: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Of every token, and the gradient of a query's weights."""
    ids = torch.randint(3, 100, (2, 90), generator=torch.Generator().manual_seed(0))
    model.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        found = Loss(model)(ids, torch.ones(ids.shape))
    found.mean().backward()
    return found.detach(), model.model.layers[0].self_attn.q_proj.weight.grad.clone()


@pytest.mark.parametrize("bf16, near", [(False, 1e-5), (True, 2e-2)])
def test_a_model_learns_the_same_by_blocks_and_is_as_before_afterwards(bf16, near):
    model = new_model(config_for(2, 100, 0, 1, 2))
    torch.nn.init.normal_(model.model.layers[0].self_attn.o_proj.weight, std=0.1)  # zero: nothing to learn
    before = model.config._attn_implementation
    expected = losses(model, bf16)
    with attention_by_blocks(model):
        found = losses(model, bf16)
        assert model.config._attn_implementation != before
    assert model.config._attn_implementation == before
    torch.testing.assert_close(found[0], expected[0], atol=near, rtol=near)
    assert (found[1] - expected[1]).norm() < 10 * near * expected[1].norm()


def test_a_mask_is_refused():
    model = new_model(config_for(2, 100, 0, 1, 2))
    with attention_by_blocks(model), pytest.raises(ValueError, match="without mask"):
        model(torch.tensor([[3, 4]]), attention_mask=torch.zeros(1, 1, 2, 2))
