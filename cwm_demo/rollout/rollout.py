"""Joins a program's runs and the models' predictions into steps with verdicts. Asks and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.programs.program import Case
from cwm_demo.rollout.answer import answer, answer_to
from cwm_demo.rollout.question import shown_lines
from cwm_demo.rollout.step import Mode, Read, Rollout, Step
from cwm_demo.rollout.verdict import judgement, parting, verdict
from cwm_demo.trace.frame import START_OF_TRACE, Frame, Trace


def rollout(
    intended: Trace,
    truth: Trace,
    case: Case | None,
    *,
    mode: Mode,
    read: Read,
    predictions: Sequence[Prediction] | None,
    guesses: Mapping[int, LineGuess] | None,
) -> Rollout:
    """The steps of the candidate's run `truth`.

    `predictions` answer `question(intended, truth, read)`: in replay one for each frame of its draft (and
    one for the end of a complete run); in imagine mode the model's own trace from its source. `guesses`
    are the text model's, by line of the candidate's source. Both are None while there is no model.
    """
    part = parting(intended, truth)
    shown = intended.source if read == "intended" else truth.source
    happened = shown_lines(truth.frames, shown)
    meant = shown_lines(intended.frames, shown)
    marked_line = _marked_line(shown)

    steps: list[Step] = []
    derailed = False  # on its own, nothing that follows the first difference stands beside its frame
    for index in range(_step_count(truth, part, predictions)):
        prediction = _at(predictions, index)
        expected = _at(happened, index)
        said, judged = None, None
        if prediction is not None and prediction.asked:
            said = verdict(prediction, expected)
            judged = judgement(index, part, prediction, _at(meant, index), expected)
        if derailed:
            judged = "after"
        elif mode == "imagine" and said not in (None, "match"):
            derailed = True
        current = truth.frames[index - 1] if 0 < index <= len(truth.frames) else None
        line = current.line if current else marked_line if index == 0 else None
        steps.append(
            Step(
                index=index,
                current=current,
                credited=_credited(truth.frames, index),
                actual=_at(truth.frames, index),
                prediction=prediction,
                verdict=said,
                judgement=judged if read == "intended" else None,
                standard=guesses.get(line) if guesses and line else None,
            )
        )
    imagined = _imagined(predictions, mode)
    return Rollout(
        mode=mode,
        read=read,
        steps=tuple(steps),
        parting=part,
        truth=truth,
        intended=intended,
        imagined=imagined,
        answer=answer(case, truth),
        imagined_answer=answer_to(case, imagined),
    )


def _marked_line(source: str) -> int | None:
    """Number of the line that starts the trace, None in a module program."""
    lines = source.split("\n")
    return next((n for n, line in enumerate(lines, 1) if line.rstrip().endswith(START_OF_TRACE)), None)


def _at(items: Sequence | None, index: int):
    return items[index] if items is not None and index < len(items) else None


def _step_count(truth: Trace, part: int | None, predictions: Sequence[Prediction] | None) -> int:
    """A step for each frame, and for what is predicted or meant beyond the run's end."""
    count = len(truth.frames)
    if part == count:
        count += 1
    for index, prediction in enumerate(predictions or ()):
        if index >= count and prediction.frame is not None and truth.complete:
            count = index + 1
    return count


def _credited(frames: Sequence[Frame], index: int) -> Frame | None:
    """The frame whose line did what frame `index` shows: the one before it in the same activation."""
    if index >= len(frames) or frames[index].event == "call":
        return None
    activation = frames[index].activation
    for frame in reversed(frames[:index]):
        if frame.activation == activation:
            return frame if frame.event != "call" else None
    return None


def final_value(frames: Sequence[Frame]) -> str | None:
    """What the entry gave back or raised, by its frames alone; None when it did neither.

    Only one activation at depth 0 can be the entry: a marked `list(g(3))` has frames of `g` only, and
    what `list` made of them is in no frame.
    """
    ends = [frame for frame in frames if frame.depth == 0 and frame.event in ("return", "exception")]
    if not ends or frames[-1] is not ends[-1]:
        return None
    if frames[0].event != "call" or frames[0].function == "__init__":
        return None
    begun = sum(frame.depth == 0 and frame.event == "call" for frame in frames)
    return ends[-1].value if begun == 1 else None


def _imagined(predictions: Sequence[Prediction] | None, mode: Mode) -> str | None:
    """The final value the world model predicts. In replay that is the value in its last frame."""
    frames = [prediction.frame for prediction in predictions or () if prediction.frame]
    if not frames or (mode == "imagine" and not predictions[-1].ended):
        return None
    return final_value(frames)
