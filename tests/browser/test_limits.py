"""Chapters 06 to 08 in Chromium: a measurement, a failure that opens in the stepper, advice by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.contrast import too_low
from tests.browser.screen import fits_the_height, fits_the_width


def test_a_measurement_comes_and_a_failure_opens_in_the_stepper(page: Page, app: str) -> None:
    page.goto(f"{app}/limits")
    page.get_by_role("button", name="Measure on this machine").click()
    expect(page.get_by_text("milliseconds a token")).to_be_visible()
    expect(page.locator(".st-key-lat_figure .js-plotly-plot:visible").first).to_be_visible()
    page.get_by_role("link", name="Open this step in the stepper").click()
    expect(page.locator(".cwm-count")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/stepper\?.*step="))
    expect(page.locator(".st-key-cwm-notice")).to_be_visible()
    fits_the_height(page)  # chapter 06 is folded


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_advice_by_keyboard_alone_is_in_the_link_and_can_be_read(page: Page, app: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app}/limits")
    expect(page.locator(".cwm-advice:visible")).to_contain_text("6 questions to go")
    page.locator(".st-key-tool_wait input[type=radio]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".cwm-advice-head:visible")).to_contain_text("Not the right tool")
    expect(page).to_have_url(f"{app}/limits?tool_wait=typing")
    assert too_low(page) == []
    fits_the_width(page)


def test_what_hurts_names_a_deck(page: Page, app: str) -> None:
    page.goto(f"{app}/next")
    page.get_by_text("Puzzles with fixed rules: grids, plans, constraints", exact=True).click()
    expect(page.get_by_text("Deck 04, Small Recursive Transformers").locator("visible=true")).to_be_visible()
    address = page.get_by_role("link", name="Open that deck").get_attribute("href")
    assert address.endswith("Small_Recursive_Transformers/")
    assert too_low(page) == []


def test_a_link_to_a_source_that_is_still_to_be_drawn_leads_there(page: Page, app: str) -> None:
    page.goto(f"{app}/limits#source-tuned-on-traces")
    expect(page.locator("#source-tuned-on-traces")).to_be_in_viewport()
    expect(page.locator(".stPlotlyChart").first).to_be_attached()
    expect(page.locator("[data-test-script-state='notRunning']")).to_have_count(1)
    expect(page.locator("#source-tuned-on-traces")).to_be_in_viewport()
