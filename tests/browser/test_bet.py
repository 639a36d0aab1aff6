"""Chapter 02 in Chromium: lines and frames mark each other without the server, by pointer and by keyboard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cwm_demo.ui.url import pack
from tests.browser.screen import says_the_link

ENDLESS = "def f():\n    while True:\n        pass\n"


@pytest.fixture
def bet(page: Page, app: str) -> Page:
    page.goto(f"{app}/bet")
    expect(page.locator(".cwm-remember")).to_be_visible()
    return page


def marks(rows: Locator) -> list[str]:
    """The marks that are seen on the rows, ▸ and ●."""
    script = """rows => rows.map(row => ['::before', '::after'].map(part =>
        getComputedStyle(row.querySelector('.cwm-bet-mark'), part).content.replaceAll('"', '')).join(''))"""
    return rows.evaluate_all(script)


def test_a_line_marks_its_frames_and_a_frame_its_lines(bet: Page) -> None:
    lines, frames = bet.locator(".cwm-bet-lines li"), bet.locator(".cwm-bet-frames li:has(input)")
    lines.nth(3).locator("label").click()  # counts[x] = counts.get(x, 0) + 1
    bet.mouse.move(0, 0)
    assert marks(frames) == ["", "", "", "▸", "●", "▸", "●", "▸", "●", "", ""]
    frames.nth(4).locator("label").click()
    bet.mouse.move(0, 0)
    assert marks(lines)[2:4] == ["▸", "●"]


def test_the_keyboard_reaches_lines_frames_and_renderings(bet: Page) -> None:
    deck = bet.locator(".cwm-bet-deck")
    deck.focus()
    bet.keyboard.press("ArrowRight")
    expect(bet.locator(".cwm-bet-frames .cwm-as-cwm").first).to_be_visible()
    expect(bet.locator(".cwm-bet-frames .cwm-as-deck").first).to_be_hidden()
    bet.keyboard.press("Tab")
    bet.keyboard.press("Space")
    expect(bet.locator(".cwm-line-1 input")).to_be_checked()
    bet.keyboard.press("ArrowDown")
    expect(bet.locator(".cwm-line-2 input")).to_be_checked()
    bet.keyboard.press("ArrowUp")
    bet.keyboard.press("ArrowUp")  # from the first line to the last frame
    expect(bet.locator(".cwm-bet-frames li:has(input)").last.locator("input")).to_be_checked()


def test_one_s_own_function_is_traced_linked_and_downloaded(bet: Page, tmp_path: Path) -> None:
    bet.get_by_text("Trace a function of your own").click()
    for key, text in (("piece_code textarea", ENDLESS), ("piece_call input", "f()")):
        bet.locator(f".st-key-{key}").fill(text)
    bet.get_by_role("button", name="Trace it").click()
    expect(bet.get_by_role("status").filter(has_text="was stopped after")).to_be_visible()
    bet.locator(".st-key-piece_code textarea").fill("def f(n):\n    return n - 1\n")
    bet.locator(".st-key-piece_call input").fill("f(8)")
    bet.get_by_role("button", name="Trace it").click()
    expect(bet.locator(".cwm-bet")).to_contain_text("return: 7")
    says_the_link(bet, {"code": pack("def f(n):\n    return n - 1\n"), "call": "f(8)"})
    with bet.expect_download() as download:
        bet.get_by_role("button", name="The record, JSON").click()
    download.value.save_as(tmp_path / "record.json")
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["returned"] == "7"
    assert record["text"].endswith("<|end_of_text|>")


def test_an_explanation_is_answered_and_settled(bet: Page) -> None:
    bet.locator(".st-key-bet_guess_basket label").nth(2).click()
    verdict = bet.locator(".st-key-cwm-claims [role=status]")
    expect(verdict).to_contain_text("That is where they part.")
    expect(bet.locator(".cwm-parted:visible")).to_contain_text("['apple', 'pear']")
