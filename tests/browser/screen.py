"""What a visitor sees of the stepper, read from the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

SYMBOLS = {"✓": "right", "✗": "caught", "▫": "after", "△": "wrong", "·": "open"}

SHORTCUTS = {"ArrowLeft": "left", "ArrowRight": "right"}  # names of keys in Streamlit; others are the same
REMOTE = {"PageUp": "step_back", "PageDown": "step_next"}  # heard by our own script, which clicks a button
_HEARD = "name => window.hotkeys?.getAllKeyCodes().some(({shortcut}) => shortcut === name)"


def press_key(page: Page, key: str) -> None:
    """Presses a key as soon as the page listens for it.

    Streamlit fetches what draws a button when the first one comes, and its shortcut is there after that: on a
    slow machine seconds after the text beside it. A key pressed before is for nobody.
    """
    if key in REMOTE:
        expect(page.locator(f".st-key-{REMOTE[key]} button:visible")).to_be_enabled()
    else:
        page.wait_for_function(_HEARD, arg=SHORTCUTS.get(key, key.lower()))
    page.keyboard.press(key)


def paste(field: Locator, text: str) -> None:
    """Puts a long text into a text area in one go, and leaves the field.

    Playwright's `fill` inserts a text as typing does, and Chromium's time for that grows with the square of
    the lines: minutes for 10,000 of them, in an empty page as well. A paste takes no such time.
    """
    field.focus()
    field.evaluate(_PUT, text)
    field.blur()


_PUT = """(field, text) => {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new Event("input", {bubbles: true}));
}"""


def at_rest(page: Page) -> None:
    """Waits until no run of the page is under way: what is clicked then is not drawn anew under the click."""
    expect(page.locator("[data-test-script-state='notRunning']")).to_have_count(1)


def says_the_link(page: Page, parts: dict[str, str | None]) -> None:
    """Fails unless the query comes to say this; None stands for nothing. It is written last in a run."""
    page.wait_for_function(
        "parts => Object.entries(parts).every(([k, v]) => new URLSearchParams(location.search).get(k) === v)",
        arg=parts,
    )


def fits_the_width(page: Page) -> None:
    """Fails unless the page comes to need no scrolling sideways."""
    page.wait_for_function(
        """() => [document.documentElement, ...document.querySelectorAll("[data-testid='stMain']")]
               .every((box) => box.scrollWidth <= box.clientWidth + 1)"""
    )


def fits_the_height(page: Page) -> None:
    """Fails unless all of the page comes to be seen without scrolling."""
    main = page.locator("[data-testid='stMain']").element_handle()
    page.wait_for_function("main => main.scrollHeight <= main.clientHeight", arg=main)


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
        at_rest(self.page)
        return self

    def press(self, name: str) -> None:
        at_rest(self.page)
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
        self.page.locator(f"[class*='st-key-{key}'] input").click()
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
