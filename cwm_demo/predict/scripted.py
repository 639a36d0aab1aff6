"""Predictors that are always right about the program they are shown, because they run it. For tests.

They stand where the models stand, so that a page can be tested without weights: a bug is always caught
where the runs part, a clean step never slips, and the text model always expects what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cwm_demo.execution.sandbox import run
from cwm_demo.predict.maps import FULL, AttentionMap
from cwm_demo.predict.prediction import DirectAnswer, LineGuess, Prediction
from cwm_demo.predict.timing import Timing
from cwm_demo.programs.program import marked
from cwm_demo.trace.frame import Frame, Trace

BEYOND_THE_RUN = "the program that is shown has no such frame"
SURE = 0.99


class ScriptedDirectModel:
    """`DirectModel` that runs the call."""

    def __init__(self, execute: Callable[[str], Trace] = run) -> None:
        self._execute = execute

    def answer(self, source: str, call: str) -> DirectAnswer:
        returned = self._execute(marked(source, call)).returned
        return DirectAnswer(returned or "", SURE, None if returned else "the call returns nothing")

    def answer_timing(self, source: str, call: str) -> Timing:
        """As if a word were a token, and took a millisecond."""
        return _timing(_words(source) + _words(call), [self.answer(source, call).text])


class ScriptedWorldModel(ScriptedDirectModel):
    """`WorldModel` that answers with the frames of the program's own run.

    Frame i of a replay is frame i of that run, whatever the draft says: the same up to where the two part.
    """

    def replay(self, source: str, draft: Sequence[Frame], complete: bool) -> list[Prediction]:
        own = self._own(source)
        count = len(draft) + complete
        missing = Prediction("", SURE, problem=BEYOND_THE_RUN)
        return own[:count] + [missing] * (count - len(own))

    def imagine(
        self, source: str, max_frames: int, on_frame: Callable[[Prediction], None] | None = None
    ) -> list[Prediction]:
        own = self._own(source)
        predictions = own[:max_frames]
        if len(own) > max_frames and not own[max_frames].ended:
            predictions.append(
                Prediction("", SURE, problem=f"the trace had not ended after {max_frames} frames")
            )
        elif len(own) > max_frames:
            predictions.append(own[max_frames])
        for prediction in predictions if on_frame else ():
            on_frame(prediction)
        return predictions

    def attention(self, source: str, draft: Sequence[Frame], layer: int, head: int) -> AttentionMap:
        """Of a single head, whose every token (a line of the text) looks at the one before it."""
        program = source.splitlines(keepends=True)
        lines = [*program, *(frame.source for frame in draft)]
        count = len(lines)
        weights = bytearray(count * count)
        for query in range(count):
            weights[query * count + max(query - 1, 0)] = FULL
        marked = {"token before": {query: (query - 1,) for query in range(1, count)}}
        starts = tuple(range(len(program), count))
        return AttentionMap(tuple(lines), starts, False, 1, 1, layer, head, marked, bytes(weights))

    def trace_timing(self, source: str, draft: Sequence[Frame]) -> Timing:
        """As if a word were a token, and took a millisecond."""
        return _timing(_words(source), [str(frame.to_json()) for frame in draft])

    def _own(self, source: str) -> list[Prediction]:
        trace = self._execute(source)
        own = [Prediction(frame.source, SURE, frame=frame) for frame in trace.frames]
        if trace.complete:
            own.append(Prediction("", SURE, ended=True))
        return own


def _words(text: str) -> int:
    return len(text.split())


def _timing(given: int, parts: Sequence[str]) -> Timing:
    written, count = [], 0
    for part in parts:
        count += _words(part)
        written.append((count, float(given + count)))
    return Timing(given, float(given), tuple(written))


class ScriptedTextModel(ScriptedDirectModel):
    """`TextModel` that expects every line as it stands."""

    def lines(self, source: str) -> dict[int, LineGuess]:
        lines = source.removesuffix("\n").split("\n")
        return {
            number: LineGuess(line, SURE, (("pass", 1 - SURE),), 0.1, max(len(line.split()), 1))
            for number, line in enumerate(lines, 1)
        }
