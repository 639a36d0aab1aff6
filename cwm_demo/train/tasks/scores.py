"""How well a model does tasks: fillings judged by runs, and answers held against the real values.

    scores = score_tasks(model, tokens, held_out, Judge())

`fill.pass_1` is the likeliest line alone. Of `samples` lines for each task, `sampled` is the share that
passes, `pass_k` the share of tasks where one at least does, and `best_k` where the line does that is picked
by running the shown checks alone: what someone without the hidden ones would hand in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from transformers import CwmForCausalLM

from cwm_demo.evaluate.answers import kind_of
from cwm_demo.evaluate.scores import Score
from cwm_demo.trace.text import Tokens
from cwm_demo.train.tasks.judge import Judge
from cwm_demo.train.tasks.task import SHOWN, Task, answer_document, prompt_ids
from cwm_demo.train.tasks.writer import Line, write_lines

SAMPLES = 8
TEMPERATURE = 0.8
OPERATORS = (" == ", " is ")
ANSWER_ROOM = 96  # tokens


def score_tasks(
    model: CwmForCausalLM,
    tokens: Tokens,
    tasks: Sequence[Task],
    judge: Judge,
    samples: int = SAMPLES,
    temperature: float = TEMPERATURE,
    seed: int = 0,
) -> dict[str, Any]:
    """Shares with their intervals, as JSON."""
    return {
        "fill": score_fillings(model, tokens, tasks, judge, samples, temperature, seed),
        "answers": score_answers(model, tokens, tasks),
    }


def score_fillings(
    model: CwmForCausalLM,
    tokens: Tokens,
    tasks: Sequence[Task],
    judge: Judge,
    samples: int = SAMPLES,
    temperature: float = TEMPERATURE,
    seed: int = 0,
) -> dict[str, Any]:
    """Without samples (0) the likeliest line alone."""
    prompts = [prompt_ids(tokens, task.prompt()) for task in tasks]
    likeliest = [lines[0] for lines in write_lines(model, tokens, prompts)]
    verdicts = judge.verdicts([(task, said(line)) for task, line in zip(tasks, likeliest)])
    first, outcomes, families = Score(), Counter(), defaultdict(Score)
    for task, verdict in zip(tasks, verdicts):
        first.add(verdict.passes)
        outcomes[verdict.outcome] += 1
        families[task.family].add(verdict.passes)
    found = {
        "pass_1": first.to_json(),
        "outcomes": dict(outcomes),
        "by_family": {name: score.to_json() for name, score in sorted(families.items())},
    }
    if not samples:
        return found
    written = write_lines(model, tokens, prompts, samples, temperature, seed)
    pairs = [(task, said(line)) for task, lines in zip(tasks, written) for line in lines]
    passes = [verdict.passes for verdict in judge.verdicts(pairs)]
    visible = [verdict.passes for verdict in judge.verdicts([(shown(task), text) for task, text in pairs])]
    sampled, any_of, best_of = Score(), Score(), Score()
    for begin in range(0, len(pairs), samples):
        of_task, seen = passes[begin : begin + samples], visible[begin : begin + samples]
        for passed in of_task:
            sampled.add(passed)
        any_of.add(any(of_task))
        best_of.add(of_task[seen.index(True) if True in seen else 0])
    return {
        **found,
        "samples": samples,
        "temperature": temperature,
        "sampled": sampled.to_json(),
        "pass_k": any_of.to_json(),
        "best_k": best_of.to_json(),
    }


def score_answers(model: CwmForCausalLM, tokens: Tokens, tasks: Sequence[Task]) -> dict[str, Any]:
    """What the last call of each program returns, asked as `evaluate` asks directly; every program once."""
    asked = list({task.source: task for task in tasks}.values())
    prompts = [prompt_ids(tokens, answer_document(task.source, task.calls[-1])) for task in asked]
    right, kinds = Score(), Counter()
    for task, lines in zip(asked, write_lines(model, tokens, prompts, room=ANSWER_ROOM)):
        kind = kind_of(answered(lines[0]), task.returns[-1])
        right.add(kind == "right")
        kinds[kind] += 1
    return {"right": right.to_json(), "kinds": dict(kinds)}


def shown(task: Task) -> Task:
    """The task with no other checks than those that a model sees."""
    return replace(task, calls=task.calls[:SHOWN], returns=task.returns[:SHOWN])


def said(line: Line) -> str:
    """A line that never ended is no answer."""
    return line.text if line.ended else ""


def answered(line: Line) -> str:
    """The value in what was written after `assert f(3)`."""
    operator = next((operator for operator in OPERATORS if line.text.startswith(operator)), None)
    return line.text.removeprefix(operator) if operator and line.ended else ""
