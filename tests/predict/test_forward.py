"""The network in few operations against transformers' own forward, and several texts in one forward."""

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from cwm_demo.predict import forward as module
from cwm_demo.predict.forward import Feed, Lean, Transformers, open_forward
from cwm_demo.predict.greedy import Greedy, run
from tests.predict.conftest import tiny_model

CLOSE = 2e-5  # what rounding may do to logits of this size in float32


def llama() -> LlamaForCausalLM:
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=500,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=256,
        tie_word_embeddings=False,
        initializer_range=0.3,
        bos_token_id=0,
        eos_token_id=0,
    )
    return LlamaForCausalLM(config).eval()


MODELS = {"full": tiny_model, "sliding": lambda: tiny_model(window=8), "llama": llama}


@pytest.fixture(params=MODELS)
def model(request):
    return MODELS[request.param]()


def test_logits_are_those_of_transformers(model):
    ids = list(range(40, 80))
    lean = Lean(model)
    [logits] = lean.run([Feed(ids, lean.cache())])
    with torch.inference_mode():
        assert torch.allclose(logits, model(torch.tensor([ids])).logits[0], atol=CLOSE)
    [last] = lean.run([Feed(ids, lean.cache(), wanted=38)])
    assert torch.allclose(last, logits[38:], atol=CLOSE) and len(last) == 2
    exact = lean.exact(ids)
    assert exact.dtype == torch.float64 and torch.allclose(exact.float(), logits[-1], atol=CLOSE)


def test_several_texts_in_one_forward_are_each_alone(model):
    """Two texts, with branches, stepped together and one after the other."""

    def written(forward, together: bool) -> list[list[int]]:
        texts = [Greedy(forward, list(range(30, 50 + 10 * n)), frozenset()) for n in range(2)]
        for text in texts:
            run(text.read(), forward)
        branches = [[text.branch(12), text.branch(18)] for text in texts]
        for branch in (branch for each in branches for branch in each):
            branch.limit = 10
        works = [text.finish(each, lambda branch: [5, 6]) for text, each in zip(texts, branches)]
        if not together:
            for work in works:
                run(work, forward)
        else:
            feeds = {work: next(work) for work in works}
            while feeds:
                for work, logits in zip(list(feeds), forward.run(list(feeds.values()))):
                    try:
                        feeds[work] = work.send(logits)
                    except StopIteration:
                        del feeds[work]
        return [branch.tokens for each in branches for branch in each]

    assert written(Lean(model), True) == written(Lean(model), False) == written(Transformers(model), False)


def test_a_small_model_of_this_network_is_run_leanly_and_others_by_transformers(monkeypatch):
    model = tiny_model()
    assert type(open_forward(model)) is Lean
    monkeypatch.setattr(model.config, "hidden_act", "gelu")
    assert type(open_forward(model)) is Transformers
    monkeypatch.setattr(model.config, "hidden_act", "silu")
    monkeypatch.setattr(module, "SMALL", 1000)
    assert type(open_forward(model)) is Transformers


def test_nothing_is_said_in_float64_of_a_model_that_was_rounded_before():
    assert Lean(tiny_model().to(torch.bfloat16)).exact([1, 2]) is None
