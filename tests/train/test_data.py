"""What is read, in which order, and what it counts for."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from cwm_demo.train.data import Batches, Mix, batch_of, trimmed
from tests.train.conftest import documents_of, some_documents

DOCUMENTS = some_documents(200)
MIX = Mix(micro_tokens=128, easy_tokens=500, context_weight=0.25)


def first_pass(batches: Batches) -> list[np.ndarray]:
    return batches._plan(0)


def test_every_trace_is_read_once_in_a_pass():
    read = np.concatenate(first_pass(Batches(DOCUMENTS, MIX)))
    traces = read[DOCUMENTS.traces[read]]
    assert sorted(traces) == list(np.flatnonzero(DOCUMENTS.traces))


def test_source_has_its_share_beside_traces():
    read = np.concatenate(first_pass(Batches(DOCUMENTS, MIX)))
    lengths = DOCUMENTS.lengths[read]
    assert lengths[~DOCUMENTS.traces[read]].sum() / lengths.sum() == pytest.approx(0.15, abs=0.02)


def test_the_standard_model_reads_source_alone_and_all_of_it():
    batches = Batches(DOCUMENTS, Mix(traces=False, micro_tokens=128))
    read = np.concatenate(first_pass(batches))
    assert sorted(read) == list(np.flatnonzero(~DOCUMENTS.traces))


def test_a_batch_is_the_same_from_wherever_one_begins():
    batches = Batches(DOCUMENTS, MIX)
    whole = list(islice(batches(), 150))
    assert len(batches._plan(0)) < 140, "the comparison is to cross into a second pass"
    for position in (0, 7, 140):
        again = list(islice(batches(position), 10))
        for one, other in zip(whole[position:], again):
            assert np.array_equal(one.ids, other.ids) and np.array_equal(one.weights, other.weights)


def test_the_opening_goes_from_short_to_long():
    plan = first_pass(Batches(some_documents(4000), Mix(micro_tokens=128, easy_tokens=40_000)))
    lengths = some_documents(4000).lengths
    means = [np.concatenate(part) for part in (plan[:100], plan[250:350])]
    assert lengths[means[0]].mean() < 0.7 * lengths[means[1]].mean()


def test_batches_keep_to_their_size():
    lengths = DOCUMENTS.lengths
    for rows in first_pass(Batches(DOCUMENTS, MIX)):
        assert len(rows) == 1 or len(rows) * lengths[rows].max() <= MIX.micro_tokens


def test_a_document_longer_than_the_context_is_left_out():
    batches = Batches(DOCUMENTS, Mix(micro_tokens=128, context=20))
    assert max(DOCUMENTS.lengths[np.concatenate(first_pass(batches))]) <= 20


def test_weights():
    documents = documents_of([([0, 3, 9, 4, 5, 9, 4], 4), ([0, 9, 1], 0)])
    batch = batch_of(documents, np.array([0, 1]), context_weight=0.25)
    assert batch.weights.tolist() == [[0, 0.25, 0.25, 0.25, 1, 1, 1], [0, 1, 1, 0, 0, 0, 0]]
    assert batch.ids[1].tolist() == [0, 9, 1, 0, 0, 0, 0]
    assert batch.tokens == 10


@pytest.mark.parametrize("tokens, rows", [(10, 2), (9, 2), (7, 1), (3, 1)])
def test_trimming_keeps_the_first_tokens(tokens, rows):
    documents = documents_of([([0, 3, 9, 4, 5, 9, 4], 4), ([0, 9, 1], 0)])
    batch = trimmed(batch_of(documents, np.array([0, 1])), tokens)
    assert batch.tokens == tokens and len(batch.ids) == rows
    assert (batch.weights > 0).sum() == tokens - rows


def test_a_corpus_without_traces_is_refused():
    with pytest.raises(ValueError, match="no trace documents"):
        Batches(documents_of([([0, 9, 1], 0)]), MIX)
