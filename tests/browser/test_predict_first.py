"""Predict first in Chromium: a guess typed and checked, keys, and a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Stepper, fits_the_width, press_key

STEP = 5  # line 4 of tally counts its first letter


@pytest.fixture
def stepper(page: Page, app: str) -> Stepper:
    return Stepper(page, app)


def opened(stepper: Stepper) -> Page:
    stepper.page.goto(f"{stepper.address}/stepper?predict=on&step={STEP}")
    expect(stepper.page.locator(".st-key-cwm-predict")).to_contain_text("what does line 4 do?")
    return stepper.page


def choose(page: Page, name: str) -> None:
    page.locator(".st-key-guess_fields").get_by_role("button", name=name, exact=True).click()


def comes_next(page: Page, option: str) -> None:
    page.locator(f".st-key-guess_next_{STEP - 1} input").click()
    page.get_by_role("option", name=option).click()


def guess(page: Page, value: str, option: str) -> None:
    choose(page, "counts")
    box = page.locator(f".st-key-guess_value_{STEP - 1}_counts input")
    expect(box).to_have_value("{}")  # the old value, to be changed
    box.fill(value)
    comes_next(page, option)
    page.locator(".st-key-guess_check button:visible").click()


def test_a_guess_stands_beside_the_answers(stepper: Stepper, page: Page) -> None:
    opened(stepper)
    for panel in (".cwm-world", ".cwm-text", ".cwm-python", ".cwm-verdict"):
        expect(page.locator(panel)).to_have_count(0)
    expect(page.locator(".cwm-timeline .cwm-open")).to_have_count(11 - STEP + 1)
    guess(page, '{"a":1}', "3 for x in items:")
    you = page.locator(".cwm-you")
    expect(you).to_contain_text("Right")
    expect(you).to_contain_text("you 1 of 1, world model 1 of 1")
    for panel in (".cwm-world", ".cwm-text", ".cwm-python", ".cwm-verdict"):
        expect(page.locator(panel)).to_be_visible()
    stepper.press("step_next")
    expect(page.locator(".st-key-cwm-predict")).to_contain_text("what does line 3 do?")
    stepper.press("step_back")
    expect(you).to_contain_text("Right")


def test_what_can_not_be_judged_keeps_its_text(stepper: Stepper, page: Page) -> None:
    opened(stepper)
    choose(page, "counts")
    box = page.locator(f".st-key-guess_value_{STEP - 1}_counts input")
    for text, words in (
        ("", "Write the new value"),
        ("many", "in quotes"),
        ("s" * 2_000, "2,000 characters"),
    ):
        box.fill(text)
        comes_next(page, "3 for x in items:")
        page.locator(".st-key-guess_check button:visible").click()
        expect(page.locator(".cwm-problem")).to_contain_text(words)
        expect(box).to_have_value(text)
    box.fill("{'a': 1}")
    box.press("Tab")
    page.locator(".st-key-guess_check button:visible").click()
    expect(page.locator(".cwm-you")).to_contain_text("Right")


def test_one_key_skips_and_typing_it_does_not(stepper: Stepper, page: Page) -> None:
    opened(stepper)
    choose(page, "counts")
    box = page.locator(f".st-key-guess_value_{STEP - 1}_counts input")
    box.fill("")
    box.press_sequentially("'s u n'")
    expect(page.locator(".st-key-cwm-predict")).to_be_visible()
    expect(box).to_have_value("'s u n'")
    box.blur()
    press_key(page, "s")
    expect(page.locator(".cwm-you")).to_contain_text("You skipped this step")
    expect(page.locator(".cwm-world")).to_be_visible()
    press_key(page, "ArrowRight")
    stepper.at(STEP + 1)
    press_key(page, "u")
    expect(page.locator(".cwm-you")).to_contain_text("Not sure")


def test_the_switch_is_in_the_url(stepper: Stepper, page: Page) -> None:
    stepper.open(f"step={STEP}")
    page.locator("[class*='st-key-w_predict'] label").click()
    expect(page.locator(".st-key-cwm-predict")).to_be_visible()
    expect(page).to_have_url(re.compile("predict=on"))
    page.reload()
    expect(page.locator(".st-key-cwm-predict")).to_be_visible()
    page.locator("[class*='st-key-w_predict'] label").click()
    stepper.verdict("Guessed right")
    expect(page).not_to_have_url(re.compile("predict"))


def test_on_a_phone(stepper: Stepper, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(stepper)
    expect(page.locator(".cwm-phone")).to_contain_text("Your turn")
    guess(page, "{'a': 2}", "3 for x in items:")
    expect(page.locator(".cwm-you")).to_contain_text("Other values")
    expect(page.locator(".cwm-phone")).to_contain_text("Guessed right")
    fits_the_width(page)
