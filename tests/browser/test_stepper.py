"""The stepper as a visitor meets it, in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.contrast import too_low
from tests.browser.screen import Stepper, fits_the_height, fits_the_width, press_key, says_the_link

STEPS = 11  # of tally(['a', 'b', 'a'])
PARTING = 5  # the step, from 1, at which the bug below first matters
BUG = "4:wrong-start-value"


@pytest.fixture
def stepper(page: Page, app: str) -> Stepper:
    return Stepper(page, app)


def test_home_leads_to_a_bug_in_tally(page: Page, app: str) -> None:
    page.goto(app)
    expect(page.get_by_role("heading", name="Code World Models")).to_be_visible()
    page.get_by_text("Step through a bug").click()
    stepper = Stepper(page, app).ready()
    stepper.verdict("Bug caught")
    stepper.at(PARTING, STEPS)


def test_every_step_of_the_program_as_meant_is_green(stepper: Stepper) -> None:
    stepper.open()
    assert stepper.timeline() == ["right"] * STEPS
    for step in range(2, STEPS + 1):
        stepper.answer("not known yet")
        stepper.press("step_next")
        stepper.at(step, STEPS)
        stepper.verdict("Guessed right")
    stepper.answer("right")


def test_a_bug_turns_red_where_the_runs_part_and_reverting_turns_green(stepper: Stepper) -> None:
    stepper.open()
    stepper.choose("w_line", "line 4")
    stepper.choose("w_bug", "Wrong start value: counts[x] = counts.get(x, 1) + 1")
    stepper.press("inject")
    stepper.verdict("Bug caught")
    stepper.ready()
    assert stepper.timeline() == ["right"] * (PARTING - 1) + ["caught"] + ["after"] * (STEPS - PARTING)
    stepper.at(PARTING, STEPS)
    stepper.answer("not known yet")
    stepper.press("step_back")
    stepper.verdict("Guessed right")
    stepper.press("step_last")
    stepper.verdict("After the bug")
    stepper.answer("wrong")
    stepper.press("revert")
    stepper.verdict("Guessed right")
    stepper.ready()
    assert stepper.timeline() == ["right"] * STEPS
    stepper.answer("right")


def test_shown_the_bug_every_step_is_green_and_the_answer_wrong(stepper: Stepper) -> None:
    stepper.open(f"bug={BUG}&read=candidate&step={STEPS}")
    assert stepper.timeline() == ["right"] * STEPS
    stepper.answer("wrong")


def test_on_its_own_the_models_answer_is_held_against_the_check(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}&read=candidate&mode=imagine")
    expect(page.locator(".cwm-answer-wrong")).to_contain_text("{'a': 3, 'b': 2}")


def test_what_takes_more_room_takes_it_from_the_other_panels(stepper: Stepper, page: Page) -> None:
    """Here Python's panel has four rows, and the answers take two."""
    stepper.open("program=aliases&bug=3:alias-for-copy&read=candidate&mode=imagine&step=5")
    expect(page.locator(".cwm-answer-wrong")).to_be_visible()
    for width, height in ((1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        fits_the_height(page)
        fits_the_width(page)


def test_a_reload_keeps_the_place(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}")
    stepper.press("step_red")
    stepper.at(PARTING)
    place = {"program": "tally", "bug": BUG, "step": str(PARTING), "mode": None, "read": None}
    says_the_link(page, place)
    page.reload()
    stepper.ready()
    stepper.at(PARTING)
    stepper.verdict("Bug caught")
    says_the_link(page, place)


def test_the_keyboard_steps(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}")
    for key, step in (
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", STEPS),
        ("Home", 1),
        ("n", PARTING),
    ):
        press_key(page, key)
        stepper.at(step, STEPS)


def test_the_link_leads_to_the_step(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}&step=3")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".cwm-link output")).to_have_text("Copied.")
    page.goto(page.locator(".cwm-link input").input_value())
    stepper.ready()
    stepper.at(3, STEPS)
    expect(page.locator(".cwm-meant")).to_contain_text("counts.get(x, 0) + 1")


NO_CLIPBOARD = """
document.execCommand = () => false;
if (navigator.clipboard) navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
"""


def test_where_the_clipboard_is_refused_the_link_can_be_selected(page: Page, app: str) -> None:
    page.add_init_script(NO_CLIPBOARD)
    page.set_content(f"<iframe src='{app}/stepper?step=2' width=1400 height=850></iframe>")
    frame = page.frame_locator("iframe")
    expect(frame.locator("html.cwm-listens")).to_have_count(1)
    frame.get_by_role("button", name="Copy link").click()
    field = frame.locator(".cwm-link input")
    expect(field).to_be_visible()
    assert re.search(r"/stepper\?program=tally&step=2$", field.input_value())
    assert field.evaluate("field => field.selectionEnd - field.selectionStart === field.value.length")


def test_back_leaves_the_program_not_the_step(stepper: Stepper, page: Page, app: str) -> None:
    page.goto(app)
    page.get_by_role("link", name="Stepper", exact=True).click()
    stepper.ready()
    for step in (2, 3, 4):
        stepper.press("step_next")
        stepper.at(step)
    stepper.choose("w_program", "Collatz")
    expect(page.locator(".cwm-program")).to_contain_text("def collatz")
    stepper.ready()
    stepper.press("step_next")
    stepper.at(2)
    says_the_link(page, {"program": "collatz", "step": "2"})
    page.go_back()
    expect(page.locator(".cwm-program")).to_contain_text("def tally")
    stepper.at(4, STEPS)
    page.go_back()
    expect(page).not_to_have_url(re.compile("stepper"))


# --- the timeline, breakpoints ---


def test_a_mark_leads_to_its_step(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}")
    page.get_by_role("button", name=f"step {PARTING}: bug caught; here they part").click()
    stepper.at(PARTING)
    press_key(page, "ArrowRight")  # steps, since no mark has the focus
    stepper.at(PARTING + 1)
    page.locator(".cwm-timeline ol [aria-current]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    stepper.at(PARTING - 2)
    expect(page.locator(".cwm-timeline ol [aria-current]")).to_be_focused()


def test_of_a_long_run_every_part_can_be_reached(stepper: Stepper, page: Page) -> None:
    stepper.open("program=collatz&call=collatz(27)")
    pieces = page.locator(".cwm-overview button")
    pieces.last.click()
    expect(page.locator(".cwm-timeline li").last).to_be_visible()
    expect(page.locator(".cwm-count")).to_have_text(re.compile(r"step [3-9]\d\d of"))
    assert page.locator(".cwm-timeline li").count() <= 20


def test_a_breakpoint_halts_the_run_before_its_line(stepper: Stepper, page: Page) -> None:
    stepper.open()
    page.get_by_role("button", name="breakpoint on line 5").click()
    expect(page.get_by_role("button", name="breakpoint on line 5")).to_have_attribute("aria-pressed", "true")
    stepper.press("step_stop")
    stepper.at(STEPS, STEPS)
    expect(page.locator(".cwm-now")).to_contain_text("return counts")
    says_the_link(page, {"stop": "5"})
    page.reload()
    stepper.ready()
    press_key(page, "Home")
    stepper.at(1)
    press_key(page, "b")
    stepper.at(STEPS)


# --- Python covered ---


def test_covered_the_candidate_is_rejected_before_python_is_opened(stepper: Stepper, page: Page) -> None:
    stepper.open(f"bug={BUG}")
    page.get_by_role("button", name="Cover it").click()
    stepper.verdict("Candidate rejected, before Python is opened")
    stepper.ready()
    says_the_link(page, {"cover": "on", "mode": "imagine", "read": "candidate"})
    assert set(page.locator(".cwm-timeline li").all_inner_texts()) == {"·"}
    stepper.press("step_last")
    stepper.verdict("Candidate rejected")
    expect(page.locator(".cwm-python")).to_contain_text("Covered.")
    page.get_by_role("button", name="Open Python’s run").click()
    expect(page.locator(".cwm-opened")).to_contain_text("Rightly: in Python’s run the check fails")
    expect(page.locator(".cwm-python")).to_contain_text("returns")
    says_the_link(page, {"cover": "open"})


# --- presenter mode ---


@pytest.mark.parametrize("width, height", [(1440, 900), (1920, 1080)])
def test_presenting_fits_the_screen_and_takes_a_remote_control(
    stepper: Stepper, page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    stepper.open(f"bug={BUG}&present=on")
    expect(page.locator("[data-testid='stHeader']")).to_be_hidden()
    for key, step in (("PageDown", 2), ("PageDown", 3), ("PageUp", 2), ("n", PARTING)):
        press_key(page, key)
        stepper.at(step)
    fits_the_height(page)
    fits_the_width(page)
    for name in ("program", "text", "world", "python", "verdict"):
        size = page.locator(f".cwm-{name}").evaluate("panel => parseFloat(getComputedStyle(panel).fontSize)")
        assert size >= 19, name
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement !== null")
    press_key(page, "p")
    expect(page.locator("[data-testid='stHeader']")).to_be_visible()
    says_the_link(page, {"present": None})


def test_a_bad_link_is_told_and_the_rest_is_shown(stepper: Stepper, page: Page) -> None:
    stepper.open("program=nothing&mode=sideways&bug=99:none&step=zero")
    notes = page.locator(".cwm-messages")
    for words in ("There is no program “nothing”", "“mode”", "There is no bug “99:none”", "“step”"):
        expect(notes).to_contain_text(words)
    stepper.at(1, STEPS)


def test_another_call_runs_and_keeps_its_place(stepper: Stepper, page: Page) -> None:
    stepper.open()
    box = page.locator("[class*='st-key-w_call'] input")
    box.fill("tally([1, 2])")
    box.press("Enter")
    stepper.at(1, 9)
    says_the_link(page, {"call": "tally([1, 2])"})


def test_on_a_phone_a_tab_shows_one_panel_and_the_bar_steps(stepper: Stepper, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    stepper.open(f"bug={BUG}&step={PARTING}")
    expect(page.locator(".cwm-world")).to_be_visible()
    expect(page.locator(".cwm-python")).to_be_hidden()
    page.locator(".cwm-tabs label", has_text="Python").click()
    expect(page.locator(".cwm-python")).to_be_visible()
    expect(page.locator(".cwm-world")).to_be_hidden()
    expect(page.locator(".cwm-phone")).to_contain_text("Bug caught")
    stepper.press("step_next")
    expect(page.locator(".cwm-phone")).to_contain_text("After the bug")
    expect(page.locator(".cwm-python")).to_be_visible()
    fits_the_width(page)


# --- colours ---

SEEN = {
    "caught": f"bug={BUG}&step={PARTING}&stop=3",
    "after": f"bug={BUG}&step={STEPS}",
    "rejected": f"bug={BUG}&read=candidate&mode=imagine&cover=on",
    "presented": f"bug={BUG}&read=candidate&mode=imagine&cover=open&present=on",
    "told": "program=nothing",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_told_from_its_ground(page: Page, app: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    for name, query in SEEN.items():
        Stepper(page, app).open(query)
        assert not too_low(page), name
    page.locator("[data-testid='stPopoverButton']:visible").click()
    expect(page.locator(".cwm-given-text")).to_be_visible()
    assert not too_low(page)


# --- one's own code ---


def test_curly_quotes_are_offered_straight_ones(stepper: Stepper, page: Page) -> None:
    stepper.open()
    stepper.write("x = “a”\n")
    expect(page.locator(".cwm-problem")).to_contain_text("curly quotes")
    stepper.press("edit_straight")
    expect(page.locator(".st-key-edit_code textarea")).to_have_value('x = "a"\n')
    expect(page.locator(".cwm-problem")).to_have_count(0)
    stepper.press("edit_run")
    expect(page.locator(".cwm-program")).to_contain_text('x = "a"')
    box = page.locator("[class*='st-key-w_call'] input")
    box.fill("print(‘b’)")
    box.press("Enter")
    stepper.press("call_straight")
    expect(box.first).to_have_value("print('b')")


def test_what_was_typed_is_offered_after_a_reload(stepper: Stepper, page: Page) -> None:
    stepper.open()
    stepper.press("edit")
    field = page.locator(".st-key-edit_code textarea")
    for name, value in (("autocorrect", "off"), ("autocapitalize", "none"), ("spellcheck", "false")):
        expect(field).to_have_attribute(name, value)
    field.fill("half = 1 /")
    page.reload()
    stepper.ready()
    stepper.press("edit")
    stepper.press("edit_draft")
    expect(field).to_have_value("half = 1 /")


PASTE = """(field, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  field.select();
  field.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def test_a_program_of_ten_thousand_lines_is_kept_and_refused(stepper: Stepper, page: Page) -> None:
    stepper.open()
    stepper.press("edit")
    field, code = page.locator(".st-key-edit_code textarea"), "x = 1\n" * 10_000
    field.evaluate(PASTE, code)
    field.blur()
    stepper.press("edit_run")
    expect(page.locator(".cwm-problem")).to_contain_text("10,000 lines, 60,000 characters")
    assert field.input_value() == code


MARKUP = """
markup = '<img src=x onerror="document.title=1"><b>bold</b></code></section>'
words = '**bold** [link](javascript:alert(1)) $x^2$ :red[hot] `code`'
control = 'a\\x00\\x1b[31m\\u202egnp.exe\\u2066\\ufeff'
plain = control.replace('\\x00', '')
print(markup, words, plain)
raise ValueError(markup + words)
"""


def test_values_that_look_like_markup_are_text_everywhere(stepper: Stepper, page: Page) -> None:
    stepper.open()
    stepper.write(MARKUP)
    stepper.at(1)
    stepper.ready()
    for step in range(2, 8):
        stepper.press("step_next")
        stepper.at(step)
    stepper.ready()
    page.locator("[data-testid='stPopoverButton']:visible").click()
    expect(page.locator(".cwm-given-text")).to_be_visible()
    body = page.locator("body").inner_text()
    assert "**bold** [link](javascript:alert(1)) $x^2$ :red[hot] `code`" in body
    assert page.title() != "1"
    assert page.locator(".stApp :is(img[src=x], .katex, a[href^=javascript])").count() == 0
    assert page.locator(".cwm-panel b:text-is('bold'), .cwm-given-text b:text-is('bold')").count() == 0
    assert not set(body) & set("\u202e\u2066\ufeff\x00\x1b")


UNREADABLE = [("def f(:\n    pass\n", "line 1, column 7"), ("", "The program is empty")]
HOSTILE = [
    ("while True:\n    pass\n", "The run was stopped after 1000 frames"),
    ("import sys\nsys.exit()\n", "sys.exit()"),
    ("x = open('/etc/passwd').read()\n", "PermissionError"),
]


def test_own_programs_end_in_a_message_and_the_app_still_serves(stepper: Stepper, page: Page) -> None:
    stepper.open()
    for code, words in UNREADABLE:
        stepper.write(code)
        expect(page.locator(".cwm-problem")).to_contain_text(words)
        expect(page.locator(".st-key-edit_code textarea")).to_have_value(code)
    for code, words in HOSTILE:
        stepper.write(code)
        expect(page.locator(".st-key-edit_code")).to_have_count(0)
        stepper.press("step_last")
        expect(page.locator(".cwm-note, .cwm-python").filter(has_text=words).first).to_be_visible()
    stepper.open(f"bug={BUG}&step={PARTING}")
    stepper.verdict("Bug caught")
