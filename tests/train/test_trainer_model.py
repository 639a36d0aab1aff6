"""The network: its sizes, and what it starts with."""

from __future__ import annotations

import pytest
import torch

from cwm_demo.train.model import CONTEXT, config_for, new_model, parameter_count


@pytest.mark.parametrize("depth, least, most", [(4, 0.7e6, 1.1e6), (6, 2e6, 3e6), (9, 8e6, 10e6)])
def test_one_dial_sizes_the_model(depth, least, most):
    config = config_for(depth, 1500, 0, 1, 2)
    assert least < parameter_count(new_model(config)) < most
    assert config.max_position_embeddings == CONTEXT == 2048
    assert set(config.layer_types) == {"full_attention"}


@pytest.mark.parametrize("depth", [1, 0, -2])
def test_an_impossible_size_is_refused(depth):
    with pytest.raises(ValueError, match="at least 2"):
        config_for(depth, 1500, 0, 1, 2)


def test_the_same_seed_gives_the_same_model():
    models = [new_model(config_for(2, 100, 0, 1, 2), seed) for seed in (1, 1, 2)]
    first, again, other = (model.model.layers[0].mlp.up_proj.weight for model in models)
    assert torch.equal(first, again) and not torch.equal(first, other)


@pytest.mark.parametrize("depth", [4, 6, 8])
def test_the_first_head_starts_out_looking_at_the_token_before(depth):
    model = new_model(config_for(depth, 500, 0, 1, 2))
    model.set_attn_implementation("eager")
    ids = torch.randint(3, 500, (1, 300), generator=torch.Generator().manual_seed(0))
    attention = model(ids, output_attentions=True).attentions[0][0, 0]
    assert attention.diagonal(-1).mean() > 0.9
