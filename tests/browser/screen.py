"""What a visitor sees of the stepper, read from the page."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

SYMBOLS = {"✓": "right", "✗": "caught", "▫": "after", "△": "wrong", "·": "open"}


class Stepper:
    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def open(self, query: str = "") -> Stepper:
        """Opens the page and waits until the models have answered and the bugs are known."""
        self.page.goto(f"{self.address}/stepper?{query}")
        return self.ready()

    def ready(self) -> Stepper:
        expect(self.page.locator(".cwm-timeline li").first).to_be_visible()
        expect(self.page.locator(".cwm-timeline .cwm-open")).to_have_count(0)
        expect(self.page.get_by_text("Looking for bugs that show")).to_have_count(0)
        expect(self.page.locator("html.cwm-listens")).to_have_count(1)
        expect(self.page.locator("[data-test-script-state='notRunning']")).to_have_count(1)
        return self

    def press(self, name: str) -> None:
        self.page.locator(f".st-key-{name} button:visible").click()  # Streamlit keeps a hidden twin

    def at(self, step: int, of: int | None = None) -> None:
        """Fails unless the page comes to show this step, counted from 1."""
        end = f" of {of}" if of else ""
        expect(self.page.locator(".cwm-count")).to_contain_text(f"step {step}{end}")

    def timeline(self) -> list[str]:
        return [SYMBOLS[symbol] for symbol in self.page.locator(".cwm-timeline li").all_inner_texts()]

    def verdict(self, words: str) -> None:
        expect(self.page.locator(".cwm-verdict .cwm-headline")).to_contain_text(words)

    def answer(self, words: str) -> None:
        expect(self.page.locator(".cwm-answer").first).to_contain_text(words)

    def choose(self, key: str, option: str) -> None:
        """Picks from a list."""
        self.page.locator(f".st-key-{key} input").click()
        self.page.get_by_role("option", name=option).click()

    def write(self, code: str) -> None:
        """Puts a program of one's own into the editor, without a call, and runs it."""
        page = self.page
        if page.locator(".st-key-edit_code").count() == 0:
            self.press("edit")
        for key, text in (("edit_code textarea", code), ("edit_call input", "")):
            page.locator(f".st-key-{key}").fill(text)
            page.locator(f".st-key-{key}").blur()
        self.press("edit_run")

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlparse(self.page.url).query).items()}
