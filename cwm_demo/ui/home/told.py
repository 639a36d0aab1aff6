"""What came out of a scene, in the words that its data has for it. Knows no Streamlit."""

from __future__ import annotations

import re
from html import escape

from cwm_demo.programs.program import Case
from cwm_demo.render import highlight
from cwm_demo.rollout.step import Rollout, Step
from cwm_demo.ui.home.acts import Judge, Scene

# Every outcome that a judge can give; None stands for: the model has not answered.
OUTCOMES: dict[Judge, tuple[str, ...]] = {
    "step": ("match", "wrong", "caught", "missed", "unclear"),
    "run": ("all", "some"),
    "own": ("rejected", "passed", "none"),
    "opened": ("foreseen", "rejected", "passed", "none"),
}


def outcome(judge: Judge, rollout: Rollout, step: Step) -> str | None:
    """The key of what happened, None while there is no prediction."""
    if all(each.prediction is None for each in rollout.steps):
        return None
    if judge == "run":
        return "all" if greens(rollout) == len(rollout.steps) else "some"
    if judge == "step":
        if step.judgement in ("caught", "missed", "unclear"):
            return step.judgement
        return "match" if step.verdict == "match" else "wrong"
    key = {"wrong": "rejected", "right": "passed", "unknown": "none"}[rollout.imagined_answer]
    if judge == "opened" and key == "rejected" and rollout.imagined == _real(rollout):
        return "foreseen"
    return key


def told(scene: Scene, rollout: Rollout, step: Step, case: Case) -> str | None:
    """The sentence about what happened, as HTML; None while there is no prediction."""
    key = outcome(scene.judge, rollout, step)
    if key is None:
        return None
    return words(
        scene.outcomes[key],
        right=str(greens(rollout)),
        steps=str(len(rollout.steps)),
        said=_code(rollout.imagined),
        real=_code(_real(rollout)),
        check=_code(case.raises or case.returns),
    )


def words(text: str, **values: str) -> str:
    """Text of the data as HTML: `code` in backticks, and {names} replaced by `values`, which are HTML."""
    html = re.sub(r"`([^`]+)`", lambda match: f"<code>{match[1]}</code>", escape(text, quote=False))
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), html)


def greens(rollout: Rollout) -> int:
    return sum(step.verdict == "match" for step in rollout.steps)


def _real(rollout: Rollout) -> str | None:
    return rollout.truth.raised or rollout.truth.returned


def _code(text: str | None) -> str:
    return f"<code>{highlight.code(text)}</code>" if text is not None else "nothing"
