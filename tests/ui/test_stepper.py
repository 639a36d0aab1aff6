"""The stepper page: what a click costs, what is shown without models, and that no program breaks it."""

from __future__ import annotations

import re
from concurrent.futures import wait
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.execution import sandbox
from cwm_demo.ui.experiment import bug_search, prepare
from cwm_demo.ui.url import pack
from tests.ui.conftest import Client, html

BUG = "4:wrong-start-value"
PARTING = 5  # the step, from 1


def headline(app: AppTest) -> str:
    return re.search(r'cwm-headline">.*?<b>(.*?)</b>', html(app)).group(1)


def count(app: AppTest) -> str:
    return re.search(r"step \d+ of \d+", html(app)).group()


def press(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def test_a_bug_is_caught_at_the_parting_and_reverted(app: AppTest) -> None:
    app.query_params["bug"] = BUG
    app.run()
    for _ in range(PARTING - 1):
        assert headline(app) == "Guessed right"
        press(app, "step_next")
    assert headline(app) == "Bug caught"
    press(app, "step_last")
    assert headline(app) == "After the bug"
    assert "cwm-answer-wrong" in html(app)
    press(app, "revert")
    assert headline(app) == "Guessed right"
    assert "cwm-answer-right" in html(app)


def test_a_step_asks_no_model_and_runs_nothing(
    app: AppTest, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.run()
    asked = client.asked
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: pytest.fail("a click ran a program"))
    for key in ("step_next", "step_next", "step_back", "step_last", "step_first"):
        press(app, key)
    assert client.asked == asked


def test_the_step_is_in_the_url(app: AppTest) -> None:
    app.run()
    press(app, "step_next")
    assert app.query_params == {"program": "tally", "step": "2"}


def test_without_models_the_run_can_still_be_stepped(app: AppTest, client: Client) -> None:
    client.state, client.sentence = "missing", "There is no model in <models/cwm>."
    app.run()
    assert "There is no model in &lt;models/cwm&gt;." in html(app)
    press(app, "step_next")
    assert count(app) == "step 2 of 11"
    assert "cwm-answer-right" in html(press(app, "step_last"))


def test_the_page_is_there_before_the_models_and_takes_what_arrives(app: AppTest, client: Client) -> None:
    client.state, client.sentence = "loading", "The models are opening."
    app.run()
    assert "The models are opening." in html(app)
    assert count(app) == "step 1 of 11"
    client.arrive()
    app.run()
    assert headline(app) == "Guessed right"


@pytest.mark.parametrize("mode", ["replay", "imagine"])
@pytest.mark.parametrize("read", ["intended", "candidate"])
def test_each_mode_and_reading_is_shown_at_every_step(app: AppTest, mode: str, read: str) -> None:
    app.query_params.update({"bug": BUG, "mode": mode, "read": read})
    app.run()
    for _ in range(10):
        press(app, "step_next")
    assert count(app) == "step 11 of 11"


# A program, and words that the page must show at its last step.
HOSTILE = {
    "an endless loop": ("while True:\n    pass\n", "The run was stopped after 1000 frames."),
    "memory": ("x = [0] * 10**10\n", "MemoryError"),
    "recursion": ("def f(n):\n    return f(n + 1)\n\nf(0)  # << START_OF_TRACE\n", "The run was stopped"),
    "sys.exit": ("import sys\nsys.exit()\n", "sys.exit()"),
    "a file": ("x = open('/etc/passwd').read()\n", "PermissionError"),
    "a socket": ("import socket\nsocket.socket()\n", "no module 'socket' here"),
    "a fork": ("import os\nos.fork()\n", "no module 'os' here"),
    "a long print": ("print('x' * 10**7)\n", "printed more than"),
    "a repr that loops": (
        "class A:\n    def __repr__(self):\n        while True: pass\n\nx = A()\ny = 1\n",
        "A()",
    ),
    "a list in itself": ("x = []\nx.append(x)\ny = 1\n", "[...]"),
    "a syntax error": ("def f(:\n    pass\n", "Nothing ran. invalid syntax (line 1, column 7)"),
    "nothing": ("", "There is no program"),
    "only a comment": ("# nothing\n", "There is no program"),
    "a call of nothing": ("def f():\n    return 1\n\ng()  # << START_OF_TRACE\n", "name 'g' is not defined"),
    "markup": ("x = '<img src=x onerror=alert(1)>'\ny = x\n", "<img src=x onerror=alert(1)>"),
}


@pytest.mark.parametrize("code, words", HOSTILE.values(), ids=HOSTILE)
def test_own_code_ends_in_a_message(app: AppTest, code: str, words: str) -> None:
    app.query_params["code"] = pack(code)
    app.run()
    shown = html(app)
    if any(button.key == "step_last" and not button.disabled for button in app.button):
        shown += html(press(app, "step_last"))
    assert words in unescape(re.sub(r"</?(?:b|span)[^>]*>", "", shown))
    assert "<img" not in shown


def test_what_was_typed_stays_when_it_is_wrong(app: AppTest) -> None:
    app.run()
    press(app, "edit")
    app.text_area(key="edit_code").input("def f(:\n    pass\n")
    press(app, "edit_run")
    assert "line 1, column 7" in html(app)
    assert app.text_area(key="edit_code").value == "def f(:\n    pass\n"


def test_own_code_is_run_and_carried_by_the_link(app: AppTest) -> None:
    app.run()
    press(app, "edit")
    code = "def twice(n):\n    return 2 * n\n"
    app.text_area(key="edit_code").input(code)
    app.text_input(key="edit_call").input("twice(4)")
    press(app, "edit_run")
    assert app.query_params == {"code": pack(code), "call": "twice(4)", "step": "1"}
    assert count(app) == "step 1 of 3"


def test_a_random_bug_is_the_same_for_the_same_seed(app: AppTest) -> None:
    app.query_params["bug"] = BUG
    app.run()
    setting = prepare(app.session_state["place"])
    wait([bug_search(setting)])  # it goes on beside the page
    app.run()
    app.number_input(key="w_seed").set_value(3).run()
    first = press(app, "random").query_params["bug"]
    press(app, "revert")
    app.number_input(key="w_seed").set_value(3).run()
    assert press(app, "random").query_params["bug"] == first
