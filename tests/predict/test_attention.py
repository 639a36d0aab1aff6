"""Attention maps: they are the model's own, travel unharmed, and the marked places are the right ones."""

import sys

import pytest
import torch

from cwm_demo.predict.attention import attention, attention_map, traced_ids
from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.predict.client import ModelClient
from cwm_demo.predict.habits import HABITS, looks
from cwm_demo.predict.maps import FULL, AttentionMap
from cwm_demo.predict.scripted import ScriptedWorldModel
from cwm_demo.trace.text import CWM, encode
from tests.predict.conftest import tiny_model, write_checkpoint


@pytest.fixture(scope="module")
def checkpoint(tokens) -> Checkpoint:
    return Checkpoint(tiny_model(), tokens)


def test_weights_are_causal_and_add_up_to_one(checkpoint, truth):
    ids, _ = traced_ids(checkpoint.tokens, truth.source, truth.frames)
    weights = attention(checkpoint, ids)
    assert weights.shape == (2, 4, len(ids), len(ids))
    assert torch.allclose(weights.sum(-1), torch.ones(()))
    assert not weights.triu(1).any()


def test_weights_are_those_that_make_the_layer_s_output(checkpoint, truth):
    """What a head reads, weighted by the map, is what the fast kernel computes."""
    ids, _ = traced_ids(checkpoint.tokens, truth.source, truth.frames)
    layer = checkpoint.model.model.layers[0].self_attn
    seen = {}
    layer.v_proj.register_forward_hook(lambda _, __, out: seen.update(values=out))
    hook = layer.o_proj.register_forward_pre_hook(lambda _, given: seen.update(mixed=given[0]))
    with torch.inference_mode():
        checkpoint.model(input_ids=torch.tensor([ids]))
    hook.remove()
    head, size = 3, 8
    values = seen["values"][0][:, (head // 2) * size : (head // 2 + 1) * size]  # two heads share one
    expected = seen["mixed"][0][:, head * size : (head + 1) * size]
    assert torch.allclose(attention(checkpoint, ids)[0, head] @ values, expected, atol=1e-4)


def test_the_usual_kernel_is_back_afterwards_also_after_a_failure(checkpoint):
    usual = checkpoint.model.config._attn_implementation
    with pytest.raises(IndexError):
        attention(checkpoint, [10**9])
    assert checkpoint.model.config._attn_implementation == usual


def test_a_window_is_seen_in_the_map(tokens, truth):
    checkpoint = Checkpoint(tiny_model(window=4), tokens)
    ids, _ = traced_ids(tokens, truth.source, truth.frames)
    weights = attention(checkpoint, ids)
    far = weights[1, :, 50, :47]  # the second layer is local
    assert not far.any() and weights[0, :, 50, :47].any()


def test_map_has_the_tokens_of_the_trace_and_survives_json(checkpoint, truth):
    seen = attention_map(checkpoint, truth.source, truth.frames, 1, 2)
    assert "".join(seen.tokens).count("<|frame_sep|>") == len(truth.frames) + 1
    assert [seen.tokens[start] for start in seen.frames][:2] == ["<|call_sep|>", "<|line_sep|>"]
    assert AttentionMap.from_json(seen.to_json()) == seen
    ids, _ = traced_ids(checkpoint.tokens, truth.source, truth.frames)
    exact = attention(checkpoint, ids)[1, 2, 40, :41]
    assert seen.row(40) == pytest.approx(exact.tolist(), abs=0.51 / FULL)


def test_map_of_a_long_trace_is_cut_and_says_so(checkpoint, truth):
    seen = attention_map(checkpoint, truth.source, truth.frames, 0, 0, max_tokens=70)
    assert seen.cut and len(seen.tokens) == 70 and len(seen.weights) == 70 * 70
    assert all(start < 70 for start in seen.frames)
    assert all(query < 70 for rows in seen.marked.values() for query in rows)


def test_no_such_head(checkpoint, truth):
    with pytest.raises(ValueError, match="2 layers of 4 heads"):
        attention_map(checkpoint, truth.source, truth.frames, 2, 0)


@pytest.mark.parametrize("style", [None, CWM])
def test_looks_ask_for_the_places_that_they_say(tokens, truth, style):
    """What is written out at a query, and what stands at its targets, as text."""
    styled = {} if style is None else {"style": style}
    ids = encode(tokens, truth, **styled)
    texts = [tokens.show([token]) for token in ids]
    found: dict[str, list[tuple[str, str]]] = {habit: [] for habit in HABITS}
    for look in looks(tokens, truth.source, truth.frames, **styled):
        targets = sorted(look.targets)
        assert targets and targets[-1] <= look.query
        found[look.habit].append((texts[look.query + 1], "".join(texts[target] for target in targets)))
    for written, copied in found["same line"]:
        assert copied == written * (len(copied) // len(written))  # each copy is the token itself
    assert ("2", "{'a': 1, 'b': 1}") in found["old value"]
    assert ("2", "        counts[x] = counts.get(x, 0) + 1\n") in found["line that ran"]
    assert ("2", "{'a': 1, 'b': 1}'a'") in found["operands"]
    assert ("2", "{'a': 2, 'b': 1}") in found["returned value"]
    assert not any(written == ".." for written, _ in found["old value"])


def test_the_service_answers_with_a_map(tmp_path, truth, monkeypatch):
    monkeypatch.setenv("CWM_DEMO_MODELS_DIR", str(tmp_path))
    write_checkpoint(tmp_path / "cwm")
    client = ModelClient([sys.executable, "-m", "cwm_demo.predict.service"])
    try:
        seen = client.attention(truth.source, truth.frames, 1, 3).result(120)
    finally:
        client.close()
    assert (seen.layers, seen.heads, seen.layer, seen.head) == (2, 4, 1, 3)
    assert sum(seen.row(60)) == pytest.approx(1, abs=0.1)


def test_scripted_map_looks_at_the_line_before(truth):
    seen = ScriptedWorldModel().attention(truth.source, truth.frames, 0, 0)
    assert seen.tokens[seen.frames[0]] == truth.frames[0].source
    assert seen.row(3) == [0, 0, 1, 0]
    assert AttentionMap.from_json(seen.to_json()) == seen
