"""Chapter 05 in Chromium: the calculator answers to the keyboard, and its setting is in the link."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_a_stricter_chooser_gains_more(page: Page, app: str) -> None:
    page.goto(f"{app}/results?sel_k=8")
    tiles = page.locator(".cwm-tiles").first
    expect(tiles).to_contain_text("62.0 %")
    slider = page.locator(".st-key-sel_wrong").get_by_role("slider")
    slider.focus()
    slider.press("Home")
    expect(tiles).to_contain_text("89.7 %")  # in 11 % of cases none of the eight is accepted
    page.reload()
    expect(page.locator(".cwm-tiles").first).to_contain_text("89.7 %")


def test_size_is_counted_the_other_way(page: Page, app: str) -> None:
    page.goto(f"{app}/results")
    page.get_by_text("those used for one token", exact=True).click()
    expect(page.get_by_text("CWM is the largest of all")).to_be_visible()
    expect(page.locator(".st-key-res_size .js-plotly-plot:visible").first).to_be_visible()
