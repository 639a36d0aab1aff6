"""Asks the models in their own process, without waiting for them.

    client = ModelClient()                                  # starts nothing yet
    future = client.replay(source, draft, complete=True)    # starts the process with the first question
    client.status()                                         # Status("loading", "The models are opening ...")
    future.result(timeout=...)                              # ModelError says why there is no answer

Any thread may ask. The same question is answered once: the last answers are kept, failures are not. When
the process ends, open questions fail and the next one starts it again, unless it keeps ending.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Literal

from cwm_demo.predict.maps import AttentionMap
from cwm_demo.predict.prediction import DirectAnswer, LineGuess, Prediction
from cwm_demo.predict.timing import Timing
from cwm_demo.trace.frame import Frame

State = Literal["loading", "ready", "missing", "broken"]
ModelName = Literal["world", "text"]

KEPT = 256  # answers
ENDINGS = 3  # times in a row that the process may end without an answer before it is given up
SERVICE = (sys.executable, "-m", "cwm_demo.predict.service")


class ModelError(Exception):
    """A question that got no answer. The message says why."""


@dataclass(frozen=True, slots=True)
class Status:
    state: State
    sentence: str  # for the visitor; empty when the models are ready


LOADING = Status("loading", "The models are opening; this takes some seconds after the start.")


@dataclass(slots=True)
class _Question:
    key: str
    future: Future
    read: Callable[[Any], Any]  # from the answer's JSON


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

    def ask(self, question: _Question) -> None:
        self._asked += 1
        self.open[self._asked] = question
        self._outbox.put(f'{{"id": {self._asked}, {question.key[1:]}\n')

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

    def __init__(self, command: Sequence[str] = SERVICE, kept: int = KEPT) -> None:
        self._command = list(command)
        self._kept = kept
        self._lock = threading.RLock()
        self._service: _Service | None = None
        self._answers: OrderedDict[str, Future] = OrderedDict()
        self._status: dict[ModelName, Status] = {"world": LOADING, "text": LOADING}
        self._endings = 0

    def replay(self, source: str, draft: Sequence[Frame], complete: bool) -> Future[list[Prediction]]:
        frames = [frame.to_json() for frame in draft]
        question = {"method": "replay", "source": source, "draft": frames, "complete": complete}
        return self._ask("world", question, _predictions)

    def imagine(self, source: str, max_frames: int) -> Future[list[Prediction]]:
        question = {"method": "imagine", "source": source, "max_frames": max_frames}
        return self._ask("world", question, _predictions)

    def lines(self, source: str) -> Future[dict[int, LineGuess]]:
        return self._ask("text", {"method": "lines", "source": source}, _guesses)

    def answer(self, source: str, call: str, model: ModelName = "text") -> Future[DirectAnswer]:
        """What the call gives, asked for the value alone; `source` is the program without its call."""
        question = {"method": "answer", "source": source, "call": call}
        return self._ask(model, question, DirectAnswer.from_json)

    def attention(self, source: str, draft: Sequence[Frame], layer: int, head: int) -> Future[AttentionMap]:
        """Where one head of the world model looks; both are counted from 0."""
        frames = [frame.to_json() for frame in draft]
        question = {"method": "attention", "source": source, "draft": frames, "layer": layer, "head": head}
        return self._ask("world", question, AttentionMap.from_json)

    def answer_timing(self, source: str, call: str, run: int = 1) -> Future[Timing]:
        """How long the text model takes for `answer`. Another `run` is measured anew."""
        question = {"method": "answer timing", "source": source, "call": call, "run": run}
        return self._ask("text", question, Timing.from_json)

    def trace_timing(self, source: str, draft: Sequence[Frame], run: int = 1) -> Future[Timing]:
        """How long the world model takes to write a trace as long as `draft`."""
        frames = [frame.to_json() for frame in draft]
        question = {"method": "trace timing", "source": source, "draft": frames, "run": run}
        return self._ask("world", question, Timing.from_json)

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

    def _ask(self, model: ModelName, question: Mapping[str, Any], read: Callable[[Any], Any]) -> Future:
        key = json.dumps({"model": model, **question})
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            future: Future = Future()
            future.set_running_or_notify_cancel()  # shared by all who ask, so nobody can cancel it
            self._start()
            if self._service is None:
                future.set_exception(ModelError(self._status[model].sentence))
                return future
            self._answers[key] = future
            while len(self._answers) > self._kept:
                self._answers.popitem(last=False)
            self._service.ask(_Question(key, future, read))
        return future

    def _start(self) -> None:
        if self._service is not None or self._endings >= ENDINGS:
            return
        self._status = {"world": LOADING, "text": LOADING}
        self._answers.clear()  # they may be those of another checkpoint
        try:
            self._service = _Service(self._command)
        except OSError as error:
            self._give_up(f"The models' process can't be started: {error}")
            return
        threading.Thread(target=self._listen, args=[self._service], daemon=True).start()

    def _listen(self, service: _Service) -> None:
        """Take what the process says until it ends. Runs in a thread of its own."""
        for message in service.messages():
            with self._lock:
                if "status" in message:
                    self._status[message["model"]] = Status(message["status"], message["sentence"])
                    continue
                question = service.open.pop(message["id"])
                if "error" in message:
                    self._fail(question, message["error"])
                    continue
                self._endings = 0
            question.future.set_result(question.read(message["result"]))
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
            for question in service.open.values():
                self._fail(question, f"The models' process has ended ({status}).")

    def _fail(self, question: _Question, sentence: str) -> None:
        self._answers.pop(question.key, None)
        question.future.set_exception(ModelError(sentence))

    def _give_up(self, sentence: str) -> None:
        self._endings = ENDINGS
        self._status = {"world": Status("broken", sentence), "text": Status("broken", sentence)}


def _predictions(data: list[Mapping[str, Any]]) -> list[Prediction]:
    return [Prediction.from_json(each) for each in data]


def _guesses(data: Mapping[str, Mapping[str, Any]]) -> dict[int, LineGuess]:
    return {int(number): LineGuess.from_json(guess) for number, guess in data.items()}
