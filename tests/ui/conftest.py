"""The app in Streamlit's own test harness, with models that answer at once, from the program's own run."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ElementList, Widget

from cwm_demo.predict.client import Status
from cwm_demo.predict.scripted import ScriptedTextModel, ScriptedWorldModel
from cwm_demo.trace.frame import Frame
from cwm_demo.ui import models

ROOT = Path(__file__).parents[2]


class Client:
    """Stands where `ModelClient` stands. `state` is set by a test; `asked` counts questions."""

    def __init__(self) -> None:
        self.state = "ready"
        self.sentence = ""
        self.asked = 0
        self.runs: list[int] = []  # of the measurements that were asked for
        self.released: list[Future] = []
        self.waiting: list[tuple[Future, object]] = []

    def status(self, model: str | None = None) -> Status:
        return Status(self.state, self.sentence)

    def replay(self, source: str, draft: Sequence[Frame], complete: bool, **_: object) -> Future:
        return self._answer(ScriptedWorldModel().replay(source, draft, complete))

    def imagine(self, source: str, max_frames: int, **_: object) -> Future:
        return self._answer(ScriptedWorldModel().imagine(source, max_frames))

    def lines(self, source: str, **_: object) -> Future:
        return self._answer(ScriptedTextModel().lines(source))

    def answer(self, source: str, call: str, model: str = "text", **_: object) -> Future:
        return self._answer(ScriptedTextModel().answer(source, call))

    def attention(self, source: str, draft: Sequence[Frame], layer: int, head: int, **_: object) -> Future:
        return self._answer(ScriptedWorldModel().attention(source, draft, layer, head))

    def answer_timing(self, source: str, call: str, run: int = 1, **_: object) -> Future:
        self.runs.append(run)
        return self._answer(ScriptedTextModel().answer_timing(source, call))

    def trace_timing(self, source: str, draft: Sequence[Frame], run: int = 1, **_: object) -> Future:
        return self._answer(ScriptedWorldModel().trace_timing(source, draft))

    def release(self, answer: Future, visitor: str) -> None:
        if not answer.done():
            self.released.append(answer)

    def arrive(self) -> None:
        """Everything that was asked gets its answer."""
        self.state = "ready"
        for future, result in self.waiting:
            future.set_result(result)

    def _answer(self, result: object) -> Future:
        self.asked += 1
        future: Future = Future()
        if self.state == "ready":
            future.set_result(result)
        else:
            self.waiting.append((future, result))
        return future


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    client = Client()
    monkeypatch.setattr(models, "client", lambda: client)
    return client


@pytest.fixture
def app(client: Client) -> AppTest:
    """The stepper, not yet run."""
    return not_yet_run("pages/stepper.py")


def not_yet_run(page: str) -> AppTest:
    """A page of the app, with nothing in the server's cache."""
    st.cache_resource.clear()
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run().switch_page(page)


def html(app: AppTest) -> str:
    """All the HTML of the page but its style sheets."""
    assert not app.exception, app.exception
    bodies = [element.proto.body for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def shown(widgets: ElementList, name: str) -> Widget:
    """The widget of this name that shows a part of the place (cwm_demo/ui/mirror.py)."""
    return next(widget for widget in widgets if widget.key and widget.key.startswith(name))
