"""Chapter 04 in Chromium: the question moves along the sequence by keyboard, and the figures are drawn."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cwm_demo.ui.url import pack
from tests.browser.screen import says_the_link


@pytest.fixture
def training(page: Page, app: str) -> Page:
    code = pack("def double(n):\n    return n * 2\n")
    page.goto(f"{app}/training?code={code}&call=double(21)")
    expect(page.locator(".cwm-remember")).to_be_visible()
    return page


def test_the_question_moves_along_one_s_own_sequence(training: Page) -> None:
    expect(training.locator(".cwm-sequence")).to_contain_text("double(21)")
    asked = training.locator(".cwm-asked")
    expect(asked).to_contain_text("in a frame. It counts 1.")
    training.get_by_role("slider", name="Position in the sequence").focus()
    training.keyboard.press("Home")
    expect(asked).to_contain_text("Given the 1 tokens before it")
    expect(asked).to_contain_text("in the source. It counts 0.2.")
    training.keyboard.press("ArrowRight")
    expect(asked).to_contain_text("Given the 2 tokens before it")
    says_the_link(training, {"call": "double(21)"})


def test_every_figure_is_drawn_and_told_in_words(training: Page) -> None:
    charts, words = training.locator(".stPlotlyChart"), training.locator(".cwm-figure-words p")
    for i in range(4):
        expect(charts.nth(i).locator(".main-svg").first).to_be_visible()
        expect(words.nth(i)).to_contain_text(re.compile(r"\d"))
    assert charts.count() == words.count() >= 4  # more where experiments were measured


def test_the_stages_sheet_counts_only_where_there_is_a_stage(training: Page, app: str) -> None:
    """Its selectors make every change to a page dear: cwm_demo/ui/style.py says why."""
    sheet = training.locator("style.cwm-stage-sheet")
    expect(sheet).to_have_attribute("media", "not all")
    training.locator(".st-key-cwm-way-on a").last.click()
    expect(training.locator(".cwm-chapter h1")).not_to_have_text("Training in four stages")
    expect(sheet).to_have_attribute("media", "not all")
    training.goto(f"{app}/stepper")
    expect(training.locator(".st-key-cwm-stage")).to_be_visible()
    expect(sheet).to_have_attribute("media", "all")
