"""The process that the models live in: questions on stdin, answers on stdout, one JSON object a line.

    python -m cwm_demo.predict.service [--world DIR] [--text DIR]

It opens the world model, then the text model, says of each whether it is ready, missing or broken, and then
answers. Questions are heard at any time and take turns (`queue.py`); answers come in any order. `client.py`
starts it and talks to it. An engine elsewhere (an OpenAI-compatible server, say) is another `WorldModel` and
`TextModel`, returned by `open_model`.

    <- {"status": "ready", "model": "world", "sentence": ""}
    -> {"id": 1, "model": "world", "method": "replay", "source": "...", "draft": [...], "complete": true}
    -> {"id": 2, "model": "world", "method": "imagine", "source": "...", "max_frames": 100, "visitor": "ada"}
    -> {"id": 3, "model": "text", "method": "lines", "source": "..."}
    -> {"id": 4, "model": "world", "method": "attention", "source": "...", "draft": [], "layer": 0, "head": 0}
    -> {"id": 5, "model": "text", "method": "answer", "source": "...", "call": "f(3)"}
    -> {"id": 6, "model": "text", "method": "answer timing", "source": "...", "call": "f(3)", "run": 1}
    -> {"id": 7, "model": "world", "method": "trace timing", "source": "...", "draft": [...], "run": 1}
    <- {"id": 2, "news": [...]}                                        the frames since the last message
    <- {"id": 2, "result": [...], "seconds": 0.8}                      the rest, and the time since it began
    <- {"id": 3, "error": "There is no checkpoint at models/standard. ..."}
    -> {"cancel": 1}                                                   nothing more will be said of it
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any, Literal, TextIO

from cwm_demo.predict.errors import MissingCheckpoint
from cwm_demo.predict.maps import AttentionMap
from cwm_demo.predict.prediction import Prediction, TextModel, WorldModel
from cwm_demo.predict.queue import Job, Queue
from cwm_demo.predict.settings import Settings
from cwm_demo.trace.frame import Frame

ModelName = Literal["world", "text"]
MODEL_NAMES: tuple[ModelName, ...] = ("world", "text")


def open_model(name: ModelName, settings: Settings) -> WorldModel | TextModel:
    """The model of that name. Raises CheckpointError."""
    if settings.scripted:
        from cwm_demo.predict.scripted import ScriptedTextModel, ScriptedWorldModel

        return ScriptedWorldModel() if name == "world" else ScriptedTextModel()
    from cwm_demo.predict.engine import open_text_model, open_world_model

    return open_world_model(settings.world) if name == "world" else open_text_model(settings.text)


def job_of(question: Mapping[str, Any], model: Any) -> Job:
    """What a question has to be done for, answered as JSON."""
    job = Job(question["id"], question.get("visitor", ""), getattr(model, "forward", None), lambda: work())

    def tell(prediction: Prediction) -> None:
        job.tell(prediction.to_json())

    def work() -> Generator[Any, Any, Any]:
        source = question["source"]
        match question["method"]:
            case "replay":
                draft = [Frame.from_json(frame) for frame in question["draft"]]
                if hasattr(model, "replaying"):
                    yield from model.replaying(source, draft, question["complete"], tell)
                    return []  # all is told
                return [each.to_json() for each in model.replay(source, draft, question["complete"])]
            case "imagine":
                if hasattr(model, "imagining"):
                    yield from model.imagining(source, question["max_frames"], tell)
                    return []
                return [each.to_json() for each in model.imagine(source, question["max_frames"])]
            case "lines":
                if hasattr(model, "reading"):
                    guesses = yield from model.reading(source)
                else:
                    guesses = model.lines(source)
                return {str(number): guess.to_json() for number, guess in guesses.items()}
            case "attention":
                draft = [Frame.from_json(frame) for frame in question["draft"]]
                return _attention_map(model, source, draft, question["layer"], question["head"]).to_json()
            case "answer":
                if hasattr(model, "checkpoint"):
                    from cwm_demo.predict.direct import CorpusModel

                    own = CorpusModel(model.checkpoint, model.forward)
                    return (yield from own.answering(source, question["call"])).to_json()
                return model.answer(source, question["call"]).to_json()
            case "answer timing":
                if hasattr(model, "checkpoint"):
                    from cwm_demo.predict.latency import answer_timing

                    timing = answer_timing(model.checkpoint, source, question["call"])
                    return (yield from timing).to_json()
                return model.answer_timing(source, question["call"]).to_json()
            case "trace timing":
                draft = [Frame.from_json(frame) for frame in question["draft"]]
                if hasattr(model, "checkpoint"):
                    from cwm_demo.predict.latency import trace_timing

                    timing = trace_timing(model.checkpoint, source, draft, model.style)
                    return (yield from timing).to_json()
                return model.trace_timing(source, draft).to_json()
        raise ValueError(f"no method {question['method']!r}")

    return job


def _attention_map(model: Any, source: str, draft: list[Frame], layer: int, head: int) -> AttentionMap:
    if not hasattr(model, "checkpoint"):  # it has no weights to look into
        return model.attention(source, draft, layer, head)
    from cwm_demo.predict.attention import attention_map

    return attention_map(model.checkpoint, source, draft, layer, head, model.style)


def serve(questions: Iterable[str], answers: TextIO, settings: Settings) -> None:
    """Open the models and answer until `questions` ends and all are answered."""

    def say(message: Mapping[str, Any]) -> None:
        message = dict(message)
        if "result" in message:
            news = message.pop("news", [])
            message["result"] = [*news, *message["result"]] if news else message["result"]
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    heard: SimpleQueue[str | None] = SimpleQueue()

    def listen() -> None:
        for line in questions:
            heard.put(line)
        heard.put(None)

    threading.Thread(target=listen, daemon=True).start()
    models: dict[str, WorldModel | TextModel] = {}
    closed: dict[str, str] = {}
    for name in MODEL_NAMES:
        state, closed[name] = "ready", ""
        try:
            models[name] = open_model(name, settings)
        except MissingCheckpoint as error:
            state, closed[name] = "missing", str(error)
        except Exception as error:  # a page that says why is better than none
            state, closed[name] = "broken", str(error)
        say({"status": state, "model": name, "sentence": closed[name]})

    queue, more = Queue(say), True
    while more or queue.busy:
        try:
            while more:
                line = heard.get(block=not queue.busy)
                more = line is not None
                if line is not None:
                    _take(json.loads(line), queue, models, closed, say)
        except Empty:
            pass
        if queue.busy:
            queue.step()


def _take(
    message: Mapping[str, Any], queue: Queue, models: Mapping[str, Any], closed: Mapping[str, str], say: Any
) -> None:
    if "cancel" in message:
        queue.cancel(message["cancel"])
    elif message["model"] not in models:
        say({"id": message["id"], "error": closed[message["model"]]})
    else:
        queue.add(job_of(message, models[message["model"]]))


def _settings() -> Settings:
    """Those of the environment, with what the command line says otherwise."""
    parser = argparse.ArgumentParser()
    for name in MODEL_NAMES:
        parser.add_argument(f"--{name}", metavar="DIR", help="another folder than the environment's")
    given = {name: folder for name, folder in vars(parser.parse_args()).items() if folder}
    return replace(Settings.from_environment(), **given)


def main() -> None:
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    # Models this small gain little from a second thread, and on a busy machine wait for it at every step.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    serve(sys.stdin, answers, _settings())


if __name__ == "__main__":
    main()
