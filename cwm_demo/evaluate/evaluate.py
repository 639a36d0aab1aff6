"""Scores models on a suite, by the metrics of `docs/trace-format.md` (those of CWM's report).

    python -m cwm_demo evaluate catalogue
    python -m cwm_demo evaluate my_suite.jsonl --model models/cwm --json

In replay every frame is decoded freely from its start with the true frames before it given; in imagine mode
the model writes the whole trace; asked directly, it writes the value that the call returns and nothing else,
which any language model can be asked. Not covered: bug detection, which `python -m cwm_demo detect` measures.
"""

from __future__ import annotations

import ast
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cwm_demo.evaluate.answers import kind_of, reads_back
from cwm_demo.evaluate.scores import Score, Scores
from cwm_demo.evaluate.statements import before
from cwm_demo.evaluate.suites import Item
from cwm_demo.predict.prediction import DirectAnswer, DirectModel, Prediction, WorldModel
from cwm_demo.programs.program import marked
from cwm_demo.rollout.rollout import final_value
from cwm_demo.rollout.verdict import same_action, same_state, verdict
from cwm_demo.trace.frame import Frame, Trace
from cwm_demo.trace.text import encode

LENGTHS = (5, 10, 20, 50)  # upper ends of the buckets of trace length, in frames
# A rollout is stopped after this many frames for each of the run, and some more: one that goes round in a
# loop would write on to the end of the context.
IMAGINE_FRAMES, IMAGINE_MORE = 1.5, 10
MODES = ("replay", "imagine", "direct")

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
    of: int = 0  # programs in the suite
    n: int = 0  # programs scored
    finished: bool = False  # whether the suite was gone through to its end
    untraceable: Counter[str] = field(default_factory=Counter)  # reason -> programs counted apart
    beyond_reach: int = 0  # frames that don't fit the model's context, not scored
    beyond_context: int = 0  # programs whose trace doesn't fit the context: not asked to imagine it
    unanswerable: int = 0  # programs that return nothing that reads back: not asked directly
    total: Scores = field(default_factory=Scores)
    by_stratum: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_length: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_construct: dict[str, Scores] = field(default_factory=lambda: defaultdict(Scores))
    by_type: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))  # of changed values
    by_statement: dict[str, Scores] = field(
        default_factory=lambda: defaultdict(Scores)
    )  # replay alone, by what ran before a frame
    verdicts: Counter[str] = field(default_factory=Counter)  # replay
    failures: list[dict[str, Any]] = field(default_factory=list)  # first wrong frame of each program
    answers: Counter[str] = field(default_factory=Counter)  # kinds of direct answers
    answers_by_type: dict[str, Score] = field(
        default_factory=lambda: defaultdict(Score)
    )  # of what is returned
    wrong_answers: list[dict[str, Any]] = field(default_factory=list)  # asked directly
    programs: list[dict[str, Any]] = field(default_factory=list)  # how each program fared in each mode

    def to_json(self) -> dict[str, Any]:
        def table(scores: Mapping[str, Score | Scores]) -> dict[str, Any]:
            return {name: scores[name].to_json() for name in sorted(scores)}

        return {
            "suite": self.suite,
            "model": self.model,
            "of": self.of,
            "finished": self.finished,
            "n": self.n,
            "untraceable": dict(self.untraceable),
            "beyond_reach": self.beyond_reach,
            "beyond_context": self.beyond_context,
            "unanswerable": self.unanswerable,
            **self.total.to_json(),
            "verdicts": dict(self.verdicts),
            "by_stratum": table(self.by_stratum),
            "by_length": table(self.by_length),
            "by_construct": table(self.by_construct),
            "by_type": table(self.by_type),
            "by_statement": {name: scores["replay"] for name, scores in table(self.by_statement).items()},
            "failures": self.failures,
            "answers": dict(self.answers),
            "answers_by_type": {
                name: score.to_json() for name, score in sorted(self.answers_by_type.items())
            },
            "wrong_answers": self.wrong_answers,
            "programs": self.programs,
        }


def evaluate(
    items: Sequence[Item],
    world: WorldModel | None,
    run: Callable[[str], Trace],
    *,
    suite: str,
    model: str,
    direct: DirectModel | None = None,
    modes: Sequence[str] = MODES,
    max_frames: int = 200,
    seconds: float | None = None,
    on_item: Callable[[Evaluation], None] | None = None,
) -> Evaluation:
    """Run each program, ask the models in each of the modes, and count. `run` executes SOURCE.

    Programs that don't come to their own end within the limits are counted under `untraceable` by the
    reason, and traces of more than `max_frames` frames as "long". After `seconds` no further program is
    begun. `on_item` gets the result so far after each program.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    result = Evaluation(suite, model, of=len(items))
    for item in items:
        if deadline is not None and time.monotonic() > deadline:
            return result
        truth = run(marked(item.code, item.call))
        if truth.stopped or not truth.frames:
            result.untraceable[truth.stopped.reason if truth.stopped else "no frames"] += 1
        elif len(truth.frames) > max_frames:
            result.untraceable["long"] += 1
        else:
            _score(result, item, truth, world, direct, modes)
        if on_item:
            on_item(result)
    result.finished = True
    return result


def _score(
    result: Evaluation,
    item: Item,
    truth: Trace,
    world: WorldModel | None,
    direct: DirectModel | None,
    modes: Sequence[str],
) -> None:
    result.n += 1
    # None: not asked. `wrong_frames` counts in replay; `parts` is where the imagined trace leaves the run.
    record: dict[str, Any] = {
        "id": item.id,
        "frames": len(truth.frames),
        "wrong_frames": None,
        "imagined": None,
        "parts": None,
        "direct": None,
    }
    result.programs.append(record)
    tables = [result.total, result.by_length[_bucket(len(truth.frames))]]
    tables += [result.by_construct[name] for name in constructs(item.code)]
    if item.stratum:
        tables.append(result.by_stratum[item.stratum])
    imagined = None
    if world and "replay" in modes:
        predictions = world.replay(truth.source, truth.frames, complete=True)
        record["wrong_frames"] = _score_replay(result, tables, item, truth, predictions)
    if world and "imagine" in modes:
        if _fits(world, truth):
            limit = int(len(truth.frames) * IMAGINE_FRAMES) + IMAGINE_MORE
            written = world.imagine(truth.source, limit)
            record["imagined"] = imagined = _score_imagine(tables, truth, written)
            record["parts"] = _parts(written, truth)
        else:
            result.beyond_context += 1
    if direct and "direct" in modes and item.call:
        if reads_back(truth.returned):
            answer = direct.answer(item.code, item.call)
            record["direct"] = _score_direct(result, tables, item, truth, answer, imagined)
        else:
            result.unanswerable += 1


def _fits(world: WorldModel, truth: Trace) -> bool:
    """Whether the model could write this whole trace. Of a model that isn't here it is taken for granted."""
    checkpoint = getattr(world, "checkpoint", None)
    return checkpoint is None or len(encode(checkpoint.tokens, truth, world.style)) <= checkpoint.context


def _score_replay(
    result: Evaluation, tables: list[Scores], item: Item, truth: Trace, predictions: list[Prediction]
) -> int:
    """Count the frames, and say how many were wrong."""
    failed = 0
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
        for table in (*tables, result.by_statement[before(truth, index)]):
            table.replay["state_exact"].add(said is not None and same_state(said, frame))
            table.replay["action_exact"].add(said is not None and same_action(said, frame))
            table.replay["key_value"].hits += hits
            table.replay["key_value"].n += len(pairs)
        changed = dict(frame.delta) | ({"<value>": frame.value} if frame.value is not None else {})
        for name, value in changed.items():
            result.by_type[value_type(value)].add(said_pairs.get(name) == value)
        failed += kind != "match"
        if kind != "match" and failed == 1:
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
    return failed


def _parts(predictions: list[Prediction], truth: Trace) -> dict[str, Any] | None:
    """The first frame of an imagined trace that is not the run's, and what is wrong with it."""
    for index, prediction in enumerate(predictions):
        kind = verdict(prediction, truth.frames[index] if index < len(truth.frames) else None)
        if kind != "match":
            return {"frame": index, "verdict": kind}
    return None


def _score_imagine(tables: list[Scores], truth: Trace, predictions: list[Prediction]) -> bool:
    """Count a rollout, and say whether its output was right."""
    frames = [prediction.frame for prediction in predictions if prediction.frame]
    valid = bool(predictions) and predictions[-1].ended
    whole = (
        valid
        and len(frames) == len(truth.frames)
        and all(same_action(a, b) and same_state(a, b) for a, b in zip(frames, truth.frames))
    )
    passed = valid and final_value(frames) == final_value(truth.frames)
    for table in tables:
        table.imagine["output_pass"].add(passed)
        table.imagine["valid_format"].add(valid)
        table.imagine["whole_trace"].add(whole)
    return passed


def _score_direct(
    result: Evaluation,
    tables: list[Scores],
    item: Item,
    truth: Trace,
    answer: DirectAnswer,
    imagined: bool | None,
) -> bool:
    """Count an answer, and say whether it was right."""
    kind = kind_of(answer.text, truth.returned)
    result.answers[kind] += 1
    result.answers_by_type[value_type(truth.returned)].add(kind == "right")
    for table in tables:
        table.direct["output_pass"].add(kind == "right")
        if imagined is not None:
            table.direct["imagine_output_pass"].add(imagined)
    if kind != "right":
        wrong = {"id": item.id, "kind": kind, "expected": truth.returned, "said": answer.text}
        result.wrong_answers.append(wrong | {"problem": answer.problem})
    return kind == "right"


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
