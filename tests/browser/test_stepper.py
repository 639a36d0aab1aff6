"""The first version of the stepper as a visitor meets it, in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Stepper

STEPS = 11  # of tally(['a', 'b', 'a'])
PARTING = 5  # the step, from 1, at which the bug below first matters
BUG = "4:wrong-start-value"


@pytest.fixture
def stepper(page: Page, app: str) -> Stepper:
    return Stepper(page, app)


def test_home_leads_to_a_bug_in_tally(page: Page, app: str) -> None:
    page.goto(app)
    expect(page.get_by_role("heading", name="Code World Models")).to_be_visible()
    page.get_by_text("Step through a bug").click()
    stepper = Stepper(page, app).ready()
    stepper.verdict("Bug caught")
    stepper.at(PARTING, STEPS)


def test_every_step_of_the_program_as_meant_is_green(stepper: Stepper) -> None:
    stepper.open()
    assert stepper.timeline() == ["right"] * STEPS
    for step in range(2, STEPS + 1):
        stepper.answer("not known yet")
        stepper.press("step_next")
        stepper.at(step, STEPS)
        stepper.verdict("Guessed right")
    stepper.answer("right")


def test_a_bug_turns_red_where_the_runs_part_and_reverting_turns_green(stepper: Stepper) -> None:
    stepper.open()
    stepper.choose("w_line", "line 4")
    stepper.choose("w_bug", "Wrong start value: counts[x] = counts.get(x, 1) + 1")
    stepper.press("inject")
    stepper.verdict("Bug caught")
    stepper.ready()
    assert stepper.timeline() == ["right"] * (PARTING - 1) + ["caught"] + ["after"] * (STEPS - PARTING)
    stepper.at(PARTING, STEPS)
    stepper.answer("not known yet")
    stepper.press("step_back")
    stepper.verdict("Guessed right")
    stepper.press("step_last")
    stepper.verdict("After the bug")
    stepper.answer("wrong")
    stepper.press("revert")
    stepper.verdict("Guessed right")
    stepper.ready()
    assert stepper.timeline() == ["right"] * STEPS
    stepper.answer("right")


def test_shown_the_bug_every_step_is_green_and_the_answer_wrong(stepper: Stepper) -> None:
    stepper.open(f"bug={BUG}&read=candidate&step={STEPS}")
    assert stepper.timeline() == ["right"] * STEPS
    stepper.answer("wrong")


def test_on_its_own_the_models_answer_is_held_against_the_check(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}&read=candidate&mode=imagine")
    expect(page.locator(".cwm-answer-wrong")).to_contain_text("{'a': 3, 'b': 2}")


def test_a_reload_keeps_the_place(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}")
    stepper.press("step_red")
    stepper.at(PARTING)
    expect(page).to_have_url(re.compile(f"step={PARTING}"))
    place = stepper.query
    assert place == {"program": "tally", "bug": BUG, "step": str(PARTING)}
    page.reload()
    stepper.ready()
    stepper.at(PARTING)
    stepper.verdict("Bug caught")
    assert stepper.query == place


def test_the_keyboard_steps(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}")
    for key, step in (
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", STEPS),
        ("Home", 1),
        ("n", PARTING),
    ):
        page.keyboard.press(key)
        stepper.at(step, STEPS)


def test_the_link_leads_to_the_step(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}&step=3")
    page.get_by_role("button", name="Link").click()
    link = page.locator("[data-testid='stPopoverBody'] code").inner_text()
    page.goto(link)
    stepper.ready()
    stepper.at(3, STEPS)
    expect(page.locator(".cwm-meant")).to_contain_text("counts.get(x, 0) + 1")


def test_a_bad_link_is_told_and_the_rest_is_shown(stepper: Stepper, page: Page) -> None:
    stepper.open("program=nothing&mode=sideways&bug=99:none&step=zero")
    notes = page.locator(".cwm-messages")
    for words in ("There is no program “nothing”", "“mode”", "There is no bug “99:none”", "“step”"):
        expect(notes).to_contain_text(words)
    stepper.at(1, STEPS)


def test_another_call_runs_and_keeps_its_place(stepper: Stepper, page: Page) -> None:
    stepper.open()
    box = page.locator(".st-key-w_call input")
    box.fill("tally([1, 2])")
    box.press("Enter")
    stepper.at(1, 9)
    assert stepper.query["call"] == "tally([1, 2])"


def test_on_a_phone_a_tab_shows_one_panel_and_the_bar_steps(stepper: Stepper, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    stepper.open(f"bug={BUG}&step={PARTING}")
    expect(page.locator(".cwm-world")).to_be_visible()
    expect(page.locator(".cwm-python")).to_be_hidden()
    page.locator(".cwm-tabs label", has_text="Python").click()
    expect(page.locator(".cwm-python")).to_be_visible()
    expect(page.locator(".cwm-world")).to_be_hidden()
    expect(page.locator(".cwm-phone")).to_contain_text("Bug caught")
    stepper.press("step_next")
    expect(page.locator(".cwm-phone")).to_contain_text("After the bug")
    expect(page.locator(".cwm-python")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


UNREADABLE = [("def f(:\n    pass\n", "line 1, column 7"), ("", "The program is empty")]
HOSTILE = [
    ("while True:\n    pass\n", "The run was stopped after 1000 frames"),
    ("import sys\nsys.exit()\n", "sys.exit()"),
    ("x = open('/etc/passwd').read()\n", "PermissionError"),
]


def test_own_programs_end_in_a_message_and_the_app_still_serves(stepper: Stepper, page: Page) -> None:
    stepper.open()
    for code, words in UNREADABLE:
        stepper.write(code)
        expect(page.locator(".cwm-problem")).to_contain_text(words)
        expect(page.locator(".st-key-edit_code textarea")).to_have_value(code)
    for code, words in HOSTILE:
        stepper.write(code)
        expect(page.locator(".st-key-edit_code")).to_have_count(0)
        stepper.press("step_last")
        expect(page.locator(".cwm-note, .cwm-python").filter(has_text=words).first).to_be_visible()
    stepper.open(f"bug={BUG}&step={PARTING}")
    stepper.verdict("Bug caught")
