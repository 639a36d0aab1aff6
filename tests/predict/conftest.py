"""Tiny models with the real architecture and the real tokenizer."""

from pathlib import Path

import pytest
import torch
from transformers import CwmConfig, CwmForCausalLM

from cwm_demo.execution.limits import Limits
from cwm_demo.execution.tracer import trace
from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import Tokens, encode, source_document_ids
from cwm_demo.train import tokenizer

torch.set_num_threads(1)

SOURCE = """\
def tally(items):
    counts = {}
    for x in items:
        counts[x] = counts.get(x, 0) + 1
    return counts

tally(['a', 'b', 'a'])  # << START_OF_TRACE
"""


def tiny_model(window: int | None = None, context: int = 2048, seed: int = 0) -> CwmForCausalLM:
    """A random model, without the near-ties that usual initial weights would have."""
    torch.manual_seed(seed)
    layers = 2
    config = CwmConfig(
        vocab_size=tokenizer.build().get_vocab_size(),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=context,
        bos_token_id=0,
        eos_token_id=0,
        rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
        layer_types=["sliding_attention" if window and i % 2 else "full_attention" for i in range(layers)],
        sliding_window=window or context,
        initializer_range=0.4,
    )
    return CwmForCausalLM(config).eval()


def learn(model: CwmForCausalLM, documents: list[list[int]], steps: int) -> CwmForCausalLM:
    """Teach it a few documents by heart."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
    for step in range(steps):
        ids = torch.tensor([documents[step % len(documents)]])
        model(input_ids=ids, labels=ids).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return model.eval()


def write_checkpoint(folder: Path, model: CwmForCausalLM | None = None) -> Path:
    (model or tiny_model()).save_pretrained(folder)
    tokenizer.save(folder)
    return folder


@pytest.fixture(scope="session")
def tokens() -> Tokens:
    return Tokens(tokenizer.build())


@pytest.fixture(scope="session")
def truth() -> Trace:
    return trace(SOURCE, Limits())


@pytest.fixture(scope="session")
def half_learned(tokens, truth) -> Checkpoint:
    """Knows the trace of SOURCE well enough to write most of its frames, not all."""
    return Checkpoint(learn(tiny_model(), [encode(tokens, truth)], 22), tokens)


@pytest.fixture(scope="session")
def learned(tokens, truth) -> Checkpoint:
    """Knows the trace of SOURCE, and SOURCE as a text, by heart."""
    documents = [encode(tokens, truth), source_document_ids(tokens, SOURCE)]
    return Checkpoint(learn(tiny_model(), documents, 200), tokens)
