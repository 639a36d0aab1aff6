"""A corpus and a model so small that training takes seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from cwm_demo.execution.tracer import trace
from cwm_demo.trace.text import Tokens, encode, source_document_ids, source_ids
from cwm_demo.train.data import Documents
from cwm_demo.train.tokenizer import build

torch.set_num_threads(1)  # models this small gain nothing from more, and lose much on a busy machine

BEGIN, END, PAD, CONTEXT, FRAME, LINE, ACTION, ARG = range(8)
VOCABULARY = 32


def documents_of(parts: list[tuple[list[int], int]]) -> Documents:
    """(ids, tokens before the first frame or 0 for source) -> Documents."""
    lengths = [len(ids) for ids, _ in parts]
    return Documents(
        tokens=np.concatenate([np.array(ids, np.uint16) for ids, _ in parts]),
        starts=np.concatenate([[0], np.cumsum(lengths)]),
        contexts=np.array([context for _, context in parts]),
        traces=np.array([context > 0 for _, context in parts]),
    )


def some_documents(count: int, seed: int = 0, longest: int = 40) -> Documents:
    """Traces and sources in turn, of random letters from 8 on; every frame repeats the first letters."""
    rng = np.random.default_rng(seed)
    parts = []
    for number in range(count):
        letters = rng.integers(8, VOCABULARY, rng.integers(3, longest)).tolist()
        if number % 2:
            parts.append(([BEGIN, *letters, END], 0))
        else:
            frame = [LINE, *letters[:2], ACTION, letters[2], FRAME]
            parts.append(([BEGIN, CONTEXT, *letters, FRAME, *frame, *frame, END], len(letters) + 3))
    return documents_of(parts)


def adding(number: int) -> str:
    """The program that `write_corpus` writes of a number."""
    return f"def f(n):\n    n = n + {number}\n    return n\n"


def write_corpus(folder: Path, programs: int) -> None:
    """A corpus in one shard, as `corpus` writes it: each program's trace, and its source."""
    tokens = Tokens(build())
    ids, contexts, traces = [], [], []
    for number in range(programs):
        source = f"{adding(number)}\nf({number})  # << START_OF_TRACE\n"
        ids += [encode(tokens, trace(source)), source_document_ids(tokens, adding(number))]
        contexts += [len(source_ids(tokens, source)), 0]
        traces += [True, False]
    folder.mkdir()
    np.savez(
        folder / "trace-00000.npz",
        tokens=np.concatenate([np.array(part, np.uint16) for part in ids]),
        starts=np.concatenate([[0], np.cumsum([len(part) for part in ids])]),
        contexts=np.array(contexts),
        traces=np.array(traces),
        programs=np.arange(2 * programs) // 2,
    )
    (folder / "corpus.json").write_text('{"seed": 0}')


@pytest.fixture
def model():
    return tiny_model()


def tiny_model(seed: int = 0):
    from cwm_demo.train.model import config_for, new_model

    return new_model(config_for(2, VOCABULARY, BEGIN, END, PAD), seed)
