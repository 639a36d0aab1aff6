"""The stepper page: what a click costs, what is shown without models, and that no program breaks it."""

from __future__ import annotations

import re
from concurrent.futures import wait
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.execution import sandbox
from cwm_demo.ui.bug_picker import HAND
from cwm_demo.ui.experiment import bug_search, prepare
from cwm_demo.ui.footer import summary
from cwm_demo.ui.url import pack
from tests.ui.conftest import Client, html, shown

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


# --- a bug by hand ---


def write_by_hand(app: AppTest, line: int, text: str) -> AppTest:
    app.selectbox(key="w_line").set_value(line).run()
    app.selectbox(key="w_bug").set_value(HAND).run()
    app.text_input(key="w_hand").input(text)
    return press(app, "inject")


def test_a_line_is_edited_by_hand_and_the_link_carries_it(app: AppTest) -> None:
    write_by_hand(app.run(), 4, "counts[x] = 7")
    assert app.query_params["bug"] == "4:by-hand=counts[x] = 7"
    assert headline(app) == "Bug caught"
    assert count(app) == f"step {PARTING} of 11"
    press(app, "revert")
    assert "bug" not in app.query_params
    assert app.text_input(key="w_hand").value == "counts[x] = 7"


@pytest.mark.parametrize(
    "text, words",
    [
        ("counts[x] = (", "not legal Python"),
        ("counts[x] = counts.get(x, 0) + 1", "already reads like this"),
        ("<img src=x onerror=alert(1)>", "not legal Python"),
    ],
)
def test_a_line_by_hand_that_is_no_bug_stays_and_is_told(app: AppTest, text: str, words: str) -> None:
    write_by_hand(app.run(), 4, text)
    assert words in html(app) and "<img" not in html(app)
    assert app.text_input(key="w_hand").value == text
    assert "bug" not in app.query_params


def test_a_link_with_a_bad_line_by_hand_says_what_is_wrong_with_it(app: AppTest) -> None:
    app.query_params["bug"] = "4:by-hand=counts[x] = ("
    assert "not legal Python" in html(app.run())
    assert headline(app) == "Guessed right"


# --- the rest of the screen ---


def test_curly_quotes_in_the_call_are_offered_straight_ones(app: AppTest) -> None:
    app.run()
    shown(app.text_input, "w_call").input("tally([‘a’])").run()
    assert shown(app.text_input, "w_call").value == "tally([‘a’])"
    press(app, "call_straight")
    assert app.query_params["call"] == "tally(['a'])"
    assert not [button for button in app.button if button.key == "call_straight"]


def test_straight_quotes_are_no_offer_where_curly_ones_are_python(app: AppTest) -> None:
    app.run()
    shown(app.text_input, "w_call").input("tally(['“'])").run()
    assert not [button for button in app.button if button.key == "call_straight"]


def test_a_browser_that_is_late_does_not_bring_the_last_programs_call_back(app: AppTest) -> None:
    app.run()
    shown(app.selectbox, "w_program").set_value("gcd")
    late = app._tree.get_widget_states()  # the new program, and the call as the browser still has it
    app.run()
    app._run(late)
    assert shown(app.text_input, "w_call").value.startswith("gcd(")
    assert "call" not in app.query_params and "Nothing ran" not in html(app)


def test_a_program_that_is_too_long_is_kept(app: AppTest) -> None:
    press(app.run(), "edit")
    code = "x = 1\n" * 10_000
    app.text_area(key="edit_code").input(code)
    press(app, "edit_run")
    assert "10,000 lines" in html(app)
    assert app.text_area(key="edit_code").value == code


def test_covered_no_mark_says_anything_and_opened_the_judgement_is_judged(app: AppTest) -> None:
    app.query_params.update({"bug": BUG, "read": "candidate", "mode": "imagine", "cover": "on"})
    app.run()
    assert headline(app) == "Candidate rejected, before Python is opened"
    assert "cwm-right" not in html(app) and "cwm-bug" not in html(app)
    app.query_params["cover"] = "open"
    assert "Rightly" in html(app.run())


def test_step_by_step_nothing_is_covered(app: AppTest) -> None:
    app.query_params.update({"bug": BUG, "cover": "on"})
    assert "cwm-covered" not in html(app.run())


def test_breakpoints_are_where_the_link_puts_them(app: AppTest) -> None:
    app.query_params["stop"] = "5"
    press(app.run(), "step_stop")
    assert count(app) == "step 11 of 11"
    assert 'data-stop="5" aria-pressed="true"' in html(app)


def test_presenting_leaves_the_panels_and_a_switch_for_the_bug(app: AppTest) -> None:
    app.query_params.update({"bug": BUG, "present": "on"})
    app.run()
    keys = {button.key for button in app.button}
    assert {"step_next", "revert", "present"} <= keys and not {"edit", "random"} & keys
    press(app, "revert")
    assert headline(app) == "Guessed right"
    press(app, "inject")
    assert app.query_params["bug"] == BUG
    press(app, "present")
    assert "present" not in app.query_params


def test_the_counts_over_the_catalogue_name_their_command(app: AppTest) -> None:
    shown = html(app.run())
    assert "bugs of the catalogue" in shown and "python -m cwm_demo check" in shown
    assert "32 billion" in shown


@pytest.mark.parametrize(
    "data", [{}, {"all": 3}, {"all": {"bugs": "many"}}, {"all": {"bugs": 3, "slips": None}}]
)
def test_a_result_file_of_another_shape_breaks_nothing(data: dict) -> None:
    summary(data)


def test_frames_are_shown_as_they_come(app: AppTest, client: Client) -> None:
    client.state, client.sentence = "loading", ""
    app.run()
    assert headline(app) != "Guessed right"
    future, predictions = client.waiting[0]
    future.so_far = tuple(predictions[:2])
    app.run()
    assert headline(app) == "Guessed right"
    press(app, "step_next")
    assert headline(app) == "Guessed right"
    press(app, "step_next")
    assert "2 steps so far" in html(app)
    client.arrive()
    app.run()
    assert headline(app) == "Guessed right"


def test_the_models_can_be_stopped_and_asked_again(app: AppTest, client: Client) -> None:
    client.state = "loading"
    app.run()
    asked = client.asked
    press(app.run(), "work_stop")  # it is there from the second look on
    assert len(client.released) == 2
    app.run()
    assert "Stopped before it had finished." in html(app)
    assert client.asked == asked
    client.state = "ready"
    press(app, "work_again")
    assert client.asked == asked + 2
    assert headline(app) == "Guessed right"


def test_who_goes_on_lets_go_of_what_was_asked(app: AppTest, client: Client) -> None:
    client.state = "loading"
    app.run()
    world, text = [future for future, _ in client.waiting]
    app.query_params["bug"] = BUG
    app.run()
    assert client.released == [world, text]


def test_only_what_is_the_catalogues_is_kept_on_disk(
    app: AppTest, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []
    plain = client.lines
    monkeypatch.setattr(client, "lines", lambda source, **how: kept.append(how["keep"]) or plain(source))
    for query in ({}, {"bug": BUG}, {"bug": "2:by-hand=    counts = 5"}, {"code": pack("x = 1\n")}):
        app.query_params.clear()
        app.query_params.update(query)
        app.run()
    assert kept == [True, True, False, False]
