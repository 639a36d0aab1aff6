"""A world model behind an OpenAI-compatible server that serves text completions, such as vLLM.

    world = ServerWorldModel(Server("http://localhost:8000/v1", "facebook/cwm"), CWM)
    world.imagine(source, max_frames=100)

Traces travel as text, special tokens by their names, which the server's tokenizer turns into the tokens. A
program that holds such a name in its own text therefore can't be asked about. Each frame is one request,
which the server's cache of prefixes makes cheap. What a model spelled in other tokens than its tokenizer
would use is read again in the tokenizer's. Not covered: drafting, servers that hide special tokens.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from cwm_demo.predict.prediction import BEYOND_REACH, Prediction
from cwm_demo.predict.remote import Server, TooLong
from cwm_demo.trace.frame import Frame
from cwm_demo.trace.reader import Reader
from cwm_demo.trace.text import (
    END,
    EVENT_TOKENS,
    FRAME_SEP,
    OURS,
    SPECIAL_TOKENS,
    FormatError,
    Style,
    frame_ids,
    parse_frame,
    source_ids,
)

MAX_FRAME_TOKENS = 192
NAMED = "the program holds the name of a special token"
_SPECIAL = re.compile("(" + "|".join(re.escape(name) for name in SPECIAL_TOKENS) + ")")


class _Pieces:
    """Stands where `Tokens` stands, for text: a token is a special one, or a whole piece between two."""

    def __init__(self) -> None:
        self.special = {name: number for number, name in enumerate(SPECIAL_TOKENS)}
        self.special_names = dict(enumerate(SPECIAL_TOKENS))
        self.events = {self.special[name]: event for event, name in EVENT_TOKENS.items()}
        self._texts = list(SPECIAL_TOKENS)

    def encode(self, text: str) -> list[int]:
        self._texts.append(text)
        return [len(self._texts) - 1]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(self._texts[token] for token in ids)

    def read(self, text: str) -> list[int]:
        parts = (part for part in _SPECIAL.split(text) if part)
        return [self.special[part] if part in self.special else self.encode(part)[0] for part in parts]


class ServerWorldModel:
    """`WorldModel` of `prediction.py`. All methods raise ServerError."""

    def __init__(self, server: Server, style: Style = OURS) -> None:
        self.server, self.style = server, style

    def replay(self, source: str, draft: Sequence[Frame], complete: bool) -> list[Prediction]:
        pieces, reader = _Pieces(), Reader(source)
        ids = source_ids(pieces, source)
        predictions = []
        for frame in [*draft, None] if complete else draft:
            predictions.append(self._next(pieces, ids, reader))
            if frame:
                ids += frame_ids(pieces, frame, self.style)
                reader.advance(frame)
        return predictions

    def imagine(
        self, source: str, max_frames: int, on_frame: Callable[[Prediction], None] | None = None
    ) -> list[Prediction]:
        pieces, reader = _Pieces(), Reader(source)
        ids = source_ids(pieces, source)
        predictions: list[Prediction] = []
        while len(predictions) < max_frames:
            prediction = self._next(pieces, ids, reader)
            predictions.append(prediction)
            if on_frame:
                on_frame(prediction)
            if prediction.frame is None:
                return predictions
            ids += pieces.read(prediction.text)
            reader.advance(prediction.frame)
        problem = f"the trace had not ended after {max_frames} frames"
        return [*predictions, Prediction("", 1.0, problem=problem)]

    def _next(self, pieces: _Pieces, ids: Sequence[int], reader: Reader) -> Prediction:
        """The frame that it writes after `ids`."""
        plain = [pieces.decode([token]) for token in ids if token not in pieces.special_names]
        if any(_SPECIAL.search(text) for text in plain):
            return Prediction("", 1.0, problem=NAMED)
        question = {
            "prompt": pieces.decode(ids),
            "max_tokens": MAX_FRAME_TOKENS,
            "stop": [FRAME_SEP],
            "logprobs": 1,
            "include_stop_str_in_output": True,  # these three are vLLM's
            "skip_special_tokens": False,
            "add_special_tokens": False,
        }
        try:
            choice = self.server.ask("/completions", question)
        except TooLong:
            return Prediction("", 1.0, problem=BEYOND_REACH)
        text = choice.get("text") or ""
        if choice.get("finish_reason") == "stop" and not text.endswith((FRAME_SEP, END)):
            text += FRAME_SEP if text else END  # a server that leaves out what it stopped at
        logprobs = (choice.get("logprobs") or {}).get("token_logprobs") or []
        probability = math.exp(sum(value for value in logprobs if value is not None))
        if text == END:
            return Prediction(text, probability, ended=True)
        if not text.endswith(FRAME_SEP):
            problem = f"the frame had not ended after {MAX_FRAME_TOKENS} tokens"
            if text.endswith(END):
                problem = "it ended the trace in the middle of a frame"
            return Prediction(text, probability, problem=problem)
        try:
            frame = reader.peek(parse_frame(pieces, pieces.read(text)))
        except FormatError as error:
            return Prediction(text, probability, problem=str(error))
        return Prediction(text, probability, frame=frame)
