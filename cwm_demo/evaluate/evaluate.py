"""Scores a world model on a suite, by the metrics of `docs/trace-format.md` (those of CWM's report).

    python -m cwm_demo evaluate catalogue
    python -m cwm_demo evaluate my_suite.jsonl --model models/cwm --json

In replay every frame is decoded freely from its start with the true frames before it given; in imagine mode
the model writes the whole trace. Not covered: the text model (it predicts no frames), and bug detection,
which `python -m cwm_demo check` counts.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cwm_demo.evaluate.scores import Score, Scores
from cwm_demo.evaluate.suites import Item
from cwm_demo.predict.prediction import Prediction, WorldModel
from cwm_demo.programs.program import marked
from cwm_demo.rollout.rollout import final_value
from cwm_demo.rollout.verdict import same_action, same_state, verdict
from cwm_demo.trace.frame import Frame, Trace

LENGTHS = (5, 10, 20, 50)  # upper ends of the buckets of trace length, in frames
IMAGINE_SLACK = 1.5  # a rollout may be this much longer than the run before it is stopped

CONSTRUCTS: dict[str, tuple[type[ast.AST], ...]] = {
    "if": (ast.If, ast.IfExp),
    "for": (ast.For,),
    "while": (ast.While,),
    "try": (ast.Try, ast.Raise),
    "class": (ast.ClassDef,),
    "comprehension": (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "nested function": (ast.Nonlocal, ast.Lambda),
    "generator": (ast.Yield, ast.YieldFrom),
    "subscript": (ast.Subscript,),
    "string formatting": (ast.JoinedStr,),
    "method call": (ast.Attribute,),
}


@dataclass(slots=True)
class Evaluation:
    """What was measured on a suite. `to_json` is the contract of `evaluate --json`."""

    suite: str
    model: str
    n: int = 0  # programs scored
    untraceable: Counter[str] = field(default_factory=Counter)  # reason -> programs counted apart
    beyond_reach: int = 0  # frames that don't fit the model's context, not scored
    total: Scores = field(default_factory=Scores)
    by_stratum: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_length: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_construct: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_type: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))  # of changed values
    verdicts: Counter[str] = field(default_factory=Counter)  # replay
    failures: list[dict[str, Any]] = field(default_factory=list)  # first wrong frame of each program

    def to_json(self) -> dict[str, Any]:
        def table(scores: dict[str, Scores]) -> dict[str, Any]:
            return {name: scores[name].to_json() for name in sorted(scores)}

        return {
            "suite": self.suite,
            "model": self.model,
            "n": self.n,
            "untraceable": dict(self.untraceable),
            "beyond_reach": self.beyond_reach,
            **self.total.to_json(),
            "verdicts": dict(self.verdicts),
            "by_stratum": table(self.by_stratum),
            "by_length": table(self.by_length),
            "by_construct": table(self.by_construct),
            "by_type": {name: score.to_json() for name, score in sorted(self.by_type.items())},
            "failures": self.failures,
        }


def evaluate(
    items: Iterable[Item],
    world: WorldModel,
    run: Callable[[str], Trace],
    *,
    suite: str,
    model: str,
    max_tokens_frames: int = 200,
) -> Evaluation:
    """Run each program, ask the model in both modes, and count. `run` executes SOURCE and returns its trace.

    Programs that don't come to their own end within the limits are counted under `untraceable` by the
    reason, and traces of more than `max_tokens_frames` frames as "long".
    """
    result = Evaluation(suite, model)
    for item in items:
        truth = run(marked(item.code, item.call))
        if truth.stopped or not truth.frames:
            result.untraceable[truth.stopped.reason if truth.stopped else "no frames"] += 1
            continue
        if len(truth.frames) > max_tokens_frames:
            result.untraceable["long"] += 1
            continue
        result.n += 1
        tables = [result.total, result.by_length[_bucket(len(truth.frames))]]
        tables += [result.by_construct[name] for name in constructs(item.code)]
        if item.stratum:
            tables.append(result.by_stratum[item.stratum])
        _score_replay(result, tables, item, truth, world.replay(truth.source, truth.frames, complete=True))
        limit = int(len(truth.frames) * IMAGINE_SLACK) + 5
        _score_imagine(tables, truth, world.imagine(truth.source, limit))
    return result


def _score_replay(
    result: Evaluation, tables: list[Scores], item: Item, truth: Trace, predictions: list[Prediction]
) -> None:
    failed = False
    for index, (frame, prediction) in enumerate(zip(truth.frames, predictions)):
        if not prediction.asked:
            result.beyond_reach += len(truth.frames) - index
            break
        said = prediction.frame
        kind = verdict(prediction, frame)
        result.verdicts[kind] += 1
        pairs = _pairs(frame)
        said_pairs = _pairs(said) if said else {}
        hits = sum(said_pairs.get(name) == value for name, value in pairs.items())
        for table in tables:
            table.replay["state_exact"].add(said is not None and same_state(said, frame))
            table.replay["action_exact"].add(said is not None and same_action(said, frame))
            table.replay["key_value"].hits += hits
            table.replay["key_value"].n += len(pairs)
        changed = dict(frame.delta) | ({"<value>": frame.value} if frame.value is not None else {})
        for name, value in changed.items():
            result.by_type[value_type(value)].add(said_pairs.get(name) == value)
        if kind != "match" and not failed:
            failed = True
            result.failures.append(
                {
                    "id": item.id,
                    "frame": index,
                    "verdict": kind,
                    "expected": frame.to_json(),
                    "predicted": said.to_json() if said else None,
                    "problem": prediction.problem,
                }
            )


def _score_imagine(tables: list[Scores], truth: Trace, predictions: list[Prediction]) -> None:
    frames = [prediction.frame for prediction in predictions if prediction.frame]
    valid = bool(predictions) and predictions[-1].ended
    whole = (
        valid
        and len(frames) == len(truth.frames)
        and all(same_action(a, b) and same_state(a, b) for a, b in zip(frames, truth.frames))
    )
    for table in tables:
        table.imagine["output_pass"].add(valid and final_value(frames) == final_value(truth.frames))
        table.imagine["valid_format"].add(valid)
        table.imagine["whole_trace"].add(whole)


def _pairs(frame: Frame) -> dict[str, str]:
    """The name/value pairs of a frame; what it returns or raises and what was printed count as pairs."""
    pairs = dict(frame.locals)
    if frame.value is not None:
        pairs["<value>"] = frame.value
    if frame.stdout:
        pairs["<stdout>"] = frame.stdout
    return pairs


def _bucket(frames: int) -> str:
    low = 1
    for high in LENGTHS:
        if frames <= high:
            return f"{low:02}-{high:02}"
        low = high + 1
    return f"{low}+"


def constructs(code: str) -> list[str]:
    """Names of the constructs that a program uses; recursion is a function that names itself."""
    tree = ast.parse(code)
    nodes = list(ast.walk(tree))
    found = [name for name, types in CONSTRUCTS.items() if any(isinstance(node, types) for node in nodes)]
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == node.name
            for inner in ast.walk(node)
        ):
            return [*found, "recursion"]
    return found


def value_type(text: str) -> str:
    """The type that the `repr` text of a value shows: int, str, list, ... or "other"."""
    try:
        return type(ast.literal_eval(text)).__name__
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return "other"
