"""The teacher's room in Chromium: a link is copied whole, and leads to a step whose answer is hidden."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_a_copied_link_leads_to_a_hidden_answer(page: Page, app: str) -> None:
    page.goto(f"{app}/teacher?link_bug=4:wrong-start-value&link_from=bug")
    box = page.locator(".cwm-teacher-box")
    expect(box.locator("code")).to_contain_text("step=5")
    expect(page.locator("html.cwm-listens")).to_have_count(1)
    box.get_by_role("button", name="Copy link").click()
    expect(box.locator("output")).not_to_be_empty()
    address = box.locator("input").input_value()
    assert address == f"{app}/stepper?program=tally&bug=4%3Awrong-start-value&predict=on&step=5"
    page.goto(address)
    expect(page.get_by_text("Your turn").first).to_be_visible()
    expect(page.locator(".cwm-python")).to_have_count(0)
