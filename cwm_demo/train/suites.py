"""Writes the suites that models are scored on, as JSON Lines for `cwm_demo.evaluate.suites`.

    python -m cwm_demo corpus assets/suites/generated.jsonl --suite generated --documents 300
    python -m cwm_demo corpus assets/suites/drills.jsonl --suite drills --documents 200
    python -m cwm_demo corpus assets/suites/mbpp-test.jsonl --suite mbpp-test

`generated` and `drills` come from seeds that no corpus uses, in equal parts from each stratum, near copies of
the catalogue and of MBPP's test functions left out. `mbpp-test` is the first call of every test task.
"""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from cwm_demo.programs.program import marked
from cwm_demo.trace.text import Tokens, encode
from cwm_demo.train import mbpp
from cwm_demo.train.drills import write_drill, write_sums
from cwm_demo.train.generate import STRATA, generate
from cwm_demo.train.generate.values import literal
from cwm_demo.train.holdout import Holdout
from cwm_demo.train.runs import run, worth_learning

Writer = Callable[[random.Random], tuple[str, list[str]]]  # gives a program, and a call of it or none
WRITERS: dict[str, dict[str, Writer]] = {
    "generated": {stratum: partial(generate, stratum=stratum, calls=1) for stratum in STRATA},
    "drills": {"drills": partial(write_drill, calls=1), "sums": partial(write_sums, calls=1)},
}


def write(path: Path, rows: Iterator[dict[str, str]]) -> int:
    """Write a suite and return how many programs it has."""
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def written(
    writers: Mapping[str, Writer], count: int, seed: int, tokens: Tokens, context: int, holdout: Holdout
) -> Iterator[dict[str, str]]:
    """`count` programs with one call each, in equal parts by each of the writers."""
    for stratum, writer in writers.items():
        rng = random.Random(f"suite/{seed}/{stratum}")
        number = 0
        while number < count // len(writers):
            source, calls = writer(rng)
            if not calls or not holdout.allows(source):
                continue
            trace = run(marked(source, calls[0]))
            if worth_learning(trace, rng) or len(encode(tokens, trace)) > context:
                continue
            entry, arguments = split_call(calls[0])
            row = {"id": f"{stratum}-{number:03}", "code": source, "entry": entry, "input": arguments}
            if trace.returned is not None:
                row["output"] = trace.returned
            yield row | {"stratum": stratum}
            number += 1


def mbpp_test(path: Path) -> Iterator[dict[str, str]]:
    """The first call of each task of MBPP's test split; `output` where it is reached within the limits."""
    for task in mbpp.load(path, mbpp.TEST):
        arguments = ", ".join(literal(argument) for argument in task.arguments[0])
        trace = run(marked(task.source, f"{task.entry}({arguments})"))
        row = {"id": f"mbpp-{task.number}", "code": task.source, "entry": task.entry, "input": arguments}
        yield row | ({"output": trace.returned} if trace.returned is not None else {})


def split_call(call: str) -> tuple[str, str]:
    """`"Box(2).get(1, 'a')"` as what is called, `"Box(2).get"`, and the text of its arguments."""
    node = ast.parse(call, mode="eval").body
    if not isinstance(node, ast.Call):
        raise ValueError(f"not a call: {call!r}")
    function = ast.get_source_segment(call, node.func)
    return function, call[len(function) + 1 : -1]
