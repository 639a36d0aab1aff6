"""The lab in Chromium: a program of one's own, also a hopeless one, and the page that it is taken away as."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.contrast import too_low
from tests.browser.screen import fits_the_width, paste

DOUBLE = "def double(n):\n    return n * 2\n"


def test_a_program_is_run_and_taken_away(page: Page, app: str) -> None:
    page.goto(f"{app}/lab")
    expect(page.locator(".cwm-lab-table")).to_contain_text("guessed right")
    code, call = page.locator(".st-key-edit_code textarea"), page.locator(".st-key-edit_call input")
    run = page.locator(".st-key-edit_run button:visible")
    code.fill("def double(:\n")
    code.blur()
    run.click()
    expect(page.get_by_text("Python can’t read it: line 1")).to_be_visible()
    assert code.input_value() == "def double(:\n"
    paste(code, "x = 1\n" * 10_000)
    run.click()
    expect(page.get_by_text("10,000 lines")).to_be_visible()
    assert code.input_value() == "x = 1\n" * 10_000
    code.fill(DOUBLE)
    code.blur()
    call.fill("")
    call.blur()
    run.click()
    expect(page.get_by_text("calls nothing")).to_be_visible()
    call.fill("double(21)")
    call.blur()
    run.click()
    expect(page.locator(".cwm-lab-table")).to_contain_text("returns 42")
    expect(page.locator(".cwm-lab-table tbody tr")).to_have_count(3)
    expect(page).to_have_url(re.compile("code="))
    with page.expect_download() as download:
        page.locator(".st-key-get_run_html button:visible").click()
    taken = Path(download.value.path()).read_text(encoding="utf-8")
    assert taken.startswith("<!doctype html>") and "double" in taken
    page.reload()
    expect(page.locator(".cwm-lab-table")).to_contain_text("returns 42")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("[data-test-script-state='notRunning']")).to_have_count(1)
    assert too_low(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    fits_the_width(page)
