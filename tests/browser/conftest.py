"""The app, served as a visitor gets it, with models that are always right; and a Chromium to visit it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_S = 120
RUNNING = "[data-test-script-state]:not([data-test-script-state='notRunning'])"
expect.set_options(timeout=120_000)  # a busy machine is slow, not wrong
# What opens slides for half a second, and a click on what slides can miss it, between press and release.
STILL = """const animate = Element.prototype.animate;
Element.prototype.animate = function (...how) {
    const animation = animate.apply(this, how);
    if (Number.isFinite(animation.effect.getComputedTiming().endTime)) animation.finish();
    return animation;
};"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    # Last: Playwright leaves an event loop running in this thread, which programs with asyncio would meet.
    # (Two processes take files in this order: `--no-loadscope-reorder` in the Makefile.)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator:
    """A browser test that was skipped has shown nothing: it counts as failed."""
    report = yield
    if report.skipped and item.get_closest_marker("browser"):
        report.outcome, report.longrepr = "failed", "a browser test must run, and was skipped"
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    path = os.environ.get("CWM_DEMO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(
            "These tests need Chromium: install it (Debian, Ubuntu: apt-get install chromium) so that one of "
            f"{', '.join(NAMES)} is on the PATH, name it in CWM_DEMO_CHROMIUM, or leave these tests out: "
            "pytest -m 'not browser'"
        )
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("app") / "log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, env={**os.environ, "CWM_DEMO_MODELS": "scripted"}
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_served(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_served(address: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the app was not served within {START_S} s:\n{log.read_text()[-2000:]}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that is only touched, and judged, between the app's runs: within one it is drawn anew."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(120_000)
    page.add_init_script(STILL)
    page.add_locator_handler(page.locator(RUNNING), lambda: None)  # Playwright waits until there is none
    yield page
    page.close()
