"""The mark that a step gets on the timeline and in the program's margin: a shape, a colour and a word.

Shape and word say the same as the colour, for whoever can't tell the colours apart. Families that mean
different things share neither: the model was right, the model was wrong, the bug showed, not judged.
"""

from __future__ import annotations

from dataclasses import dataclass

from cwm_demo.rollout.step import Rollout, Step


@dataclass(frozen=True, slots=True)
class Mark:
    kind: str  # names the colour in assets/styles/tokens.css
    symbol: str
    words: str


RIGHT = Mark("right", "✓", "guessed right")
CAUGHT = Mark("bug", "✗", "bug caught")
MISSED = Mark("lost", "○", "bug missed")
UNCLEAR = Mark("lost", "?", "unclear")
AFTER = Mark("after", "▫", "after the bug")
DERAILED = Mark("after", "▫", "after the first difference")
UNASKED = Mark("after", "–", "beyond the model’s reach")
COVERED = Mark("after", "·", "not judged: Python is covered")
OPEN = Mark("open", "·", "no prediction")
WRONG = {
    "line": Mark("wrong", "△", "different line"),
    "state": Mark("wrong", "△", "different values"),
    "end": Mark("wrong", "△", "stopped too early or too late"),
    "invalid": Mark("wrong", "△", "unreadable prediction"),
}
JUDGED = {"caught": CAUGHT, "missed": MISSED, "unclear": UNCLEAR}


def marks(rollout: Rollout) -> tuple[Mark, ...]:
    """The mark of every step."""
    derailed = first_difference(rollout)
    return tuple(
        DERAILED if derailed is not None and step.index > derailed else mark(step) for step in rollout.steps
    )


def mark(step: Step) -> Mark:
    if step.prediction is None:
        return OPEN
    if step.verdict is None:
        return UNASKED
    if step.judgement == "after":
        return AFTER
    if step.judgement in JUDGED:
        return JUDGED[step.judgement]
    return WRONG.get(step.verdict, RIGHT)


def first_difference(rollout: Rollout) -> int | None:
    """Where a run that the model imagined on its own leaves the real one; what follows can't be compared."""
    if rollout.mode == "replay":
        return None
    return next((s.index for s in rollout.steps if s.verdict not in (None, "match")), None)


def next_red(all_marks: tuple[Mark, ...], after: int) -> int | None:
    """The next step that is neither green nor grey; from the last one it starts again at the first."""
    red = [i for i, mark in enumerate(all_marks) if mark.kind in ("bug", "lost", "wrong")]
    return next((i for i in red if i > after), red[0] if red else None)


def sign(mark: Mark | None) -> str:
    """The mark as HTML; an empty place for none."""
    if mark is None:
        return '<span class="cwm-mark"></span>'
    return f'<span class="cwm-mark cwm-{mark.kind}" title="{mark.words}">{mark.symbol}</span>'
