"""The very text that each model was given for a step, token by token, and how sure it was of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cwm_demo.predict.prediction import Prediction
from cwm_demo.render import highlight
from cwm_demo.render.panels import call_line
from cwm_demo.render.scale import percent
from cwm_demo.rollout.question import question
from cwm_demo.rollout.step import Rollout, Step
from cwm_demo.trace.frame import Frame
from cwm_demo.trace.text import (
    ACTION_SEP,
    ARG_SEP,
    FRAME_SEP,
    Tokens,
    frame_ids,
    source_document_ids,
    source_ids,
)

MOST = 1_500  # tokens shown; of a longer context the frames in the middle are left out
SURE = 0.9  # a token of less is shown with its number
KINDS = {
    "special": "separators",
    "source": "source",
    "values": "values of the variables",
    "line": "line of the frame",
    "result": "what is returned or raised",
}


def given_text_model(tokens: Tokens, rollout: Rollout, step: Step) -> str:
    """The lines above the one about to run."""
    line = (step.current.line if step.current else call_line(rollout)) or 1
    above = "".join(text + "\n" for text in rollout.truth.source.split("\n")[: line - 1])
    return _tokens(kinds(tokens, source_document_ids(tokens, above, end=False)))


def given_world_model(tokens: Tokens, rollout: Rollout, step: Step) -> str:
    """The program that it was shown, and the frames before the step: real ones, or its own."""
    put = question(rollout.intended, rollout.truth, rollout.read)
    frames = put.draft[: step.index]
    if rollout.mode == "imagine":
        said = [each.prediction for each in rollout.steps[: step.index]]
        frames = tuple(each.frame for each in said if each and each.frame)
    ids = source_ids(tokens, put.source)
    kept, left_out = _that_fit(tokens, frames, MOST - len(ids))
    html = _tokens(kinds(tokens, ids))
    if left_out:
        html += f'<p class="cwm-quiet">… {left_out} frames are left out here …</p>'
    return html + _tokens(kinds(tokens, [token for frame in kept for token in frame], "values"))


def _that_fit(tokens: Tokens, frames: Sequence[Frame], room: int) -> tuple[list[list[int]], int]:
    """The last frames that fit in `room` tokens, and how many don't."""
    kept: list[list[int]] = []
    for frame in reversed(frames):
        ids = frame_ids(tokens, frame)
        room -= len(ids)
        if room < 0:
            break
        kept.insert(0, ids)
    return kept, len(frames) - len(kept)


def kinds(tokens: Tokens, ids: Iterable[int], kind: str = "source") -> list[tuple[str, str]]:
    """Each token's kind, by the separators before it, and its text."""
    found = []
    after = {ACTION_SEP: "line", ARG_SEP: "result", FRAME_SEP: "values"}
    for token in ids:
        name = tokens.special_names.get(token)
        found.append(("special", name) if name else (kind, tokens.decode([token])))
        kind = after.get(name, kind) if name else kind
    return found


def _tokens(found: list[tuple[str, str]]) -> str:
    if not found:
        return ""
    spans = "".join(f'<span class="cwm-t-{kind}">{_shown(text)}</span>' for kind, text in found)
    return f'<pre class="cwm-tokens">{spans}</pre>'


def _shown(text: str) -> str:
    """A token's text; a line's end is seen, and ends the line."""
    return highlight.plain(text).replace("\n", '<i aria-hidden="true">↵</i>\n')


def legend() -> str:
    items = "".join(f'<span class="cwm-t-{kind}">{words}</span> ' for kind, words in KINDS.items())
    return f'<p class="cwm-tokens cwm-legend">{items}</p>'


def written(prediction: Prediction) -> str:
    """What the world model wrote, each token with its confidence where it wasn't sure."""
    if not prediction.tokens:
        return '<p class="cwm-quiet">No confidence by token is known for this answer.</p>'
    html = []
    for text, p in prediction.tokens:
        unsure = "" if p >= SURE else f"<small>{percent(p)}</small>"
        classes = "cwm-sure" if p >= SURE else "cwm-unsure"
        html.append(f'<span class="{classes}" title="{percent(p)}">{_shown(text)}{unsure}</span>')
    return f'<pre class="cwm-tokens cwm-written">{"".join(html)}</pre>'
