"""Chapter 03 in Chromium: a slider moves its figures, and a head's attention is seen on the trace."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def test_the_window_s_slider_changes_the_cost_by_keyboard(page: Page, app: str) -> None:
    page.goto(f"{app}/architecture")
    tiles = page.locator(".cwm-tiles").first
    expect(tiles).to_contain_text("9.5 GiB")
    slider = page.locator(".st-key-win_window").get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    expect(tiles).to_contain_text("8.75 GiB")
    expect(page.locator(".st-key-win_mask .js-plotly-plot:visible").first).to_be_visible()
    expect(page).to_have_url(re.compile("win_window="))


def test_a_place_in_the_run_shows_where_the_head_looks(page: Page, app: str) -> None:
    page.goto(f"{app}/architecture?map_habit=token+before")
    view = page.locator(".cwm-attention")
    expect(view).to_contain_text("it looks at the right place")
    written = view.locator(".cwm-attention-text .cwm-writing")
    first = written.inner_text()
    slider = page.locator(".st-key-map_place").get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(written).not_to_have_text(first)
    expect(view.locator(".cwm-attention-text .cwm-target")).to_have_count(1)
    page.reload()
    expect(page.locator(".st-key-map_place")).to_contain_text("2")
