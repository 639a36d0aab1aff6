"""From documents to batches: which are read when, and what each token counts for.

The order is a pure function of the settings: batch k is always the same, so that a run resumes by counting.
Documents of like length are put together and padded to the longest of them; a document has its row to
itself, so nothing attends across documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HELD_OUT = 50  # of how many programs one is kept for validation, with all its documents


@dataclass(frozen=True)
class Documents:
    """Tokenised documents, end to end."""

    tokens: np.ndarray  # uint16 [T]
    starts: np.ndarray  # int64 [n + 1], the last one is T
    contexts: np.ndarray  # int64 [n], how many tokens are given: all before a trace's first frame; or 0
    traces: np.ndarray  # bool [n], trace or plain source

    def __len__(self) -> int:
        return len(self.traces)

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.starts)

    def ids(self, index: int) -> np.ndarray:
        return self.tokens[self.starts[index] : self.starts[index + 1]]

    def part(self, rows: np.ndarray) -> Documents:
        """Some of the documents, in the order of `rows`."""
        parts = [self.ids(row) for row in rows]
        return Documents(
            tokens=np.concatenate([*parts, np.empty(0, np.uint16)]),
            starts=np.concatenate([[0], self.lengths[rows].cumsum()]).astype(np.int64),
            contexts=self.contexts[rows],
            traces=self.traces[rows],
        )


def load_documents(folder: Path) -> tuple[Documents, Documents]:
    """A corpus that `python -m cwm_demo corpus` built, to train on and to validate with."""
    from cwm_demo.train import corpus

    arrays = corpus.load(folder)
    starts, held = arrays["starts"], arrays["programs"] % HELD_OUT == 0
    lengths, of_held = np.diff(starts), np.repeat(held, np.diff(starts))

    def part(documents: np.ndarray, tokens: np.ndarray) -> Documents:
        ends = lengths[documents].cumsum()
        return Documents(
            tokens=arrays["tokens"][tokens],
            starts=np.concatenate([[0], ends]),
            contexts=arrays["contexts"][documents],
            traces=arrays["traces"][documents],
        )

    return part(~held, ~of_held), part(held, of_held)


@dataclass(frozen=True)
class Mix:
    """What a stage reads."""

    traces: bool = True  # read trace documents
    source_share: float = 0.15  # of the tokens, beside traces; without traces all is source
    context_weight: float = 0.2  # of a token of what is given (a trace's source); every other token counts 1
    easy_tokens: int = 1_000_000  # the opening of a run goes from short to long documents
    micro_tokens: int = 2_048  # padded size of a batch that is forwarded at once
    context: int = 2_048  # longer documents are left out
    seed: int = 0


@dataclass(frozen=True)
class Batch:
    ids: np.ndarray  # int64 [B, L], zero after a document's end
    weights: np.ndarray  # float32 [B, L], of each token as a target; the first column is zero
    traces: np.ndarray  # bool [B], trace or plain source
    lengths: np.ndarray  # int64 [B]

    @property
    def tokens(self) -> int:
        """How many were read, padding not counted."""
        return int(self.lengths.sum())


class Batches:
    """The endless sequence of batches of a stage, addressed by position: pass after pass over documents."""

    def __init__(self, documents: Documents, mix: Mix):
        fits = (documents.lengths <= mix.context) & (documents.lengths > 1)
        self.documents, self.mix = documents, mix
        self.sources = np.flatnonzero(fits & ~documents.traces)
        self.trace_documents = (
            np.flatnonzero(fits & documents.traces) if mix.traces else np.empty(0, np.int64)
        )
        if mix.traces and not len(self.trace_documents):
            raise ValueError("the corpus holds no trace documents that fit the context")
        if not len(self.sources) and (not mix.traces or mix.source_share > 0):
            raise ValueError("the corpus holds no source documents that fit the context")

    @property
    def longest(self) -> int:
        """Tokens of the longest document that is read."""
        read = np.concatenate([self.trace_documents, self.sources])
        return int(self.documents.lengths[read].max())

    def __call__(self, position: int = 0) -> Iterator[Batch]:
        """Batches from `position` on, counted from the beginning of the run."""
        number = 0
        while True:
            plan = self._plan(number)
            for rows in plan[position:]:
                yield self._batch(rows)
            position = max(0, position - len(plan))
            number += 1

    def _plan(self, number: int) -> list[np.ndarray]:
        """The batches of pass `number`, as document indices: every document once, sources as the mix says."""
        rng = np.random.default_rng([self.mix.seed, number])
        lengths = self.documents.lengths
        if self.mix.traces:
            share = self.mix.source_share / (1 - self.mix.source_share)
            wanted = int(share * lengths[self.trace_documents].sum())
            order = rng.permutation(np.concatenate([self.trace_documents, self._sources(rng, wanted)]))
        else:
            order = rng.permutation(self.sources)
        if number == 0 and self.mix.easy_tokens:
            easy = np.searchsorted(lengths[order].cumsum(), self.mix.easy_tokens)
            # Loosely sorted: ranks with noise, so that no batch holds one kind of document alone.
            ranks = lengths[order[:easy]].argsort(kind="stable").argsort(kind="stable")
            noisy = ranks + rng.normal(0, 0.15 * max(1, easy), easy)
            order[:easy] = order[:easy][noisy.argsort(kind="stable")]
        return self._cut(order, rng)

    def _sources(self, rng: np.random.Generator, wanted: int) -> np.ndarray:
        """Source documents of `wanted` tokens together, each as often as the next."""
        taken: list[np.ndarray] = []
        while wanted > 0:
            order = rng.permutation(self.sources)
            order = order[: np.searchsorted(self.documents.lengths[order].cumsum(), wanted) + 1]
            taken.append(order)
            wanted -= int(self.documents.lengths[order].sum())
        return np.concatenate([*taken, np.empty(0, np.int64)]).astype(np.int64)

    def _cut(self, order: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
        """Windows of the order, sorted by length, cut into batches, and the batches of a window shuffled."""
        lengths, plan = self.documents.lengths, []
        for window in np.array_split(order, max(1, len(order) // 512)):
            window = window[lengths[window].argsort(kind="stable")[::-1]]
            batches, begin = [], 0
            while begin < len(window):
                rows = max(1, self.mix.micro_tokens // int(lengths[window[begin]]))
                batches.append(window[begin : begin + rows])
                begin += rows
            plan += [batches[i] for i in rng.permutation(len(batches))]
        return plan

    def _batch(self, rows: np.ndarray) -> Batch:
        return batch_of(self.documents, rows, self.mix.context_weight)


def batch_of(documents: Documents, rows: np.ndarray, context_weight: float = 1.0) -> Batch:
    """The documents `rows`, padded to the longest of them."""
    lengths = documents.lengths[rows]
    ids = np.zeros((len(rows), lengths.max()), np.int64)
    weights = np.zeros(ids.shape, np.float32)
    for row, index in enumerate(rows):
        ids[row, : lengths[row]] = documents.ids(index)
        weights[row, 1 : lengths[row]] = 1.0
        weights[row, 1 : documents.contexts[index]] = context_weight  # of a plain source none: its is 0
    return Batch(ids, weights, documents.traces[rows], lengths)


def trimmed(batch: Batch, tokens: int) -> Batch:
    """The first `tokens` tokens of a batch, at least two: for the last batch of a budget."""
    before = np.concatenate([[0], batch.lengths.cumsum()[:-1]])
    lengths = np.clip(max(2, tokens) - before, 0, batch.lengths)
    rows = int((lengths > 0).sum())
    kept = np.arange(batch.ids.shape[1]) < lengths[:rows, None]
    return Batch(batch.ids[:rows] * kept, batch.weights[:rows] * kept, batch.traces[:rows], lengths[:rows])
