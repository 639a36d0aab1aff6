"""The row of marks, one for each step, under the panels."""

from __future__ import annotations

from cwm_demo.ui.marks import Mark

SHOWN_MARKS = 30  # of a longer run those around the current step are shown


def timeline(marks: tuple[Mark, ...], current: int) -> str:
    count = len(marks)
    first = min(max(0, current - SHOWN_MARKS // 2), max(0, count - SHOWN_MARKS))
    last = min(count, first + SHOWN_MARKS)
    items = "".join(_item(index, marks[index], current) for index in range(first, last))
    left = f'<span class="cwm-more">{first} ‹</span>' if first else ""
    right = f'<span class="cwm-more">› {count - last}</span>' if last < count else ""
    return (
        f'<div class="cwm-timeline">{left}<ol aria-label="verdicts of all steps">{items}</ol>{right}'
        f'<span class="cwm-count">step {current + 1} of {count}</span></div>'
    )


def _item(index: int, mark: Mark, current: int) -> str:
    here = ' aria-current="step"' if index == current else ""
    when = " cwm-ahead" if index > current else ""
    title = f"step {index + 1}: {mark.words}"
    return f'<li class="cwm-mark cwm-{mark.kind}{when}"{here} title="{title}">{mark.symbol}</li>'
