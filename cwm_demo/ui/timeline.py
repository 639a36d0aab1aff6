"""The row of marks, one for each step, under the panels. Each leads to its step (assets/scripts/stepper.js).

Of a long run the marks around the current step are shown, and above them the whole run in narrow pieces.
"""

from __future__ import annotations

from collections.abc import Collection

from cwm_demo.render.marks import Mark

SHOWN_MARKS = 20
PIECES = 60  # of the whole run's overview
SEVERITY = ("bug", "lost", "wrong", "right", "after", "open")  # a piece has the colour of its first of these


def timeline(
    marks: tuple[Mark, ...], current: int, parting: int | None = None, halts: Collection[int] = ()
) -> str:
    """`parting` is the step at which the two runs part, `halts` those before which a breakpoint stops."""
    count = len(marks)
    first = min(max(0, current - SHOWN_MARKS // 2), max(0, count - SHOWN_MARKS))
    last = min(count, first + SHOWN_MARKS)
    items = "".join(
        _item(index, marks[index], current, index == parting, index in halts) for index in range(first, last)
    )
    left = f'<span class="cwm-more">{first} ‹</span>' if first else ""
    right = f'<span class="cwm-more">› {count - last}</span>' if last < count else ""
    overview = _overview(marks, current) if count > SHOWN_MARKS else ""
    return (
        f'<div class="cwm-timeline"><div class="cwm-marks">{overview}<div class="cwm-row">{left}'
        f'<ol aria-label="verdicts of all steps" data-roving="across">{items}</ol>{right}</div></div>'
        f'<span class="cwm-count" role="status">step {current + 1} of {count}</span></div>'
    )


def _item(index: int, mark: Mark, current: int, parts: bool, halts: bool) -> str:
    here = ' aria-current="step"' if index == current else ' tabindex="-1"'
    classes = f"cwm-mark cwm-{mark.kind}" + " cwm-ahead" * (index > current)
    classes += " cwm-parting" * parts + " cwm-halts" * halts
    words = f"step {index + 1}: {mark.words}" + "; here they part" * parts + "; breakpoint" * halts
    return (
        f'<li><button type="button" class="{classes}" data-step="{index}"{here} title="{words}" '
        f'aria-label="{words}">{mark.symbol}</button></li>'
    )


def _overview(marks: tuple[Mark, ...], current: int) -> str:
    """The whole run. A piece leads to its first step of the worst kind."""
    count, pieces = len(marks), min(PIECES, len(marks))
    html = []
    for piece in range(pieces):
        first, last = count * piece // pieces, count * (piece + 1) // pieces
        worst = min(range(first, last), key=lambda index: SEVERITY.index(marks[index].kind))
        here = first <= current < last
        focus = ' aria-current="true"' if here else ' tabindex="-1"'
        words = f"steps {first + 1} to {last}: {marks[worst].words}"
        html.append(
            f'<button type="button" class="cwm-{marks[worst].kind}" data-step="{worst}"{focus} '
            f'title="{words}" aria-label="{words}"></button>'
        )
    labelled = 'role="group" aria-label="the whole run"'
    return f'<div class="cwm-overview" data-roving="across" {labelled}>{"".join(html)}</div>'
