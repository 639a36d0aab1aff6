"""Tasks as documents for the trainer, mixed with what the model has read so far, so that it isn't forgotten.

documents, mix = lesson(task_documents(tokens, learn), corpus, traces=True, share=0.5)
valid = TaskValidation(tokens, held_out)(model)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from transformers import CwmForCausalLM

from cwm_demo.trace.text import Tokens
from cwm_demo.train.data import Documents, Mix, batch_of
from cwm_demo.train.model import greedy_hits
from cwm_demo.train.tasks.task import Task, answer_document, answer_ending, document_ids

Part = tuple[list[int], int]  # ids, and how many of them are given
ANSWERS = 2  # of a program, beside its fillings
TRACED_SOURCE = 0.15  # of what the world model reads again, plain source, as in mid-training


def filling(tokens: Tokens, task: Task, text: str) -> Part | None:
    return document_ids(tokens, task.prompt(), f"{text}\n")


def fillings(tokens: Tokens, tasks: Iterable[Task]) -> list[Part]:
    return [part for task in tasks if (part := filling(tokens, task, task.missing))]


def answers(tokens: Tokens, tasks: Iterable[Task], each: int = ANSWERS) -> list[Part]:
    """What the last calls of each program return; every program once."""
    found = []
    for task in {task.source: task for task in tasks}.values():
        for call, value in list(zip(task.calls, task.returns))[-each:]:
            part = document_ids(tokens, answer_document(task.source, call), f"{answer_ending(value)}\n")
            if part:
                found.append(part)
    return found


def documents_of(parts: Sequence[Part]) -> Documents:
    """No trace among them: what is given counts less all the same."""
    lengths = [len(ids) for ids, _ in parts]
    return Documents(
        tokens=np.fromiter((token for ids, _ in parts for token in ids), np.uint16, sum(lengths)),
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        contexts=np.array([given for _, given in parts], np.int64),
        traces=np.zeros(len(parts), bool),
    )


def lesson(
    parts: Sequence[Part], corpus: Documents, traces: bool, share: float, seed: int, micro_tokens: int
) -> tuple[Documents, Mix]:
    """The parts, and of the corpus as much as makes `share` of the tokens; read in any order, each once a
    pass.

    A twin reads again what its mid-training was made of: with traces, or source alone.
    """
    own = documents_of(parts)
    wanted = int(len(own.tokens) * share / (1 - share))
    rng = np.random.default_rng([seed, 7])
    kinds = [(False, wanted)]
    if traces:
        kinds = [(True, int(wanted * (1 - TRACED_SOURCE))), (False, int(wanted * TRACED_SOURCE))]
    chosen = np.concatenate([_chosen(corpus, kind, count, rng) for kind, count in kinds])
    again = corpus.part(np.sort(chosen))
    both = Documents(
        tokens=np.concatenate([own.tokens, again.tokens]),
        starts=np.concatenate([own.starts, again.starts[1:] + own.starts[-1]]),
        contexts=np.concatenate([own.contexts, again.contexts]),
        traces=np.concatenate([own.traces, again.traces]),
    )
    of_traces = int(both.lengths[both.traces].sum())
    plain = 1 - of_traces / len(both.tokens)
    mix = Mix(
        traces=of_traces > 0,
        source_share=plain,
        easy_tokens=0,
        micro_tokens=micro_tokens,
        seed=seed,
        context_weight=0.1,
    )
    return both, mix


def _chosen(documents: Documents, traces: bool, tokens: int, rng: np.random.Generator) -> np.ndarray:
    """Random documents of one kind, of about `tokens` together, as many as there are at most."""
    order = rng.permutation(np.flatnonzero(documents.traces == traces))
    return order[: int(np.searchsorted(documents.lengths[order].cumsum(), tokens))]


class TaskValidation:
    """Teacher-forced: the loss on what is asked, and the share where each of its tokens is the likeliest."""

    def __init__(self, tokens: Tokens, tasks: Sequence[Task], count: int = 200) -> None:
        some = list(tasks)[:count]
        self.kinds = {"fill": fillings(tokens, some), "answer": answers(tokens, some, 1)}

    def __call__(self, model: CwmForCausalLM) -> dict[str, float]:
        scores = {}
        for kind, parts in self.kinds.items():
            documents, losses, exact = documents_of(parts), [], []
            order = documents.lengths.argsort(kind="stable")
            for rows in np.array_split(order, max(1, len(order) // 16)):
                batch = batch_of(documents, rows)
                hits, nll = greedy_hits(model, torch.from_numpy(batch.ids).to(model.device))
                for row, index in enumerate(rows):
                    # Hit and loss at position i are those of token i + 1; the end token is not asked for.
                    asked = slice(documents.contexts[index] - 1, batch.lengths[row] - 2)
                    losses += nll[row, asked].tolist()
                    exact.append(bool(hits[row, asked].all()))
            scores |= {f"{kind}_loss": float(np.mean(losses)), f"{kind}_exact": float(np.mean(exact))}
        return scores
