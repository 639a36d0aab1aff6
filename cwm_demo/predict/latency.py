"""Measures what writing costs: an answer alone, and a whole trace, one forward for each token.

    run(answer_timing(checkpoint, source, call), None)  # as `direct.py` asks: the value and nothing else
    run(trace_timing(checkpoint, source, frames), None) # every frame, then the end

Plain decoding with a key/value cache, as any engine does it: no draft rides along, so that what is counted
is the price of a token. A trace is written along the real run: at each token the model works out its own
choice, and the real one is what it goes on from. So the length is the run's, however well the model knows it.
Times are wall-clock times, in this process, as busy as the machine is. Both are `Work` (`greedy.py`) that
lets others have a turn after every token; what those take is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import torch
from transformers import DynamicCache

from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.predict.direct import MAX_ANSWER_TOKENS, OPERATORS, document
from cwm_demo.predict.greedy import Work
from cwm_demo.predict.prediction import BEYOND_REACH
from cwm_demo.predict.timing import Timing
from cwm_demo.trace.frame import Frame
from cwm_demo.trace.text import END, OURS, Style, Tokens, frame_ids, source_document_ids, source_ids

MAX_MS = 5_000.0  # then it is stopped, and says so: others are waiting for the models as well


def answer_timing(checkpoint: Checkpoint, source: str, call: str, max_ms: float = MAX_MS) -> Work[Timing]:
    """What `call` gives, to the end of the line that says it, in the model's own words."""
    tokens: Tokens = checkpoint.tokens
    given = source_document_ids(tokens, document(source, call, OPERATORS[0]), end=False)
    ends = {token for token in range(len(tokens)) if tokens.ends_line(token)} | {tokens.special[END]}
    writer = _Writer(checkpoint, given, max_ms)
    for _ in range(MAX_ANSWER_TOKENS):
        if not writer.write() or writer.own in ends:
            break
        yield None
    writer.part()
    return writer.timing()


def trace_timing(
    checkpoint: Checkpoint,
    source: str,
    frames: Sequence[Frame],
    style: Style = OURS,
    max_ms: float = MAX_MS,
) -> Work[Timing]:
    """The trace of SOURCE, a part for each frame, and one for the end."""
    tokens: Tokens = checkpoint.tokens
    writer = _Writer(checkpoint, source_ids(tokens, source), max_ms)
    for ids in [*(frame_ids(tokens, frame, style) for frame in frames), [tokens.special[END]]]:
        for real in ids:
            if not writer.write(real):
                writer.part()
                return writer.timing()
            yield None
        writer.part()
    return writer.timing()


class _Writer:
    """Writes one token after the other and looks at the clock."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        given: Sequence[int],
        max_ms: float,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._model = checkpoint.model
        self._context = checkpoint.context
        self._clock, self._max_ms = clock, max_ms
        self._given = list(given)
        self._feed = self._given
        self._cache = DynamicCache(config=self._model.config)
        self._ms = 0.0  # that it has taken so far
        self._reading = 0.0
        self._count = 0
        self._parts: list[tuple[int, float]] = []
        self._cut: str | None = None
        self.own = -1  # the token that the model chose last

    @torch.inference_mode()
    def write(self, real: int | None = None) -> bool:
        """One token more: the model's own, or `real` in its place. False when there is no room or no time."""
        if len(self._given) + self._count >= self._context:
            self._cut = BEYOND_REACH
            return False
        if self._count and self._ms > self._max_ms:
            self._cut = f"stopped after {self._max_ms / 1000:g} seconds"
            return False
        begun = self._clock()
        ids = torch.tensor([self._feed], device=self._model.device)
        output = self._model(input_ids=ids, past_key_values=self._cache, use_cache=True, logits_to_keep=1)
        self.own = int(output.logits[0, -1].argmax())  # waits for the device
        self._feed = [self.own if real is None else real]
        self._ms += 1000 * (self._clock() - begun)
        if not self._count:
            self._reading = self._ms
        self._count += 1
        return True

    def part(self) -> None:
        """A line or a frame is complete, or was cut here."""
        if self._count:
            self._parts.append((self._count, self._ms))

    def timing(self) -> Timing:
        return Timing(len(self._given), self._reading, tuple(self._parts), self._cut)
