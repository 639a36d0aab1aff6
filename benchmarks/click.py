"""What a click costs in the browser: from the key on Next to the changed page; from a chapter to the next.

In Chromium, the models loaded. Before it the cold start, in turn with that of an app of one line
(`empty.py`), which is what Streamlit and the browser need before a page of ours has anything to say.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.app import app
from benchmarks.row import Row

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CLICKS = 60
VIEWPORT = {"width": 1440, "height": 900}
EMPTY, STARTS = "benchmarks/empty.py", 5
PATIENCE_MS = 180_000

# Notes when a key goes down, and how many milliseconds later a new step counter has been painted.
STOPWATCH = """() => {
  const count = () => document.querySelector('.cwm-count')?.textContent;
  window.addEventListener('keydown', () => {
    const before = count(), begun = performance.now();
    window.cwmClick = null;
    const look = () => requestAnimationFrame(
      count() === before ? look : () => { window.cwmClick = performance.now() - begun; });
    look();
  }, true);
}"""

# Notes a click, and how many milliseconds later another chapter stands there and its page has run to its end.
TO_A_CHAPTER = """() => {
  const title = () => document.querySelector('.cwm-chapter h1, .cwm-count')?.textContent;  // or the stepper's
  const over = () => document.querySelector('[data-test-script-state="notRunning"]');
  window.addEventListener('click', () => {
    const before = title(), begun = performance.now();
    window.cwmChapter = null;
    const there = () => title() && title() !== before && over();
    const look = () => requestAnimationFrame(
      there() ? () => { window.cwmChapter = performance.now() - begun; } : look);
    look();
  }, true);
}"""
CHAPTERS = 10


def measure() -> list[Row]:
    with sync_playwright() as playwright:
        chromium = os.environ.get("CWM_DEMO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        _cold(browser, "app.py")  # a first one for what is kept from start to start: bytecode, the browser
        starts = [(_cold(browser, EMPTY), _cold(browser, "app.py")) for _ in range(STARTS)]
        empty, ours = ([statistics.median(part) for part in zip(*each)] for each in zip(*starts))
        times, turns = _warm(browser)
        browser.close()
    return [
        Row(
            "cold start, from the command to a first page that steps through execution",
            ours[0],
            "ms",
            "an app of one line",
            empty[0],
            at_most=3000,
        ),
        Row("of that, the first visit to the fresh server", ours[1], "ms", "an app of one line", empty[1]),
        Row("a click on Next or Back, median", statistics.median(times), "ms"),
        Row(
            "a click on Next or Back, 95th percentile", times[int(0.95 * (len(times) - 1))], "ms", at_most=150
        ),
        Row("from one chapter to the next, its page whole, median", statistics.median(turns), "ms"),
        Row("the slowest of the nine", turns[-1], "ms", at_most=1000),
    ]


def _cold(browser: Browser, script: str) -> tuple[float, float]:
    """Milliseconds from the command to the page, and those of its visit. The browser knows neither before."""
    with app(script) as served:
        page = browser.new_context(viewport=VIEWPORT).new_page()
        begun = time.perf_counter()
        page.goto(f"{served.address}/{'stepper?program=tally' if script == 'app.py' else ''}")
        page.locator(".cwm-count").first.wait_for(timeout=PATIENCE_MS)
        now = time.perf_counter()
        page.context.close()
        return 1000 * (now - served.begun), 1000 * (now - begun)


def _warm(browser: Browser) -> tuple[list[float], list[float]]:
    """Milliseconds of every click, and of every way from one chapter to the next, in order of size."""
    with app() as served:
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(f"{served.address}/stepper?program=tally")
        page.locator(".cwm-count").first.wait_for(timeout=PATIENCE_MS)
        page.locator(".cwm-timeline .cwm-open").first.wait_for(state="detached", timeout=PATIENCE_MS)
        page.wait_for_timeout(1000)
        return sorted(_clicks(page)), sorted(_chapters(page, served.address))


def _clicks(page: Page) -> Iterator[float]:
    page.evaluate(STOPWATCH)
    for turn in range(CLICKS):
        page.keyboard.press("ArrowRight" if turn % 10 < 5 else "ArrowLeft")
        yield page.wait_for_function("() => window.cwmClick").json_value()


def _chapters(page: Page, address: str) -> Iterator[float]:
    """Through the course by the links at the chapters' ends, the second time: as most find the server."""
    for counts in (False, True):
        page.goto(f"{address}/overview")
        page.locator(".st-key-cwm-way-on a").first.wait_for(timeout=PATIENCE_MS)
        page.evaluate(TO_A_CHAPTER)
        for _ in range(CHAPTERS - 1):
            page.locator(".st-key-cwm-way-on a").last.dispatch_event("click")  # the stepper folds its own
            took = page.wait_for_function("() => window.cwmChapter", timeout=PATIENCE_MS).json_value()
            if counts:
                yield took
