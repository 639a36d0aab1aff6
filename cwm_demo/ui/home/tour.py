"""The tour: all chapters in twenty minutes, one thing to do in each, with a bar that leads on.

A link with `tour=on` begins it, also in the middle; it goes on from page to page until it is left. What was
seen is kept in the session and ticked on Home.
"""

from __future__ import annotations

import streamlit as st

from cwm_demo.course.chapters import Chapter, load_course
from cwm_demo.render import highlight
from cwm_demo.ui.url import Place, to_query

MINUTES = 20
PARAMETER = "tour"
# The first step at which a bug in tally shows.
WITH_BUG = Place(bug="4:wrong-start-value", step=4)
STEPPER = "stepper"  # whose address says everything that it is in


def tour_bar(slug: str) -> None:
    """Notes that the page is seen and, on the tour, says what to do there and leads to the next stop."""
    stops = stops_of_the_tour()
    here = next((i for i, chapter in enumerate(stops) if chapter.slug == slug), None)
    if here is None:
        return
    seen().add(slug)
    if st.query_params.get(PARAMETER) == "on":
        st.session_state.on_tour = True
    if not st.session_state.get("on_tour"):
        return
    after = stops[here + 1] if here + 1 < len(stops) else None
    with st.container(key="cwm-tour-bar", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f"<p><b>Tour, stop {here + 1} of {len(stops)}</b> {highlight.plain(stops[here].tour)}</p>",
            width="stretch",
        )
        if after:
            link(after, f"Next stop: {after.number} · {after.title}", ":material/arrow_forward:")
        else:
            st.page_link("pages/home.py", label="The tour ends here: Home", icon=":material/home:")
        st.button("Leave the tour", key="tour_leave", type="tertiary", on_click=_leave)


def link(chapter: Chapter, label: str, icon: str | None = None) -> None:
    """A link to a stop of the tour."""
    query = to_query(Place()) if chapter.slug == STEPPER else {}
    st.page_link(chapter.page, label=label, icon=icon, query_params={**query, PARAMETER: "on"})


def stops_of_the_tour() -> list[Chapter]:
    return [chapter for chapter in load_course().values() if chapter.exists]


def seen() -> set[str]:
    """Slugs of the chapters that this visitor has opened."""
    return st.session_state.setdefault("seen_chapters", set())


def _leave() -> None:
    st.session_state.on_tour = False
    st.query_params.pop(PARAMETER, None)


# --- on Home ---


def tour() -> None:
    """The chapters, what to do in each on the tour, and how long each takes in full."""
    chapters, stops = list(load_course().values()), stops_of_the_tour()
    total = sum(chapter.minutes for chapter in chapters)
    st.html(
        f'<div class="cwm-home"><h2>The course</h2><p>{len(chapters)} chapters, {total} minutes in full. '
        f"The tour takes {MINUTES}: one thing to do in each, and a bar leads from stop to stop.</p></div>"
    )
    begun = [stop for stop in stops if stop.slug in seen()]
    onward = next((stop for stop in stops if stop.slug not in seen()), None)
    with st.container(key="cwm-ways", horizontal=True, gap="small"):
        if begun and onward:
            link(onward, f"Go on with {onward.number}", ":material/play_arrow:")
        if stops:
            link(stops[0], "Start the tour", ":material/play_arrow:")
        st.page_link(
            "pages/stepper.py",
            label="Step through a bug",
            icon=":material/bug_report:",
            query_params=to_query(WITH_BUG),
        )
    with st.container(key="cwm-tour", gap="small"):
        for chapter in chapters:
            _stop(chapter)


def _stop(chapter: Chapter) -> None:
    with st.container(key=f"cwm-stop-{chapter.number}", gap=None):
        title = f"{chapter.number} · {chapter.title}"
        if chapter.exists:
            st.page_link(chapter.page, label=title)
        else:
            st.html(f'<p class="cwm-not-there">{highlight.plain(title)} <small>(not there yet)</small></p>')
        ticked = " · ✓ seen" if chapter.slug in seen() else ""
        st.html(
            f'<p class="cwm-stop">{highlight.plain(chapter.tour)} '
            f"<small>{chapter.minutes} minutes in full{ticked}</small></p>"
        )
