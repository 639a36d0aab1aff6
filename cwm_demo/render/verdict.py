"""The verdict panel: what the step's mark means, in a sentence, and apart from it the chip for the answer."""

from __future__ import annotations

from cwm_demo.predict.prediction import Prediction
from cwm_demo.render import highlight
from cwm_demo.render.effect import differing
from cwm_demo.render.marks import DERAILED, Mark, sign
from cwm_demo.render.panels import panel
from cwm_demo.rollout.step import Answer, Rollout, Step
from cwm_demo.trace.frame import Frame


def verdict(rollout: Rollout, step: Step, mark: Mark, status: str, before: str = "") -> str:
    """`before` is HTML on what was judged before this step was seen."""
    words = headline(step, mark)
    body = before + (
        f'<p class="cwm-headline">{sign(mark)} <b>{words}</b></p>'
        f'<p class="cwm-why">{why(rollout, step, mark, status)}</p>'
        f"{answers(rollout, step, known=bool(before), status=status)}"
    )
    return panel("verdict", "Verdict", "", body, f"cwm-edge-{mark.kind}")


def headline(step: Step, mark: Mark) -> str:
    """A few words, also for the bar at the bottom of a phone."""
    if step.verdict == "end" and mark.kind == "wrong":
        too_early = step.prediction is not None and step.prediction.ended
        return "Stopped too early" if too_early else "Stopped too late"
    return mark.words[0].upper() + mark.words[1:]


def why(rollout: Rollout, step: Step, mark: Mark, status: str) -> str:
    """One or two sentences; everything from a program or a model is escaped by the helpers below."""
    if step.prediction is None:
        return highlight.plain(status or "There is no prediction to judge.")
    if mark is DERAILED:
        return "Its own run and the real one parted earlier, so that their steps can’t be compared."
    said, happened, meant = step.prediction, step.actual, _at(rollout.intended.frames, step.index)
    match mark.words:
        case "guessed right" if rollout.read == "candidate" and rollout.parting is not None:
            return "It foresaw what this step does, bug and all. A green step is not a right program."
        case "guessed right":
            return "What it said is what Python did. A green step is not a right program."
        case "bug caught":
            return f"As meant: {_told(meant, happened)}. Really: {_told(happened, meant)}."
        case "bug missed":
            return (
                "It was shown the program as meant, and still said what the bug does. "
                f"As meant: {_told(meant, happened)}."
            )
        case "unclear":
            return (
                f"Here the bug first matters. As meant: {_told(meant, happened)}; "
                f"really: {_told(happened, meant)}; {_said(said, happened)}."
            )
        case "after the bug":
            return "Not judged: these steps start from values that the program as meant never has."
        case "beyond the model’s reach":
            return "Not judged: the run so far is longer than what the model can read at once."
    slip = (
        " The model slipped, no bug has shown yet." if step.judgement == "slip" and _has_bug(rollout) else ""
    )
    return f"{_difference(said, happened)}{slip}"


def _difference(said: Prediction, happened: Frame | None) -> str:
    if said.frame is None:
        return "It ended the run here, and Python went on." if said.ended else "What it wrote is not a step."
    if happened is None:
        return "It went on, and Python’s run had ended."
    return f"It said {_told(said.frame, happened)}; really {_told(happened, said.frame)}."


def _said(said: Prediction, happened: Frame | None) -> str:
    if said.frame is None and not said.ended:
        return "what it wrote is not a step"
    return f"it said: {_told(said.frame, happened)}"


def _has_bug(rollout: Rollout) -> bool:
    return rollout.intended.source != rollout.truth.source


def _at(frames: tuple[Frame, ...], index: int) -> Frame | None:
    return frames[index] if index < len(frames) else None


def _told(frame: Frame | None, other: Frame | None) -> str:
    """What sets `frame` apart from `other`, as short as it can be said."""
    if frame is None:
        return "the run ends"
    values = [
        f"<code>{highlight.plain(name)} = {highlight.code(frame.locals[name])}</code>"
        if name in frame.locals
        else f"no <code>{highlight.plain(name)}</code>"
        for name in sorted(differing(frame, other))
    ]
    same_line = other is not None and _same_line(frame, other)
    if other is not None and frame.stdout != other.stdout:
        values.append(f"prints <code>{highlight.plain(repr(frame.stdout))}</code>")
    if frame.value is not None and (
        other is None or frame.value != other.value or frame.event != other.event
    ):
        values.append(f"{_verb(frame)} <code>{highlight.code(frame.value)}</code>")
    if not same_line and frame.value is None:
        number = f"line {frame.line}, " if frame.line else ""
        values.append(f"{number}<code>{highlight.code(frame.source.strip())}</code> runs next")
    return ", ".join(values) or "the same"


def _same_line(one: Frame, other: Frame) -> bool:
    """By number where both have one: in the two programs the bug's line reads differently."""
    if one.line and other.line:
        return (one.event, one.line) == (other.event, other.line)
    return (one.event, one.source.strip()) == (other.event, other.source.strip())


def _verb(frame: Frame) -> str:
    return "raises" if frame.event == "exception" else "returns"


# --- the answer ---


def answers(rollout: Rollout, step: Step, known: bool = False, status: str = "") -> str:
    return f'<div class="cwm-answers">{"".join(answer_chips(rollout, step, known, status))}</div>'


def answer_chips(rollout: Rollout, step: Step, known: bool = False, status: str = "") -> list[str]:
    """The real answer, known once the last step is taken, and the model's own, when it ran on its own.
    With a `status` it is still at work."""
    unchecked = "the run was stopped" if rollout.truth.stopped else "no check for this call"
    known = known or step.index >= len(rollout.steps) - 1
    chips = [answer_chip("Answer", rollout.answer if known else None, unchecked)]
    if rollout.mode == "imagine" and step.prediction is not None:
        value = highlight.code(rollout.imagined) if rollout.imagined is not None else None
        said = f" <code>{value}</code>" if value else ""
        ended = "not at its end yet" if status else "its run came to no end"
        unchecked = "no check for this call" if value else ended
        chips.append(answer_chip(f"The model’s own answer{said}", rollout.imagined_answer, unchecked))
    return chips


def answer_chip(label: str, answer: Answer | None, unchecked: str) -> str:
    """`answer` is None before the end; `unchecked` says why an answer is neither right nor wrong. Its signs
    and colours are none of the marks': a right step is not a right answer."""
    words = {"right": "= right", "wrong": "≠ wrong", "unknown": f"({unchecked})", None: "… not known yet"}
    return f'<span class="cwm-answer cwm-answer-{answer}">{label} <b>{words[answer]}</b></span>'
