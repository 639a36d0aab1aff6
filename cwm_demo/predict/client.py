"""Asks the models in their own process, without waiting for them.

    client = ModelClient()                                  # starts nothing yet
    answer = client.replay(source, draft, complete=True)    # starts the process with the first question
    client.status()                                         # Status("loading", "The models are opening ...")
    answer.so_far                                           # the frames that have come
    answer.result(timeout=...)                              # ModelError says why there is no answer
    client.release(answer, visitor)                         # this visitor has gone on to something else

Any thread may ask. The same question is put once, whoever asks: answers are kept in memory up to a bound,
failures are not; what is asked with `keep` (a program of the catalogue) is kept on disk too (`kept.py`).
`visitor` is whoever's turn it is (`queue.py`). When nobody wants an answer any more it is cancelled. When the
process ends, open questions fail and the next one starts it again, unless it keeps ending.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal

from cwm_demo.predict.kept import Kept, open_kept
from cwm_demo.predict.maps import AttentionMap
from cwm_demo.predict.prediction import DirectAnswer, LineGuess, Prediction
from cwm_demo.predict.settings import Settings
from cwm_demo.predict.timing import Timing
from cwm_demo.trace.frame import Frame

State = Literal["loading", "ready", "missing", "broken"]
ModelName = Literal["world", "text"]

KEPT = 512  # answers in memory ...
KEPT_BYTES = 24 * 2**20  # ... and their JSON; as objects they take about four times that
ENDINGS = 3  # times in a row that the process may end without an answer before it is given up
SERVICE = (sys.executable, "-m", "cwm_demo.predict.service")


class ModelError(Exception):
    """A question that got no answer. The message says why."""


@dataclass(frozen=True, slots=True)
class Status:
    state: State
    sentence: str  # for the visitor; empty when the models are ready


LOADING = Status("loading", "The models are opening; this takes some seconds after the start.")


class Answer(Future):
    """What a question will be answered with, and what of it has come already."""

    so_far: Sequence[Prediction] = ()  # of a replay or a free rollout: its first frames
    seconds: float | None = (
        None  # from the model's beginning to its end, which it may have shared with others
    )


@dataclass(slots=True)
class _Question:
    key: str  # digest of what is asked
    answer: Answer
    read: Callable[[Any], Any]  # from the answer's JSON
    kept: Kept | None  # where it is kept on disk
    visitors: set[str] = field(default_factory=set)  # who waits for it
    told: list[Any] = field(default_factory=list)  # the JSON of `so_far`
    number: int = 0


class _Service:
    """One run of the models' process, and the questions it has not answered yet."""

    def __init__(self, command: Sequence[str]) -> None:
        """Raises OSError when it can't be started."""
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path},
        )
        self.open: dict[int, _Question] = {}
        self._asked = 0
        self._outbox: SimpleQueue[str | None] = SimpleQueue()
        threading.Thread(target=self._send, daemon=True).start()

    def ask(self, question: _Question, put: Mapping[str, Any]) -> None:
        self._asked += 1
        question.number = self._asked
        self.open[self._asked] = question
        self._outbox.put(json.dumps({"id": self._asked, **put}) + "\n")

    def cancel(self, question: _Question) -> None:
        if self.open.pop(question.number, None):
            self._outbox.put(f'{{"cancel": {question.number}}}\n')

    def messages(self) -> Iterator[dict[str, Any]]:
        """What the process says, until it ends."""
        for line in self.process.stdout:
            yield json.loads(line)
        self.process.wait()
        self._outbox.put(None)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()

    def _send(self) -> None:
        """Hand questions over, in a thread of its own: a busy process leaves its pipe full for seconds."""
        while (line := self._outbox.get()) is not None:
            try:
                self.process.stdin.write(line)
                self.process.stdin.flush()
            except OSError:
                return  # it has ended; what is still open fails with it


class ModelClient:
    """The models' process, started with the first question and ended with `close` or with this process."""

    def __init__(
        self, command: Sequence[str] = SERVICE, kept: int = KEPT, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self._command = list(command)
        self._most, self._most_bytes = kept, kept_bytes
        self._lock = threading.RLock()
        self._service: _Service | None = None
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._open: dict[str, _Question] = {}  # those of `_answers` that are still asked
        self._sizes: dict[str, int] = {}  # bytes of JSON of those that are answered
        self._disk: Mapping[str, Kept] | None = None  # None: not looked for yet
        self._status: dict[ModelName, Status] = {"world": LOADING, "text": LOADING}
        self._endings = 0

    def replay(
        self, source: str, draft: Sequence[Frame], complete: bool, *, visitor: str = "", keep: bool = False
    ) -> Answer:
        """A list of `Prediction`."""
        frames = [frame.to_json() for frame in draft]
        question = {"method": "replay", "source": source, "draft": frames, "complete": complete}
        return self._ask("world", question, _predictions, visitor, keep)

    def imagine(self, source: str, max_frames: int, *, visitor: str = "", keep: bool = False) -> Answer:
        """A list of `Prediction`."""
        question = {"method": "imagine", "source": source, "max_frames": max_frames}
        return self._ask("world", question, _predictions, visitor, keep)

    def lines(self, source: str, *, visitor: str = "", keep: bool = False) -> Answer:
        """A `LineGuess` for each line."""
        return self._ask("text", {"method": "lines", "source": source}, _guesses, visitor, keep)

    def answer(self, source: str, call: str, model: ModelName = "text", *, visitor: str = "") -> Answer:
        """A `DirectAnswer`: what the call gives, asked for the value alone; `source` has no call."""
        question = {"method": "answer", "source": source, "call": call}
        return self._ask(model, question, DirectAnswer.from_json, visitor)

    def attention(
        self, source: str, draft: Sequence[Frame], layer: int, head: int, *, visitor: str = ""
    ) -> Answer:
        """An `AttentionMap`: where one head of the world model looks; both are counted from 0."""
        frames = [frame.to_json() for frame in draft]
        question = {"method": "attention", "source": source, "draft": frames, "layer": layer, "head": head}
        return self._ask("world", question, AttentionMap.from_json, visitor)

    def answer_timing(self, source: str, call: str, run: int = 1, *, visitor: str = "") -> Future[Timing]:
        """How long the text model takes for `answer`. Another `run` is measured anew."""
        question = {"method": "answer timing", "source": source, "call": call, "run": run}
        return self._ask("text", question, Timing.from_json, visitor)

    def trace_timing(
        self, source: str, draft: Sequence[Frame], run: int = 1, *, visitor: str = ""
    ) -> Future[Timing]:
        """How long the world model takes to write a trace as long as `draft`."""
        frames = [frame.to_json() for frame in draft]
        question = {"method": "trace timing", "source": source, "draft": frames, "run": run}
        return self._ask("world", question, Timing.from_json, visitor)

    def release(self, answer: Future, visitor: str) -> None:
        """This visitor does not wait for it any more. If nobody else does, it fails with ModelError."""
        with self._lock:
            question = next((each for each in self._open.values() if each.answer is answer), None)
            if question is None:
                return
            question.visitors.discard(visitor)
            if not question.visitors:
                if self._service:
                    self._service.cancel(question)
                self._fail(question, "Stopped.")

    def status(self, model: ModelName | None = None) -> Status:
        """Of one model, or of the one that is furthest from ready. Starts the process, waits for nothing."""
        with self._lock:
            self._start()
            if model:
                return self._status[model]
            order: list[State] = ["broken", "missing", "loading", "ready"]
            return min(self._status.values(), key=lambda status: order.index(status.state))

    def close(self) -> None:
        """End the process. A later question starts it again."""
        with self._lock:
            service, self._service = self._service, None
        if service:
            service.end()

    def _ask(
        self,
        model: ModelName,
        asked: Mapping[str, Any],
        read: Callable[[Any], Any],
        visitor: str = "",
        keep: bool = False,
    ) -> Answer:
        put = {"model": model, **asked}
        key = hashlib.sha256(json.dumps(put).encode()).hexdigest()
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                if key in self._open:
                    self._open[key].visitors.add(visitor)
                return self._answers[key]
            answer = Answer()
            answer.set_running_or_notify_cancel()  # shared by all who ask, so nobody can cancel it
            kept = self._kept_on_disk(model) if keep else None
            if kept and (found := kept.get(key)) is not None:
                answer.set_result(read(found))
                self._answers[key] = answer
                self._weigh(key, found)
                return answer
            self._start()
            if self._service is None:
                answer.set_exception(ModelError(self._status[model].sentence))
                return answer
            self._answers[key] = answer
            self._open[key] = _Question(key, answer, read, kept, {visitor})
            self._service.ask(self._open[key], put | {"visitor": visitor})
        return answer

    def _kept_on_disk(self, model: ModelName) -> Kept | None:
        if self._disk is None:
            try:
                self._disk = open_kept(Settings.from_environment()) if tuple(self._command) == SERVICE else {}
            except ValueError:  # the process says what is wrong with the settings
                self._disk = {}
        return self._disk.get(model)

    def _weigh(self, key: str, result: Any) -> None:
        """Notes how large an answer is, and forgets the oldest when there are too many."""
        self._sizes[key] = len(json.dumps(result))
        for oldest in list(self._answers):
            if len(self._answers) <= self._most and sum(self._sizes.values()) <= self._most_bytes:
                return
            if oldest not in self._open:
                del self._answers[oldest]
                self._sizes.pop(oldest, None)

    def _start(self) -> None:
        if self._service is not None or self._endings >= ENDINGS:
            return
        self._status = {"world": LOADING, "text": LOADING}
        self._forget()
        try:
            self._service = _Service(self._command)
        except OSError as error:
            self._give_up(f"The models' process can't be started: {error}")
            return
        threading.Thread(target=self._listen, args=[self._service], daemon=True).start()

    def _forget(self) -> None:
        """The next process may open another checkpoint."""
        self._answers.clear()
        self._sizes.clear()
        self._open.clear()
        self._disk = None

    def _listen(self, service: _Service) -> None:
        """Take what the process says until it ends. Runs in a thread of its own."""
        for message in service.messages():
            with self._lock:
                if "status" in message:
                    self._status[message["model"]] = Status(message["status"], message["sentence"])
                    continue
                question = service.open.get(message["id"])
                if question is None:  # cancelled meanwhile
                    continue
                if "error" in message:
                    del service.open[question.number]
                    self._fail(question, message["error"])
                    continue
                if "result" not in message:
                    question.told += message["news"]
                    question.answer.so_far = (*question.answer.so_far, *_predictions(message["news"]))
                    continue
                del service.open[question.number]
                self._endings = 0
                result = [*question.told, *message["result"]] if question.told else message["result"]
                if self._open.get(question.key) is question:
                    del self._open[question.key]
                    self._weigh(question.key, result)
            if question.kept:
                question.kept.put(question.key, result)
            question.answer.seconds = message.get("seconds")
            question.answer.set_result(question.read(result))
        status = f"exit status {service.process.returncode}"
        with self._lock:
            if service is self._service:  # nobody closed it
                self._service = None
                self._status = {"world": LOADING, "text": LOADING}
                self._endings += 1
                if self._endings >= ENDINGS:
                    self._give_up(
                        f"The models' process ended {ENDINGS} times in a row ({status}); "
                        "its own messages are in the app's log."
                    )
                self._forget()
            for question in service.open.values():
                self._fail(question, f"The models' process has ended ({status}).")

    def _fail(self, question: _Question, sentence: str) -> None:
        if self._open.get(question.key) is question:
            del self._open[question.key]
            self._answers.pop(question.key, None)
        if not question.answer.done():
            question.answer.set_exception(ModelError(sentence))

    def _give_up(self, sentence: str) -> None:
        self._endings = ENDINGS
        self._status = {"world": Status("broken", sentence), "text": Status("broken", sentence)}


def _predictions(data: list[Mapping[str, Any]]) -> list[Prediction]:
    return [Prediction.from_json(each) for each in data]


def _guesses(data: Mapping[str, Mapping[str, Any]]) -> dict[int, LineGuess]:
    return {int(number): LineGuess.from_json(guess) for number, guess in data.items()}
