"""A whole run with what was said about it, as plain data: lines, steps, rows and words, all of it text.

    data = run_data(rollout, title="Tally", world="models/cwm", text="models/standard")
    json.dumps(data)

The lab draws its table from it (run_table.py), and the page to take away holds it (standalone.py). Knows no
Streamlit and no HTML: whoever draws the text escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.predict.unusual import unusual
from cwm_demo.render import highlight
from cwm_demo.render.effect import before, differing, rows
from cwm_demo.render.marks import Mark, marks
from cwm_demo.render.panels import call_line, current_line, heading, world_given
from cwm_demo.render.scale import percent
from cwm_demo.render.verdict import answer_chips, headline, why
from cwm_demo.rollout.step import Rollout, Step
from cwm_demo.trace.frame import START_OF_TRACE, Frame

TAG = re.compile(r"<[^>]*>")
NOTES = {"same": "set again, same value", "deleted": "deleted", "new": "new"}


def run_data(rollout: Rollout, *, title: str, world: str, text: str) -> dict[str, Any]:
    """`world` and `text` name the models that were asked."""
    stopped = rollout.truth.stopped
    data = {
        "title": title,
        "models": {"world": world, "text": text},
        "given": words(world_given(rollout)),
        "mode": rollout.mode,
        "parting": rollout.parting,
        "lines": _lines(rollout),
        "guesses": _guesses(rollout),
        "steps": [_step(rollout, step, mark) for step, mark in zip(rollout.steps, marks(rollout))],
        "stopped": stopped.message if stopped else None,
    }
    return _visible(data)


def words(html: str) -> str:
    """The text of our own HTML, in which everything from outside is escaped."""
    return unescape(TAG.sub("", html))


def _visible(data: Any) -> Any:
    """The same with a code in the place of each character that can't be seen."""
    if isinstance(data, str):
        return highlight.visible(data)
    if isinstance(data, Mapping):
        return {key: _visible(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_visible(value) for value in data]
    return data


def _lines(rollout: Rollout) -> list[dict[str, Any]]:
    """The program that ran, by parts of speech, and beside a line with the bug what was meant."""
    meant = rollout.intended.source.split("\n")
    found = []
    for number, parts in enumerate(highlight.parts_of_speech(rollout.truth.source.rstrip("\n")), 1):
        line = "".join(text for _, text in parts)
        other = meant[number - 1] if number <= len(meant) else line
        found.append(
            {
                "parts": [part for part in parts if part[1].strip() != START_OF_TRACE],
                "meant": other.strip() if other != line else None,
            }
        )
    return found


def _guesses(rollout: Rollout) -> dict[str, Any]:
    """What the text model said of each line that was asked about: at every visit the same."""
    found = {}
    for step in rollout.steps:
        line = step.current.line if step.current else call_line(rollout)
        if step.standard and line:
            found[str(line)] = _guess(step.standard, of_a_line=step.current is not None)
    return found


def _guess(guess: LineGuess, of_a_line: bool) -> dict[str, Any]:
    """The call itself stands in no file that the model has read, so it is not said how unusual it is."""
    return {
        "line": _code(guess.line),
        "confidence": unescape(percent(guess.probability)),
        "others": [[_code(line), unescape(percent(p))] for line, p in guess.alternatives[:3]],
        "unusual": unusual(guess)[0] if of_a_line else None,
        "bits": f"{guess.surprise:.1f} bits over {guess.tokens} tokens" if of_a_line else None,
    }


def _code(line: str) -> str:
    return line.strip().removesuffix(START_OF_TRACE).rstrip() or "(an empty line)"


def _step(rollout: Rollout, step: Step, mark: Mark) -> dict[str, Any]:
    line = step.current.line if step.current else call_line(rollout)
    prediction = step.prediction
    wrong = differing(prediction.frame, step.actual) if prediction else frozenset()
    return {
        "line": current_line(rollout, step),
        "asked": line,  # the line that the text model was asked about
        "kind": mark.kind,
        "symbol": mark.symbol,
        "words": mark.words,
        "headline": headline(step, mark),
        "why": words(why(rollout, step, mark, "")),
        "does": heading(step, "does"),
        "ran": heading(step, "ran"),
        "python": told(step.actual, before(step), wrong) if step.actual else None,
        "world": _world(prediction, step, wrong),
        "answers": [words(chip) for chip in answer_chips(rollout, step)],
    }


def _world(prediction: Prediction | None, step: Step, wrong: frozenset[str]) -> dict[str, Any]:
    if prediction is None:
        return {"missing": "It gave no prediction for this step."}
    said: dict[str, Any] = {"confidence": unescape(percent(prediction.probability))}
    if prediction.frame:
        return said | told(prediction.frame, before(step), wrong)
    if prediction.ended:
        return said | {"missing": "The run ends here."}
    if not prediction.asked:
        return {"missing": "Beyond the model’s reach: the run so far is longer than it can read."}
    problem = prediction.problem or "it wrote nothing"
    return said | {"missing": f"Its answer can’t be read: {problem}.", "wrote": prediction.text}


def told(frame: Frame, earlier: Frame | None, wrong: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What a frame, real or predicted, says happened. A row is name, old value, new value, note, differs."""
    every = rows(frame, earlier)
    shown = [row for row in every if row.kind != "untouched" or row.name in wrong]
    return {
        "rows": [[row.name, row.old, row.new, NOTES.get(row.kind, ""), row.name in wrong] for row in shown],
        "untouched": [[row.name, row.new] for row in every if row not in shown],
        "prints": frame.stdout or None,
        "next": _next(frame),
    }


def _next(frame: Frame) -> list[Any]:
    """A word, a line's number if there is one, and code: what comes after."""
    if frame.event in ("return", "exception"):
        return ["returns" if frame.event == "return" else "raises", None, frame.value or "None"]
    return ["steps into" if frame.event == "call" else "runs next", frame.line, frame.source.strip()]
