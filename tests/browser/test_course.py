"""The course in Chromium: from chapter to chapter, a question of chapter 01, and a quiz."""

from __future__ import annotations

import contextlib

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from cwm_demo.course.chapters import load_course
from tests.browser.screen import fits_the_width

CHAPTERS = [c for c in load_course().values() if c.exists and c.menu == "course"]


def run_is_over(page: Page) -> None:
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")


def in_menu(page: Page, name: str) -> Locator:
    """An entry of the course's menu, which is opened; a page that is still being drawn may close it again."""
    entry = page.get_by_role("menuitem", name=name, exact=True)
    for _ in range(10):
        run_is_over(page)
        page.get_by_text("Course", exact=True).first.click()
        with contextlib.suppress(TimeoutError):
            entry.wait_for(timeout=5_000)
            break
    return entry


# What pasting comes to. `fill` types line by line, which costs Chromium minutes for ten thousand of them.
PUT = """(field, text) => {
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
  field.dispatchEvent(new InputEvent("input", {bubbles: true}));
}"""


def test_the_menu_and_the_links_lead_through_the_course(page: Page, app: str) -> None:
    page.goto(f"{app}/{CHAPTERS[0].slug}")
    expect(page.get_by_role("heading", name=CHAPTERS[0].title, exact=True)).to_be_visible()
    for chapter in CHAPTERS[1:]:
        in_menu(page, f"{chapter.number} · {chapter.title}").click()
        expect(page.get_by_role("heading", name=chapter.title, exact=True, level=1)).to_be_visible()
        expect(page.locator(".cwm-remember")).to_be_visible()


def test_a_switch_of_chapter_loads_nothing_anew(page: Page, app: str) -> None:
    """It stays in the document and the session, which is what makes it quick."""
    page.goto(f"{app}/execution")
    page.get_by_placeholder("a Python value").fill("7")
    page.get_by_placeholder("a Python value").blur()
    run_is_over(page)
    page.evaluate("window.sameDocument = true")
    for number, title in (("00", "Overview"), ("01", "Why standard models fail at execution")):
        page.locator(".st-key-cwm-way-on a", has_text=f"{number} ·").click()
        expect(page.locator(".cwm-chapter h1")).to_have_text(title)
    expect(page.get_by_placeholder("a Python value")).to_have_value("7")
    assert page.evaluate("window.sameDocument") is True


def test_a_visitor_answers_and_then_the_others_do(page: Page, app: str) -> None:
    page.goto(f"{app}/execution")
    expect(page.get_by_text("The two models and Python answer after you.")).to_be_visible()
    page.get_by_placeholder("a Python value").fill("7")
    page.get_by_role("button", name="This is my answer").click()
    expect(page.get_by_text("Your answer: Right.")).to_be_visible()
    for card in ("text", "world"):
        expect(page.locator(f".cwm-ex-{card} .cwm-quiz-verdict").first).to_contain_text("Right.")
    expect(page.locator(".cwm-ex-python")).to_contain_text("ran it, 12 steps")
    page.get_by_text("4. What is printed?").click()
    expect(page).to_have_url(f"{app}/execution?question=printed")
    run_is_over(page)
    page.get_by_role("button", name="Show me").click()
    expect(page.locator(".cwm-ex-python pre")).to_have_text("3\n1\ngo")
    expect(page).to_have_url(f"{app}/execution?question=printed")


def test_a_program_of_ten_thousand_lines_is_told_and_kept(page: Page, app: str) -> None:
    page.goto(f"{app}/execution")
    expect(page.locator(".cwm-remember")).to_be_visible()
    run_is_over(page)
    page.get_by_text("Change the program").click()
    box = page.locator(".st-key-ex_code_value textarea")
    text = "x = 1\n" * 10_000
    box.focus()
    box.evaluate(PUT, text)
    box.blur()
    expect(page.get_by_text("This program has 10,000 lines")).to_be_visible()
    assert box.input_value() == text
    page.get_by_role("button", name="Take ours back").click()
    expect(page.locator(".cwm-ex-program").first).to_contain_text("def average")


def test_a_link_leads_to_a_changed_question(page: Page, app: str) -> None:
    page.goto(f"{app}/execution?question=ends&call=countdown(7)")
    expect(page.locator(".cwm-ex-call").first).to_contain_text("countdown(7)")
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="This is my answer").click()
    expect(page.get_by_text("Your answer: Right.")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_keyboard_alone_answers_a_quiz(page: Page, app: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{app}/overview")
    quiz = page.locator(".st-key-cwm-quiz-00-what-differs")
    choices = quiz.locator("input[type=radio]")
    expect(choices).to_have_count(3)
    expect(page.locator(".cwm-remember")).to_be_visible()  # the end of the page: all of it is drawn
    choices.first.focus()
    for key, choice in (("Space", 0), ("ArrowDown", 1), ("ArrowDown", 2)):
        page.keyboard.press(key)
        expect(choices.nth(choice)).to_be_checked()
    page.keyboard.press("Tab")
    expect(quiz.get_by_role("button", name="Check")).to_be_focused()
    page.keyboard.press("Enter")
    expect(quiz.locator(".cwm-quiz-verdict")).to_contain_text("Right.")
    fits_the_width(page)


def test_a_citation_leads_to_its_source(page: Page, app: str) -> None:
    page.goto(f"{app}/overview")
    expect(page.locator("#source-card")).to_be_attached()  # the last thing to be drawn
    run_is_over(page)
    page.locator('a[href="#source-card"]').first.click()
    expect(page.locator("#source-card")).to_be_in_viewport()


# Labels that are wider than the button that holds them: cut off.
CUT_OFF = """radios => radios.filter(radio => [radio, ...radio.querySelectorAll("*")].some(
  part => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)).map(radio => radio.textContent)"""


def test_the_four_questions_are_read_whole_on_a_phone(page: Page, app: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app}/execution")
    radios = page.locator(".st-key-ex_choice [role=radio]")
    expect(radios).to_have_count(4)
    run_is_over(page)
    assert radios.evaluate_all(CUT_OFF) == []
    fits_the_width(page)


def test_on_paper_everything_is_unfolded_and_nothing_is_left_to_click(page: Page, app: str) -> None:
    page.goto(f"{app}/execution")
    expect(page.locator(".cwm-remember")).to_be_visible()
    table = page.locator(".cwm-figure-words table").first
    others = page.locator(".cwm-print-only")
    expect(table).to_be_hidden()
    expect(others).to_be_hidden()
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(others).to_be_visible()
    expect(others).to_contain_text("launch(4)")
    for hidden in ('[data-testid="stHeader"]', ".st-key-cwm-way-on", ".st-key-ex_answer"):
        expect(page.locator(hidden).first).to_be_hidden()
