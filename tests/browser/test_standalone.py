"""The exported page in Chromium, from a file and without a network: keys, buttons, timeline, paper."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from cwm_demo.render.run_data import run_data
from cwm_demo.render.standalone import standalone
from tests.browser.contrast import too_low
from tests.render.test_standalone import NAMED, TALLY, run


def test_a_page_taken_away_steps_without_a_network(page: Page, tmp_path: Path) -> None:
    data = run_data(run(TALLY, TALLY.replace("n += 1", "n += 2")), **NAMED)
    file = tmp_path / "run.html"
    file.write_text(standalone(data), encoding="utf-8")
    asked, problems = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.context.set_offline(True)
    page.goto(file.as_uri())
    count = page.locator("#count")
    expect(count).to_have_text("step 1 of 9")
    page.keyboard.press("ArrowRight")
    expect(count).to_have_text("step 2 of 9")
    page.get_by_role("button", name="Next →").click()
    page.get_by_role("button", name="← Back").click()
    expect(count).to_have_text("step 2 of 9")
    page.keyboard.press("n")
    expect(page.locator("#verdict")).to_contain_text("Bug caught")
    expect(page.locator("#program [aria-current]")).to_contain_text("as meant: n += 1")
    page.locator("#timeline button").last.click()
    expect(page.locator("#verdict")).to_contain_text("Answer ≠ wrong")
    expect(page.get_by_role("button", name="Next →")).to_be_disabled()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert too_low(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#whole tbody tr")).to_have_count(9)
    expect(page.locator("#whole table")).to_be_visible()
    assert asked == [file.as_uri()] and problems == []
    page.goto(f"{file.as_uri()}#step=4")
    expect(count).to_have_text("step 4 of 9")
