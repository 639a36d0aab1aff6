"""What a click on Next costs in the browser: from the key to the changed page, in Chromium, models loaded."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from benchmarks.row import Row

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
CLICKS = 40
START_S = 60

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


def measure() -> list[Row]:
    with _app() as address, sync_playwright() as playwright:
        chromium = os.environ.get("CWM_DEMO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        begun = time.perf_counter()
        page.goto(f"{address}/stepper?program=tally")
        page.locator(".cwm-count").first.wait_for(timeout=60_000)
        first = 1000 * (time.perf_counter() - begun)
        page.locator(".cwm-timeline .cwm-open").first.wait_for(state="detached", timeout=120_000)
        page.wait_for_timeout(1000)
        times = sorted(_clicks(page))
        browser.close()
    return [
        Row("first visit to a fresh server, until it can be stepped", first, "ms"),
        Row("a click on Next or Back, median", statistics.median(times), "ms"),
        Row("a click on Next or Back, 95th percentile", times[int(0.95 * (len(times) - 1))], "ms"),
    ]


def _clicks(page: Page) -> Iterator[float]:
    page.evaluate(STOPWATCH)
    for turn in range(CLICKS):
        page.keyboard.press("ArrowRight" if turn % 10 < 5 else "ArrowLeft")
        yield page.wait_for_function("() => window.cwmClick").json_value()


@contextmanager
def _app() -> Iterator[str]:
    """The app, served as `make run` does it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + START_S
        while True:
            try:
                urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except (URLError, OSError):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)
