"""Asks a model behind an OpenAI-compatible server (vLLM, llama.cpp, Ollama, ...) for a call's value.

    model = ServerModel(Server("http://localhost:8000/v1", "Qwen/Qwen2.5-Coder-7B"))
    model.answer(source, "f(3)")                                # DirectAnswer("7", None)

`/completions` gets the few-shot prompt of `prompts.py`; with `chat` an instruction goes to
`/chat/completions`. A server that wants a key gets the one in CWM_DEMO_SERVER_KEY. `remote_world.py` asks for
frames. Imports no torch.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from cwm_demo.predict.prediction import BEYOND_REACH, DirectAnswer
from cwm_demo.predict.prompts import chat_prompt, few_shot, first_line, tagged_answer

MAX_ANSWER_TOKENS = 128
MAX_CHAT_TOKENS = 1_024  # a model that is used to talking needs room before its answer
TIMEOUT = 60.0  # seconds that one answer may take
KEY = "CWM_DEMO_SERVER_KEY"


class ServerError(Exception):
    """The server gave no answer. The message says why, and what to do."""


class TooLong(ServerError):
    """The question doesn't fit the model's context."""


class Server:
    """One model behind `url`, which usually ends in /v1."""

    def __init__(self, url: str, name: str, timeout: float = TIMEOUT) -> None:
        """Raises ServerError when `url` is none."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ServerError(f"{url!r} is no address of a server; give one such as http://localhost:8000/v1")
        self.url, self.name, self.timeout = url.rstrip("/"), name, timeout

    def ask(self, path: str, question: dict[str, Any]) -> Any:
        """The first of the choices that it gives. Raises ServerError."""
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get(KEY):
            headers["Authorization"] = f"Bearer {key}"
        body = json.dumps({"model": self.name, "temperature": 0, **question}).encode()
        request = urllib.request.Request(self.url + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                text = response.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            raise self._refusal(path, error) from error
        except (TimeoutError, urllib.error.URLError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise ServerError(
                    f"{self.url}{path} did not answer within {self.timeout:g} seconds; --timeout gives more"
                ) from error
            if isinstance(reason, ConnectionRefusedError):
                raise ServerError(
                    f"Nothing listens at {self.url}: is the server running, and is the port right?"
                ) from error
            raise ServerError(f"{self.url} can't be reached: {reason}") from error
        except (OSError, http.client.HTTPException) as error:
            raise ServerError(f"The connection to {self.url} broke off: {error}") from error
        try:
            return json.loads(text)["choices"][0]
        except (ValueError, KeyError, IndexError, TypeError) as error:
            shown = re.sub(r"\s+", " ", text)[:200]
            raise ServerError(
                f"{self.url}{path} is no OpenAI-compatible server: it answered {shown!r}"
            ) from error

    def _refusal(self, path: str, error: urllib.error.HTTPError) -> ServerError:
        said = re.sub(r"\s+", " ", error.read().decode("utf-8", "replace"))[:300]
        where = f"{self.url}{path} answered {error.code}"
        if error.code in (401, 403):
            return ServerError(f"{where}: it wants a key, or another one; set {KEY}. {said}")
        if error.code in (404, 405):
            advice = (
                "check the model's name" if "model" in said.lower() else "the address usually ends in /v1"
            )
            other = "leave out --chat" if "chat" in path else "--chat asks /chat/completions instead"
            return ServerError(f"{where}: {advice}; {other}. {said}")
        if error.code == 400 and "context" in said.lower():
            return TooLong(f"{where}: {said}")
        return ServerError(f"{where}: {said}")


class ServerModel:
    """`DirectModel` behind a server."""

    def __init__(self, server: Server, chat: bool = False) -> None:
        self.server, self.chat = server, chat

    def answer(self, source: str, call: str) -> DirectAnswer:
        """Raises ServerError."""
        try:
            return self._chatted(source, call) if self.chat else self._completed(source, call)
        except TooLong:
            return DirectAnswer("", None, BEYOND_REACH)

    def _completed(self, source: str, call: str) -> DirectAnswer:
        question = {"prompt": few_shot(source, call), "max_tokens": MAX_ANSWER_TOKENS, "stop": ["\n"]}
        return first_line(_text(self.server.ask("/completions", question), "text") + "\n", None)

    def _chatted(self, source: str, call: str) -> DirectAnswer:
        messages = [{"role": "user", "content": chat_prompt(source, call)}]
        choice = self.server.ask("/chat/completions", {"messages": messages, "max_tokens": MAX_CHAT_TOKENS})
        return tagged_answer(_text(choice, "message", "content"), call)


def _text(choice: Any, *path: str) -> str:
    for key in path:
        choice = choice.get(key) if isinstance(choice, dict) else None
    return choice if isinstance(choice, str) else ""
