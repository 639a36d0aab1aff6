"""Home in Chromium: the three acts, the way into the stepper, and the tour."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Stepper, at_rest, fits_the_height, fits_the_width, press_key

SIZES = {"laptop": (1440, 900), "projector": (1920, 1080), "phone": (390, 844)}


@pytest.fixture
def home(page: Page, app: str) -> Page:
    page.goto(app)
    expect(page.get_by_role("heading", name="Code World Models")).to_be_visible()
    return page


def on(page: Page) -> None:
    page.locator(".st-key-scene_next button:visible").click()


def back(page: Page) -> None:
    page.locator(".st-key-scene_back button:visible").click()


def told(page: Page, words: str) -> None:
    expect(page.locator(".cwm-scene-words [role=status]")).to_contain_text(words)


def test_the_three_acts(home: Page) -> None:
    expect(home.locator("link[rel~=icon]")).to_have_attribute("href", re.compile("^data:image/svg"))
    verdict = home.locator(".cwm-verdict .cwm-headline")
    told(home, "Here the world model is right.")
    expect(verdict).to_contain_text("Guessed right")
    on(home)  # the bug
    told(home, "Red: what it expects and what happens part here")
    expect(verdict).to_contain_text("Bug caught")
    expect(home.locator(".cwm-meant")).to_contain_text("counts.get(x, 0) + 1")
    on(home)  # act two
    told(home, "Green: it foresees where the buggy program goes next.")
    expect(verdict).to_contain_text("Guessed right")
    on(home)
    told(home, "All 6 steps are green, and the answer is wrong.")
    expect(home.locator(".cwm-answer")).to_contain_text("wrong")
    on(home)  # act three
    told(home, "the candidate is rejected, and no run was needed for it")
    expect(home.locator(".cwm-not-run")).to_be_visible()
    expect(home.locator(".cwm-own .cwm-run li")).to_have_count(6)
    expect(home.locator(".cwm-python .cwm-run")).to_have_count(0)
    on(home)
    told(home, "to the letter what the model had imagined")
    expect(home.locator(".cwm-python .cwm-run li")).to_have_count(6)
    expect(home).to_have_url(re.compile("scene=6"))
    for scene in (5, 4, 3, 2, 1):
        back(home)
        expect(home.get_by_text(f"scene {scene} of 6")).to_be_visible()
    told(home, "Here the world model is right.")


def test_the_keyboard_plays_the_acts(home: Page) -> None:
    told(home, "Here the world model is right.")
    for key, scene in (("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2)):
        press_key(home, key)
        expect(home.get_by_text(f"scene {scene} of 6")).to_be_visible()


@pytest.mark.parametrize("size", ["laptop", "projector"])
def test_presented_the_acts_fill_the_screen_and_take_a_remote_control(
    page: Page, app: str, size: str
) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{app}?scene=5&present=on")
    told(page, "rejected")
    expect(page.locator("[data-testid='stHeader']")).to_be_hidden()
    expect(page.locator("html.cwm-listens")).to_have_count(1)
    expect(page.locator(".st-key-scene_next button:visible")).to_be_enabled()  # what the key clicks
    for key, scene in (("PageDown", 6), ("PageDown", 6), ("PageUp", 5)):  # once too often
        at_rest(page)
        page.keyboard.press(key)
        expect(page.get_by_text(f"scene {scene} of 6")).to_be_visible()
    fits_the_width(page)
    fits_the_height(page)
    press_key(page, "p")
    expect(page.get_by_role("heading", name="The course")).to_be_visible()


def test_a_scene_opens_in_the_stepper_at_that_very_place(page: Page, app: str) -> None:
    stepper = Stepper(page, app)
    page.goto(f"{app}?scene=2")
    page.get_by_text("Open this in the stepper").click()
    stepper.ready().verdict("Bug caught")
    stepper.at(5, 11)
    page.goto(f"{app}?scene=4")
    told(page, "the answer is wrong")
    page.get_by_text("Open this in the stepper").click()
    stepper.ready().at(6, 6)
    stepper.answer("wrong")
    page.goto(f"{app}?scene=5")
    told(page, "rejected")
    page.get_by_text("Open this in the stepper").click()
    expect(page.locator(".cwm-python.cwm-covered")).to_be_visible()


def test_the_tour_leads_from_stop_to_stop(home: Page) -> None:
    expect(home.locator(".cwm-stop")).to_have_count(10)
    home.get_by_text("Start the tour").click()
    expect(home.get_by_text("Chapter 00")).to_be_visible()
    bar = home.locator(".st-key-cwm-tour-bar")
    expect(bar).to_contain_text("Tour, stop 1 of")
    bar.get_by_role("link", name="Next stop").click()
    expect(bar).to_contain_text("Tour, stop 2 of")
    bar.get_by_role("button", name="Leave the tour").click()
    expect(bar).to_have_count(0)


@pytest.mark.parametrize("scene", [2, 6])
def test_it_fits_the_screen(page: Page, app: str, scene: int) -> None:
    """Nothing is wider than the screen; where there is room, a scene needs no scrolling."""
    page.goto(f"{app}?scene={scene}")
    expect(page.locator(".cwm-verdict")).to_contain_text("Bug caught" if scene == 2 else "rejected")
    onward = page.locator(":is(.st-key-scene_next, .st-key-scene_again) button:visible")
    expect(onward).to_be_visible()
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        fits_the_width(page)
        # A phone shows the way on at once, and the panels below it.
        whole = page.locator(".st-key-cwm-scene") if width > 640 else onward
        bottom = "([part, height]) => part.getBoundingClientRect().bottom <= height"
        page.wait_for_function(bottom, arg=[whole.element_handle(), height])


def test_on_a_phone_it_begins_at_its_title(page: Page, app: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["phone"])))
    page.goto(app)
    expect(page.locator(".st-key-cwm-scene .cwm-now").first).to_be_attached()
    expect(page.locator(".st-key-cwm-scene .cwm-verdict").first).to_be_attached()
    page.wait_for_timeout(1000)
    expect(page.locator("h1").first).to_be_in_viewport()
