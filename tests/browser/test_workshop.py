"""Chapter 09 in Chromium: each exercise done once, wrongly first; the link leads back to it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cwm_demo.workshop import tracer
from tests.browser.screen import paste


@pytest.fixture
def workshop(page: Page, app: str) -> Page:
    page.goto(f"{app}/workshop")
    expect(page.locator(".cwm-remember")).to_be_visible()
    return page


def test_a_find_on_the_stepper_is_brought_and_checked(workshop: Page) -> None:
    link = workshop.locator(".st-key-ws_link textarea")
    check = workshop.get_by_role("button", name="Check", exact=True)
    paste(link, "x = 1\n" * 10_000)
    check.click()
    expect(workshop.get_by_role("alert")).to_contain_text("a text of 10,000 lines")
    assert link.input_value() == "x = 1\n" * 10_000
    link.fill("http://host/stepper?program=tally&bug=4%3Awrong-start-value&step=5")
    workshop.get_by_label("Line", exact=True).fill("2")
    check.click()
    expect(workshop.get_by_text("It is not line 2.")).to_be_visible()
    workshop.get_by_label("Line", exact=True).fill("4")
    check.click()
    expect(workshop.locator(".cwm-quiz-verdict")).to_contain_text("Found. Line 4, at step 5.")
    link = "exercise=stepper&program=tally&bug=4%3Awrong-start-value&line=4"
    expect(workshop).to_have_url(re.compile(re.escape(link) + "$"))


def test_a_commit_is_traced_by_keyboard(workshop: Page, app: str) -> None:
    workshop.goto(f"{app}/workshop?exercise=commits&commit=08-stem")
    first = workshop.get_by_label("ending (1)", exact=True)
    first.press("Enter")
    expect(workshop.get_by_role("alert")).to_contain_text("The table is empty")
    first.fill('".txt"')
    workshop.get_by_label("short (2)", exact=True).fill("text")
    workshop.get_by_label("returns (3)", exact=True).fill("'te'")
    workshop.get_by_label("returns (3)", exact=True).press("Enter")
    expect(workshop.get_by_text("text would be a name.")).to_be_visible()
    expect(workshop.locator(".cwm-ws-score")).to_contain_text("You 2, the world model 3.")


def test_a_tracer_is_written_and_linked(workshop: Page, app: str) -> None:
    workshop.goto(f"{app}/workshop?exercise=tracer")
    run = workshop.get_by_role("button", name="Run it on the five programs")
    code = workshop.locator(".st-key-ws_tracer_code textarea")
    run.click()
    expect(workshop.locator(".cwm-ws-score")).to_contain_text("0 of 5 programs")
    code.fill(tracer.load_exercise().solution)
    run.click()
    expect(workshop.locator(".cwm-ws-score")).to_contain_text("5 of 5 programs")
    workshop.get_by_role("button", name="Show a hint").click()
    expect(workshop.get_by_role("button", name="Show another hint (6 left)")).to_be_visible()
    workshop.reload()
    expect(code).to_have_value(tracer.load_exercise().solution)


def test_on_paper_stand_all_commits(workshop: Page) -> None:
    commits = workshop.locator(".cwm-ws-commit")
    expect(commits).to_have_count(10)
    expect(commits.first).to_be_hidden()
    workshop.emulate_media(media="print")
    expect(commits.first).to_be_visible()
    expect(commits.last).to_contain_text("This check failed before it")
