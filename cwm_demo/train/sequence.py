"""One training sequence and what each of its tokens counts for, as a stage of training reads it.

    sequence = training_sequence(tokens, trace)
    sequence.ids, sequence.weights        # one weight for each token; 0: it is never asked for

The weights are those of `data.batch_of`, so what is shown is what was trained.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import Tokens, encode, source_ids
from cwm_demo.train.data import Documents, Mix, batch_of

MIX = Mix()  # how mid-training with traces was weighted


@dataclass(frozen=True, slots=True)
class Sequence:
    ids: tuple[int, ...]
    weights: tuple[float, ...]  # of each token as a target
    context: int  # tokens before the first frame: SOURCE, marked at both ends

    @property
    def frames(self) -> int:
        """How many tokens are predicted in full."""
        return len(self.ids) - self.context

    @property
    def share(self) -> float:
        """Which part of the loss the frames make, were every token equally hard."""
        return sum(self.weights[self.context :]) / sum(self.weights)


def training_sequence(tokens: Tokens, trace: Trace, mix: Mix = MIX) -> Sequence:
    """The document that `trace` makes, weighted as `mix` says."""
    ids = encode(tokens, trace)
    context = len(source_ids(tokens, trace.source))
    document = Documents(
        tokens=np.array(ids, np.uint16),
        starts=np.array([0, len(ids)]),
        contexts=np.array([context]),
        traces=np.array([True]),
    )
    batch = batch_of(document, np.array([0]), mix.context_weight)
    weights = tuple(round(float(weight), 6) for weight in batch.weights[0])
    return Sequence(tuple(ids), weights, context)
