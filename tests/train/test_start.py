"""What a fresh model looks at before it has learnt anything."""

import pytest
import torch

from cwm_demo.train.model import config_for, new_model


def attentions(depth: int, ids: torch.Tensor) -> tuple[torch.Tensor, ...]:
    model = new_model(config_for(depth, 300, 0, 1, 2)).eval()
    model.set_attn_implementation("eager")
    with torch.no_grad():
        return model(ids, output_attentions=True).attentions


@pytest.mark.parametrize("depth", [2, 4, 6])
def test_the_first_heads_look_at_the_two_tokens_before(depth):
    ids = torch.randint(3, 300, (1, 60), generator=torch.Generator().manual_seed(1))
    first = attentions(depth, ids)[0][0]
    for head, back in ((0, 1), (1, 2)):
        seen = first[head].diagonal(-back)[5:]
        assert seen.mean() > 0.8, (head, seen.mean())


def test_later_heads_find_what_stood_behind_a_word():
    ids = torch.arange(3, 83)[None].clone()
    ids[0, 70] = ids[0, 20]  # the word at 20 once more
    second = attentions(6, ids)[1][0]
    for head, behind in ((0, 1), (2, 2)):
        row = second[head][70]
        assert row.argmax() == 20 + behind, (head, row.topk(3))


def test_of_two_places_the_nearer_one_counts_more():
    ids = torch.arange(3, 203)[None].clone()
    for place in (100, 160):
        ids[0, place] = ids[0, 20]
    row = attentions(6, ids)[1][0][0][160]
    assert row[101] > 2 * row[21]
