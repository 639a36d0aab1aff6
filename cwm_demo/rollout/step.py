"""A rollout: one run of a program, step by step, with what both models said about each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.trace.frame import Frame, Trace

Mode = Literal["replay", "imagine"]
Read = Literal["intended", "candidate"]
Answer = Literal["right", "wrong", "unknown"]
Verdict = Literal["match", "line", "state", "end", "invalid"]
Judgement = Literal["slip", "caught", "missed", "unclear", "after"]


@dataclass(frozen=True, slots=True)
class Step:
    """Step `index` predicts, and then reveals, frame `index` of the run."""

    index: int
    current: Frame | None  # the frame before in time: its line is about to run; None before the call
    credited: Frame | None  # the line whose effect frame `index` shows: the last one of its activation
    actual: Frame | None  # None when the run had already ended
    prediction: Prediction | None  # None while there is no model
    verdict: Verdict | None  # None without a prediction
    judgement: Judgement | None  # None where there is nothing to judge, and whenever the candidate is read
    standard: LineGuess | None  # the text model on the line of `current`

    def to_json(self) -> dict[str, Any]:
        prediction, standard = self.prediction, self.standard
        return {
            "index": self.index,
            "actual": self.actual.to_json() if self.actual else None,
            "predicted": prediction.frame.to_json() if prediction and prediction.frame else None,
            "verdict": self.verdict,
            "judgement": self.judgement,
            "probability": prediction.probability if prediction else None,
            "problem": prediction.problem if prediction else None,
            "standard": {
                "line": standard.line,
                "probability": standard.probability,
                "surprise": standard.surprise,
            }
            if standard
            else None,
        }


@dataclass(frozen=True, slots=True)
class Rollout:
    """A candidate's run joined with the predictions about it."""

    mode: Mode
    read: Read  # which program the world model was shown
    steps: tuple[Step, ...]
    parting: int | None  # index of the first frame in which the candidate's run leaves the intended one
    truth: Trace  # the candidate's run
    intended: Trace
    imagined: str | None  # the final value (or "Error: message") that the world model predicts
    answer: Answer  # the candidate's run against the program's checks
    imagined_answer: Answer  # what the world model predicts against the same checks

    def to_json(self) -> dict[str, Any]:
        return {
            "mode": self.mode,
            "read": self.read,
            "parting": self.parting,
            "steps": [step.to_json() for step in self.steps],
            "returned": self.truth.returned,
            "raised": self.truth.raised,
            "stopped": self.truth.stopped.to_json() if self.truth.stopped else None,
            "imagined": self.imagined,
            "answer": self.answer,
            "imagined_answer": self.imagined_answer,
        }
