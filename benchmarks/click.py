"""What a click costs in the browser: from the key on Next to the changed page; from a chapter to the next.

In Chromium, the models loaded.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from benchmarks.app import app
from benchmarks.row import Row

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CLICKS = 60
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
    with app() as served, sync_playwright() as playwright:
        chromium = os.environ.get("CWM_DEMO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        opened = time.perf_counter()
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        begun = time.perf_counter()
        page.goto(f"{served.address}/stepper?program=tally")
        page.locator(".cwm-count").first.wait_for(timeout=PATIENCE_MS)
        first = 1000 * (time.perf_counter() - begun)
        cold = 1000 * (time.perf_counter() - served.begun) - (begun - opened) * 1000
        page.locator(".cwm-timeline .cwm-open").first.wait_for(state="detached", timeout=PATIENCE_MS)
        page.wait_for_timeout(1000)
        times = sorted(_clicks(page))
        turns = sorted(_chapters(page, served.address))
        browser.close()
    return [
        Row(
            "cold start, from the command to a first page that steps through execution",
            cold,
            "ms",
            at_most=3000,
        ),
        Row("of that, the first visit to the fresh server", first, "ms"),
        Row("a click on Next or Back, median", statistics.median(times), "ms"),
        Row(
            "a click on Next or Back, 95th percentile", times[int(0.95 * (len(times) - 1))], "ms", at_most=150
        ),
        Row("from one chapter to the next, its page whole, median", statistics.median(turns), "ms"),
        Row("the slowest of the nine", turns[-1], "ms", at_most=1000),
    ]


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
