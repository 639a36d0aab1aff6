"""The comparison page in Chromium: a third file is brought to the shipped ones, after one that is torn.

In dark and at rest before every act: a run that redraws the page takes away what is about to be clicked.
"""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from cwm_demo.evaluate.compare import Rate, all_series, read_result
from cwm_demo.evaluate.outputs import RESULTS
from tests.browser.contrast import too_low
from tests.browser.screen import at_rest, fits_the_width, says_the_link

SHIPPED = ("catalogue", "catalogue-standard")


def test_a_file_is_brought_beside_the_shipped_ones(page: Page, app: str, tmp_path: Path) -> None:
    texts = [(RESULTS / f"{name}.json").read_text(encoding="utf-8") for name in SHIPPED]
    texts.append(json.dumps({**json.loads(texts[1]), "model": "<b>served"}))
    brought, torn = tmp_path / "served.json", tmp_path / "torn.json"
    brought.write_text(texts[2])
    torn.write_text(texts[2][:-9])
    results = [read_result(text, "a file") for text in texts]
    series = all_series(results)

    page.emulate_media(color_scheme="dark")
    page.goto(f"{app}/compare?compare={','.join(SHIPPED)}")
    rates = page.locator(".cwm-figure-words").first
    expect(rates).to_contain_text("models/standard")
    bring(page, torn)
    expect(page.get_by_role("alert").filter(has_text="torn is not JSON")).to_be_visible()
    bring(page, brought)
    expect(page.get_by_text("Yours, in this session:")).to_be_visible()
    at_rest(page)
    rates.locator("summary").click()
    for result in results:
        expect(rates.get_by_text(result.model, exact=True)).to_be_visible()
        expect(rates).to_contain_text(_shown(result.rates["direct", "output_pass"]))
    expect(page.locator(".st-key-cmp_rates .legendtext:visible")).to_have_count(len(texts))
    pairs = page.locator("table.cwm-facts tr:has(td)")
    expect(pairs).to_have_count(len(series) * (len(series) - 1) // 2)
    expect(pairs.last).to_contain_text(f"{series[-2].label} · {series[-1].label}")
    assert too_low(page) == []

    page.locator(".st-key-split").get_by_text("construct", exact=True).click()
    says_the_link(page, {"split": "construct"})
    at_rest(page)
    page.set_viewport_size({"width": 390, "height": 844})
    fits_the_width(page)


def bring(page: Page, file: Path) -> None:
    """The page asks for a file as soon as its field is there, and is at rest when none is on its way."""
    at_rest(page)
    page.locator("input[type=file]").set_input_files(file)


def _shown(rate: Rate) -> str:
    return f"{100 * rate.value:.1f} [{100 * rate.low:.1f}, {100 * rate.high:.1f}], n = {rate.n}"
