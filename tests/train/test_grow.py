"""A grown model says what the small one said."""

import pytest
import torch

from cwm_demo.train.grow import grown, spread, woken
from cwm_demo.train.model import config_for, new_model


def small():
    model = new_model(config_for(2, 100, 1, 2, 0), seed=3)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(0)))
    return model.eval()


@pytest.mark.parametrize("depth", [2, 4, 6])
def test_the_logits_stay(depth):
    model = small()
    larger = grown(model, config_for(depth, 100, 1, 2, 0)).eval()
    ids = torch.randint(3, 100, (2, 40), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.allclose(larger(ids).logits, model(ids).logits, atol=0.02)
    assert larger.config.num_hidden_layers == depth


def test_what_is_new_gets_gradients():
    larger = grown(small(), config_for(4, 100, 1, 2, 0))
    ids = torch.randint(3, 100, (2, 40), generator=torch.Generator().manual_seed(1))
    larger(ids, labels=ids).loss.backward()
    writers = [layer.self_attn.o_proj.weight.grad for layer in larger.model.layers]
    assert all(grad.abs().max() > 0 for grad in writers)
    assert larger.model.embed_tokens.weight.grad[:, 64:].abs().max() > 0


def test_old_layers_keep_their_order_and_the_last_stays_last():
    assert spread(4, 6) == [0, 2, 3, 5]
    assert spread(4, 4) == [0, 1, 2, 3]
    assert spread(4, 12) == [2, 5, 8, 11]


def test_it_does_not_shrink():
    with pytest.raises(ValueError, match="shrink"):
        grown(new_model(config_for(4, 100, 1, 2, 0)), config_for(2, 100, 1, 2, 0))


def trained():
    """A small model whose weights have grown, as they do in training."""
    model = small()
    with torch.no_grad():
        for layer in model.model.layers:
            for weight in layer.parameters():
                weight.mul_(6.0 if weight.ndim == 2 else 1.0)
    return model


def test_what_is_new_is_as_large_as_its_neighbours_and_the_logits_stay():
    larger = grown(trained(), config_for(4, 100, 1, 2, 0)).eval()
    ids = torch.randint(3, 100, (2, 40), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        before = larger(ids).logits
        old_layers = [larger.model.layers[place] for place in spread(2, 4)]
        rows = [layer.mlp.gate_proj.weight.norm(dim=1) for layer in old_layers]
        assert all(row[192:].max() < 0.5 * row[:192].min() for row in rows)
        assert woken(larger) == 2 * (192 + 2)  # of each old layer the new neurons and heads
        assert torch.allclose(larger(ids).logits, before, atol=1e-3)
    for layer in old_layers:
        for weight in (layer.mlp.gate_proj.weight, layer.self_attn.q_proj.weight):
            row, half = weight.norm(dim=1), len(weight) // 2
            assert 0.5 < row[half:].mean() / row[:half].mean() < 2
    assert woken(larger) == 0


def test_a_fresh_model_has_nothing_to_wake_but_what_looks_back():
    model = new_model(config_for(4, 100, 1, 2, 0))
    before = [weight.clone() for weight in model.parameters()]
    assert woken(model) == 0
    assert all(torch.equal(*pair) for pair in zip(before, model.parameters()))
