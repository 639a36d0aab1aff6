"""The world model and the text model, run in this process.

    world = open_world_model("models/cwm")
    predictions = world.replay(source, frames, complete=True)
    text = open_text_model("models/standard")
    guesses = text.lines(source)

All decoding is greedy. Replay is one forward over source and draft: where the model's own token is the
draft's, nothing more is computed; from its first other token each frame is decoded on, all of them together.
What comes out is what plain greedy `generate` writes for each frame; `greedy.py` says what is done where two
tokens are equally probable up to rounding.

`replaying`, `imagining` and `reading` are the same as `Work` (`greedy.py`), so that questions of several
visitors can share their forwards (`queue.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from cwm_demo.predict.checkpoint import FACEBOOK_CWM, Checkpoint, CheckpointError, load
from cwm_demo.predict.forward import open_forward
from cwm_demo.predict.greedy import Branch, Choice, Greedy, Work, run
from cwm_demo.predict.guess import Memory, following
from cwm_demo.predict.prediction import BEYOND_REACH, LineGuess, Prediction
from cwm_demo.trace.frame import Frame
from cwm_demo.trace.reader import Reader
from cwm_demo.trace.text import (
    CWM,
    END,
    FRAME_SEP,
    OURS,
    FormatError,
    Style,
    frame_ids,
    parse_frame,
    source_document_ids,
    source_ids,
)

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "LocalTextModel",
    "LocalWorldModel",
    "load",
    "open_text_model",
    "open_world_model",
]

MAX_FRAME_TOKENS = 192  # a frame that has not ended by then is given up ...
SPARE_TOKENS = 48  # ... in replay sooner: at twice the true frame's tokens, and these
MAX_LINE_TOKENS = 128
ALTERNATIVES = 3  # other lines that are shown beside the text model's own
OnFrame = Callable[[Prediction], None]


def open_world_model(folder: Path | str) -> LocalWorldModel:
    """Raises CheckpointError."""
    return LocalWorldModel(load(folder), CWM if str(folder) == FACEBOOK_CWM else OURS)


def open_text_model(folder: Path | str) -> LocalTextModel:
    """Raises CheckpointError."""
    return LocalTextModel(load(folder))


class LocalWorldModel:
    """`WorldModel` of `prediction.py`."""

    def __init__(self, checkpoint: Checkpoint, style: Style = OURS) -> None:
        self.checkpoint = checkpoint
        self.style = style
        self.forward = open_forward(checkpoint.model)
        special = checkpoint.tokens.special
        self._stops = frozenset({special[FRAME_SEP], special[END]})

    def replay(
        self, source: str, draft: Sequence[Frame], complete: bool, on_frame: OnFrame | None = None
    ) -> list[Prediction]:
        return run(self.replaying(source, draft, complete, on_frame), self.forward)

    def imagine(self, source: str, max_frames: int, on_frame: OnFrame | None = None) -> list[Prediction]:
        return run(self.imagining(source, max_frames, on_frame), self.forward)

    def replaying(
        self, source: str, draft: Sequence[Frame], complete: bool, on_frame: OnFrame | None = None
    ) -> Work[list[Prediction]]:
        """`replay`. A frame is told as soon as it and all before it are there."""
        tokens, context = self.checkpoint.tokens, self.checkpoint.context
        parts = [frame_ids(tokens, frame, self.style) for frame in draft]
        ids, starts = source_ids(tokens, source), []
        for part in parts:
            starts.append(len(ids))
            ids += part
        frames: list[Frame | None] = list(draft)
        if complete:
            starts.append(len(ids))
            parts.append([])
            frames.append(None)

        predictions: list[Prediction] = []

        def tell(prediction: Prediction) -> None:
            predictions.append(prediction)
            if on_frame:
                on_frame(prediction)

        reachable = [start for start in starts if start < context]
        if reachable:
            text = Greedy(self.forward, ids[:context], self._stops, first=reachable[0])
            yield from text.read()
            branches = [text.branch(start) for start in reachable]
            references = {branch.number: part for branch, part in zip(branches, parts)}
            for branch, part in zip(branches, parts):
                branch.limit = min(MAX_FRAME_TOKENS, 2 * len(part) + SPARE_TOKENS)
            reader = Reader(source)
            while True:
                while len(predictions) < len(branches) and text.closed(branches[len(predictions)]):
                    at = len(predictions)
                    branch, frame = branches[at], frames[at]
                    same = frame if branch.tokens == parts[at] else None
                    tell(self._prediction(branch, 0, reader, same))
                    if frame:
                        reader.advance(frame)
                open_branches = [branch for branch in branches if not text.closed(branch)]
                if not open_branches:
                    break
                guesses = [following(references[branch.number], branch.tokens) for branch in open_branches]
                yield from text.step(open_branches, guesses)
        for _ in starts[len(reachable) :]:
            tell(_beyond_reach())
        return predictions

    def imagining(
        self, source: str, max_frames: int, on_frame: OnFrame | None = None
    ) -> Work[list[Prediction]]:
        """`imagine`."""
        predictions: list[Prediction] = []

        def tell(prediction: Prediction) -> None:
            predictions.append(prediction)
            if on_frame:
                on_frame(prediction)

        ids = source_ids(self.checkpoint.tokens, source)
        if len(ids) >= self.checkpoint.context:
            tell(_beyond_reach())
            return predictions
        text = Greedy(self.forward, ids, self._stops, first=len(ids))
        yield from text.read()
        branch = text.branch(len(ids))
        memory = Memory()
        memory.extend(ids + branch.tokens)
        reader = Reader(source)
        begin = 0  # index of the frame's first token in the branch
        for _ in range(max_frames):
            branch.limit = begin + MAX_FRAME_TOKENS
            while len(branch.tokens) == begin or not text.closed(branch):
                if branch.end >= self.checkpoint.context:
                    tell(_beyond_reach())
                    return predictions
                known = len(branch.tokens)
                yield from text.step([branch], [memory.guess()])
                memory.extend(branch.tokens[known:])
            tell(self._prediction(branch, begin, reader))
            if predictions[-1].frame is None:
                return predictions
            reader.advance(predictions[-1].frame)
            begin = len(branch.tokens)
        tell(Prediction("", 1.0, problem=f"the trace had not ended after {max_frames} frames"))
        return predictions

    def _prediction(
        self, branch: Branch, begin: int, reader: Reader, same: Frame | None = None
    ) -> Prediction:
        """What a branch wrote from its token `begin` on; `same` is the draft's frame when that is it."""
        tokens = self.checkpoint.tokens
        ids, probabilities = branch.tokens[begin:], branch.probabilities[begin:]
        frame, problem = same, None
        ended = ids == [tokens.special[END]]
        if not ended and same is None:
            if ids[-1] == tokens.special[END]:
                problem = "it ended the trace in the middle of a frame"
            elif ids[-1] in self._stops:
                try:
                    frame = reader.peek(parse_frame(tokens, ids))
                except FormatError as error:
                    problem = str(error)
            elif branch.end >= self.checkpoint.context:
                problem = BEYOND_REACH
            else:
                problem = f"the frame had not ended after {len(ids)} tokens"
        return Prediction(
            text=tokens.show(ids),
            probability=math.prod(probabilities),
            frame=frame,
            ended=ended,
            problem=problem,
            tokens=tuple((tokens.show([token]), p) for token, p in zip(ids, probabilities)),
        )


def _beyond_reach() -> Prediction:
    return Prediction("", 1.0, problem=BEYOND_REACH)


class LocalTextModel:
    """`TextModel` of `prediction.py`. Lines that begin beyond the model's context are left out."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self.forward = open_forward(checkpoint.model)
        tokens = checkpoint.tokens
        line_ends = {token for token in range(len(tokens)) if tokens.ends_line(token)}
        self._stops = frozenset({*line_ends, tokens.special[END]})

    def lines(self, source: str) -> dict[int, LineGuess]:
        return run(self.reading(source), self.forward)

    def reading(self, source: str) -> Work[dict[int, LineGuess]]:
        """`lines`."""
        tokens, context = self.checkpoint.tokens, self.checkpoint.context
        ids = source_document_ids(tokens, source, end=False)
        spans = [(start, end) for start, end in self._spans(ids) if end <= context]
        if not spans:
            return {}
        text = Greedy(self.forward, ids[:context], self._stops, width=ALTERNATIVES + 1)
        yield from text.read()
        standing = text.log_probabilities()
        own = [text.branch(start) for start, _ in spans]
        parts = {branch.number: ids[start:end] for branch, (start, end) in zip(own, spans)}

        def guess(branch: Branch) -> list[int]:
            return following(parts[branch.number], branch.tokens)

        for branch in own:
            branch.limit = MAX_LINE_TOKENS
        yield from text.finish(own, guess)
        others = [[text.branch(branch.start, given) for given in self._openings(branch)] for branch in own]
        for branch, alternatives in zip(own, others):
            parts |= {other.number: parts[branch.number] for other in alternatives}
            for other in alternatives:
                other.limit = MAX_LINE_TOKENS
        yield from text.finish([branch for alternatives in others for branch in alternatives], guess)

        return {
            number: LineGuess(
                line=self._line(branch),
                probability=math.prod(branch.probabilities),
                alternatives=self._distinct(branch, alternatives),
                surprise=-sum(standing[start - 1 : end - 1]) / math.log(2),
                tokens=end - start,
            )
            for number, (branch, alternatives, (start, end)) in enumerate(zip(own, others, spans), 1)
        }

    def _spans(self, ids: Sequence[int]) -> list[tuple[int, int]]:
        """Where each line's tokens are: they end with the first token that ends a line."""
        spans, start = [], 1
        for index in range(1, len(ids)):
            if ids[index] in self._stops or index == len(ids) - 1:
                spans.append((start, index + 1))
                start = index + 1
        return spans

    def _openings(self, branch: Branch) -> list[list[Choice]]:
        """Other ways to begin a line than its own: another first token, or another one after the indent."""
        openings = [[choice] for choice in branch.choices[0][1:]]
        indent = branch.tokens[0]
        if len(branch.tokens) > 1 and self.checkpoint.tokens.show([indent]).isspace():
            openings += [[branch.choices[0][0], choice] for choice in branch.choices[1][1:]]
        special = self.checkpoint.tokens.special_names
        openings = [given for given in openings if given[-1][0] not in special]
        openings.sort(key=lambda given: -math.prod(p for _, p in given))
        return openings[:ALTERNATIVES]

    def _line(self, branch: Branch) -> str:
        end = self.checkpoint.tokens.special[END]
        shown = [token for token in branch.tokens if token != end]
        return self.checkpoint.tokens.show(shown).removesuffix("\n")

    def _distinct(self, own: Branch, others: Sequence[Branch]) -> tuple[tuple[str, float], ...]:
        lines = {self._line(own): 0.0}
        for other in others:
            lines.setdefault(self._line(other), math.prod(other.probabilities))
        del lines[self._line(own)]
        return tuple(sorted(lines.items(), key=lambda item: -item[1]))
