"""Corpus building and training: traces per second of one core, and tokens per second beside a plain loop.

The plain loop is nanoGPT's: documents end to end, cut into rows of one length, AdamW, the loss of every
token, nothing else. Both train a network of the shipped checkpoint's shape, float32 on one thread, on the
same documents. Ours reads each document in a row of its own, weighs its tokens, and steps Muon; padding is
not counted as read. Muon's iteration costs more than AdamW's update and learns more from a token; so the
plain loop is measured with our optimisers as well: what is left then is the loop's. All in processor time.

A last row holds the attention of bfloat16 training beside torch's own, forward and backward, in the shipped
shape; a processor without AVX-512 BF16 or AMX says nothing by it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from torch.optim import AdamW, Optimizer
from transformers import AutoConfig, CwmForCausalLM

from benchmarks.row import Row, beside_ms
from cwm_demo.evaluate.suites import load_suite
from cwm_demo.execution.tracer import trace
from cwm_demo.programs.program import marked
from cwm_demo.trace.text import Tokens, encode, source_ids
from cwm_demo.train.attention import by_blocks
from cwm_demo.train.corpus import Settings, trace_shard
from cwm_demo.train.data import Batches, Documents, Mix
from cwm_demo.train.mbpp import MbppError
from cwm_demo.train.optimizer import optimizers_for
from cwm_demo.train.tokenizer import build
from cwm_demo.train.trainer import Recipe, train

MODEL = Path(__file__).parents[1] / "models" / "cwm"
STEP_TOKENS, ROW_TOKENS = 4_096, 512
TOKENS = 4 * STEP_TOKENS  # that each of the two reads, in turn, twice
TURNS = 2


def measure() -> list[Row]:
    torch.set_num_threads(1)
    documents = _documents()
    config = AutoConfig.from_pretrained(MODEL)
    ours, adamw, muon = 0.0, 0.0, 0.0
    read = 0
    for _ in range(TURNS):
        taken, tokens = _ours(config, documents)
        ours += taken
        read += tokens
        adamw += _plain(config, documents, _adamw)
        muon += _plain(config, documents, lambda model: optimizers_for(model, 0.02, 0.01, 0.0))
    what, speed, plain = "training, the shipped shape", read / ours, TURNS * TOKENS
    training = [
        Row(what, speed, "tokens/s", "plain loop", plain / adamw, more_is_better=True, at_least_times=1),
        Row(what, speed, "tokens/s", "plain loop, our optimisers", plain / muon, more_is_better=True),
    ]
    return [*_corpus(), *training, _attention(config)]


def _attention(config) -> Row:
    """Rows of the length of most traces."""
    heads, shared = config.num_attention_heads, config.num_key_value_heads
    query, key, value = (
        torch.randn(STEP_TOKENS // ROW_TOKENS, count, ROW_TOKENS, config.head_dim, dtype=torch.bfloat16)
        for count in (heads, shared, shared)
    )
    for each in (query, key, value):
        each.requires_grad_()
    ours, fused = beside_ms(
        lambda: by_blocks(query, key, value, config.head_dim**-0.5).sum().backward(),
        lambda: (
            F.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
            .sum()
            .backward()
        ),
    )
    what = f"attention by blocks, {ROW_TOKENS} tokens, bfloat16, one thread"
    return Row(what, ours, "ms", "torch's fused attention", fused, at_least_times=1)


def _corpus() -> list[Row]:
    """Needs MBPP, as `corpus` does; without it there is no such row."""
    begun = time.process_time()  # of this process alone, so of one core
    try:
        shard, _ = trace_shard(Settings(seed=1), 0)
    except MbppError as error:
        print(f"corpus building is not measured: {error}")
        return []
    per_second = len(shard.ids) / (time.process_time() - begun)
    return [Row(f"corpus building, {len(shard.ids)} traces, one core", per_second, "traces/s")]


def _documents() -> Documents:
    """The traces of the generated suite."""
    tokens = Tokens(build())
    runs = [trace(marked(item.code, item.call)) for item in load_suite("generated")]
    ids = [encode(tokens, run) for run in runs]
    lengths = [len(each) for each in ids]
    return Documents(
        tokens=np.concatenate([np.array(each, np.uint16) for each in ids]),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        contexts=np.array([len(source_ids(tokens, run.source)) for run in runs]),
        traces=np.ones(len(runs), bool),
    )


def _ours(config, documents: Documents) -> tuple[float, int]:
    """Seconds, and tokens read."""
    batches = Batches(documents, Mix(source_share=0.0))
    recipe = Recipe(tokens=TOKENS, step_tokens=STEP_TOKENS)
    with tempfile.TemporaryDirectory() as folder:
        model = CwmForCausalLM(config)
        begun = time.process_time()
        progress = train(model, batches, recipe, Path(folder), quiet=True)
    return time.process_time() - begun, progress.tokens


def _adamw(model: CwmForCausalLM) -> list[Optimizer]:
    return [AdamW(model.parameters(), lr=1e-3)]


def _plain(config, documents: Documents, optimizers_of: Callable[[CwmForCausalLM], list[Optimizer]]) -> float:
    """Seconds for `TOKENS` tokens."""
    model = CwmForCausalLM(config).train()
    optimizers = optimizers_of(model)
    rng = np.random.default_rng(0)
    begun = time.process_time()
    for _ in range(TOKENS // STEP_TOKENS):
        starts = rng.integers(0, len(documents.tokens) - ROW_TOKENS, STEP_TOKENS // ROW_TOKENS)
        rows = np.stack([documents.tokens[start : start + ROW_TOKENS] for start in starts])
        ids = torch.from_numpy(rows.astype(np.int64))
        model(input_ids=ids, labels=ids).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
    return time.process_time() - begun
