"""The course without a mouse: Tab reaches whatever can be used, and shows where it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cwm_demo.course.chapters import Chapter, load_course
from tests.browser.screen import at_rest

CHAPTERS = [chapter for chapter in load_course().values() if chapter.exists]
MORE = 40  # stops that may come on top of what was counted, such as boxes that scroll

# Numbers what is seen and can be used, and notes at each Tab where the focus was and whether it showed:
# an outline, a shadow or a border that was not there before, on the element or close around it. All of it is
# done in the page: a Tab costs a key press and nothing else. A group of radio buttons is one stop.
# The page itself, which arrow keys scroll, is a stop that shows nothing: a frame around all of it would come
# with the first arrow key after a click.
WATCH = """() => {
  document.head.append(document.createElement("style"));
  document.head.lastChild.textContent = "* { transition: none !important; }";
  const usable = "a[href], button, input, select, textarea, summary, [tabindex], [role=slider]";
  const seen = (e) => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
  const free = (e) =>
    !e.disabled && e.tabIndex >= 0 && e.id !== "stMain" && !e.closest("[inert], [aria-hidden=true]");
  const stop = (e) => e.type === "radio" && e.name || (e.closest("[role=radiogroup]") ?? e).dataset.cwmStop;
  const look = (e) => {
    const style = getComputedStyle(e);
    return [style.outlineStyle === "none" ? "" : style.outline, style.boxShadow, style.borderColor].join();
  };
  const above = (e, steps) =>
    steps && e.parentElement ? [e.parentElement, ...above(e.parentElement, steps - 1)] : [];
  const around = (e) => [e, ...(e.closest("label")?.querySelectorAll("*") ?? []), ...above(e, 3)];
  const looks = (e) => around(e).map(look).join();
  const all = [...document.querySelectorAll(usable)].filter((e) => seen(e) && free(e));
  [...all, ...document.querySelectorAll("[role=radiogroup]")].forEach((e, i) => { e.dataset.cwmStop = i; });
  const before = new Map(all.map((e) => [e, looks(e)]));
  const walk = window.cwmWalk = {wanted: {}, reached: {}, unseen: []};
  all.forEach((e) => { walk.wanted[stop(e)] = e.outerHTML.slice(0, 160); });
  walk.note = () => {
    const e = document.activeElement;
    if (!e || e === document.body || !before.has(e)) return;
    if (before.get(e) === looks(e)) walk.unseen.push(e.outerHTML.slice(0, 160));
    walk.reached[stop(e)] = true;
  };
  window.addEventListener("keydown", walk.note, {capture: true});
  document.activeElement.blur();
  return Object.keys(walk.wanted).length;
}"""
OUTCOME = """() => {
  window.cwmWalk.note();
  const {wanted, reached, unseen} = window.cwmWalk;
  return {missed: Object.keys(wanted).filter((stop) => !reached[stop]).map((stop) => wanted[stop]), unseen};
}"""


@pytest.mark.parametrize("chapter", CHAPTERS, ids=[chapter.slug for chapter in CHAPTERS])
def test_tab_reaches_everything_and_shows_where_it_is(page: Page, app: str, chapter: Chapter) -> None:
    page.goto(f"{app}/{chapter.slug}")
    expect(page.locator(".st-key-cwm-way-on a").first).to_be_attached()
    at_rest(page)
    page.wait_for_timeout(500)  # what is fetched when it is first drawn
    count = page.evaluate(WATCH)
    assert count > 10
    for _ in range(count + MORE):
        page.keyboard.press("Tab")
    found = page.evaluate(OUTCOME)
    assert not found["missed"], found["missed"]
    assert not found["unseen"], found["unseen"]
