"""The cost of sliding windows, against masks counted cell by cell and against CWM's published shape."""

import itertools

import pytest
from transformers import CwmConfig

from cwm_demo.predict.windows import (
    CWM_32B,
    Shape,
    all_global,
    cache_bytes,
    from_config,
    layer_pairs,
    mask,
    pairs,
    reach,
    reach_by_layer,
)

SMALL = Shape(
    layers=4, window=2, context=5, local_per_global=3, kv_heads=1, head_dim=2, dtype="float32"
)  # one global layer, three local ones


def test_small_shape_counted_by_hand():
    assert SMALL.is_global == (True, False, False, False)
    assert layer_pairs(5, None) == 1 + 2 + 3 + 4 + 5
    assert layer_pairs(5, 2) == 1 + 2 + 2 + 2 + 2
    assert pairs(SMALL) == 15 + 3 * 9
    # keys and values of 5 tokens in the global layer and 2 in each local one, 2 numbers of 4 bytes each
    assert cache_bytes(SMALL) == (5 + 2 + 2 + 2) * 2 * 2 * 4
    assert reach_by_layer(SMALL) == [4, 4, 4, 4]


def test_without_a_global_layer_reach_grows_by_a_hop_a_layer():
    local = Shape(4, 2, 100, None, 1, 2)
    assert reach_by_layer(local) == [1, 2, 3, 4]
    assert reach(Shape(4, 30, 100, None, 1, 2)) == 99


@pytest.mark.parametrize("window", [None, 1, 2, 7, 8, 20])
def test_pairs_are_the_cells_of_the_mask(window):
    assert layer_pairs(8, window) == sum(map(sum, mask(8, window)))


def test_reach_is_what_the_masks_let_through():
    for window, pattern in itertools.product([1, 2, 3], [None, 0, 1, 3]):
        shape = Shape(3, window, 9, pattern, 1, 2)
        heard = {8}
        for is_global in reversed(shape.is_global):
            rows = mask(9, None if is_global else window)
            heard = {key for query in heard for key in range(9) if rows[query][key]}
        assert reach(shape) == 8 - min(heard)


def test_cwm_32b_is_transformers_default_config():
    config = CwmConfig()
    assert from_config({**config.to_dict(), "dtype": "bfloat16"}) == CWM_32B
    assert CWM_32B.global_layers == 16


def test_cwm_32b_at_full_context():
    full = all_global(CWM_32B)
    assert cache_bytes(full) == 32 * 2**30  # 64 layers x 131,072 tokens x 4 KiB
    assert cache_bytes(CWM_32B) == int(9.5 * 2**30)  # 16 layers of 0.5 GiB, 48 of 32 MiB
    assert pairs(full) == 64 * 131_072 * 131_073 // 2
    assert pairs(CWM_32B) / pairs(full) == pytest.approx(0.341, abs=0.001)
    assert reach(CWM_32B) == 131_071


def test_unknown_pattern_is_said_to_be_unknown():
    config = {**CwmConfig(num_hidden_layers=4).to_dict()}
    config["layer_types"] = ["sliding_attention", "full_attention", "full_attention", "sliding_attention"]
    assert from_config(config) is None
