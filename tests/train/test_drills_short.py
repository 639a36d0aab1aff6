"""The shortest programs about conditions, containers and calls: they run, and do what they are there for."""

from __future__ import annotations

import ast
import random
import re
from collections import Counter
from itertools import pairwise

import pytest

from cwm_demo.evaluate.statements import before
from cwm_demo.programs.program import marked
from cwm_demo.trace.text import Tokens, encode
from cwm_demo.train.drills import calls, write_calls, write_choices, write_parts, write_several, write_sums
from cwm_demo.train.origins import DRILLS, Mix, Origins
from cwm_demo.train.runs import run
from cwm_demo.train.tokenizer import build

TOKENS = Tokens(build())
RESULTS = (ast.Compare, ast.BinOp, ast.AugAssign)


def traces(write, count: int = 200):
    rng = random.Random(0)
    for _ in range(count):
        source, texts = write(rng)
        yield source, run(marked(source, texts[0] if texts else None))


@pytest.mark.parametrize("write", [write_choices, write_parts, write_calls, write_several])
def test_the_same_seed_gives_the_same_program(write):
    assert write(random.Random(3)) == write(random.Random(3)) != write(random.Random(4))


@pytest.mark.parametrize("write", [write_choices, write_parts, write_calls, write_several])
def test_calls_fit_what_is_defined(write):
    rng = random.Random(1)
    for _ in range(200):
        source, texts = write(rng)
        defined = {node.name: len(node.args.args) for node in ast.parse(source).body
                   if isinstance(node, ast.FunctionDef)}  # fmt: skip
        for text in texts:
            node = ast.parse(text, mode="eval").body
            assert len(node.args) == defined[node.func.id]


@pytest.mark.parametrize(
    "write, most",
    [(write_choices, 0.0), (write_parts, 0.25), (write_calls, 0.02), (write_several, 0.02)],
)
def test_they_run_and_no_name_is_missing(write, most):
    endings = Counter()
    for _, trace in traces(write):
        endings["complete" if trace.complete else "stopped"] += 1
        endings[(trace.raised or "").partition(":")[0]] += 1
    assert endings["complete"] > 190
    assert not endings["NameError"] + endings["UnboundLocalError"] + endings["TypeError"]
    assert endings[""] >= (1 - most) * 200


def test_every_fourth_frame_of_choices_follows_a_condition_and_half_of_them_hold():
    kinds = Counter()
    for _, trace in traces(write_choices):
        kinds.update(before(trace, index) for index in range(len(trace.frames)))
    holds, fails = (kinds[f"if, while: {word}"] for word in ("holds", "does not hold"))
    assert holds + fails > kinds.total() / 4
    assert 0.35 < holds / (holds + fails) < 0.65


def test_a_line_of_several_comes_to_two_results_or_more():
    """Names that get a new value, items of a list or of a tuple, what is printed; unless they stay."""
    seen = Counter()
    for _, trace in traces(write_several):
        for last, frame in pairwise(trace.frames):
            if last.event == "line" and re.search(r", |; ", last.source) and "for " not in last.source:
                items = [*frame.delta.values(), frame.value or "", frame.stdout.replace(" ", ", ")]
                results = max(len(frame.delta), *(text.count(", ") + 1 for text in items))
                seen[results] += 1
    assert sum(seen[results] for results in (2, 3, 4, 5)) > 0.6 * seen.total() > 400


def test_several_hold_the_most_sums_and_comparisons_for_their_length():
    """As many in a thousand tokens as docs/corpus.md says."""
    found = []
    for write in (write_several, write_sums, write_choices):
        length = results = 0
        for _, trace in traces(write):
            length += len(encode(TOKENS, trace))
            for frame in trace.frames:
                line = frame.source.strip().removeprefix("el")
                if frame.event == "line":
                    tree = ast.parse(line + " pass" if line.endswith(":") else line)
                    results += sum(isinstance(node, RESULTS) for node in ast.walk(tree))
        found.append(round(1_000 * results / length))
    assert found == [34, 26, 23]


def test_parts_change_what_is_inside():
    changed = Counter()
    for _, trace in traces(write_parts):
        for last, frame in pairwise(trace.frames):
            for name, value in frame.delta.items():
                changed[value[0]] += name in last.locals
    assert all(changed[opening] > 10 for opening in "[{'")


def test_every_program_of_calls_goes_on_after_a_call():
    """All but what a recursion's end comes first in: a frame of a function comes back to its caller."""
    back = deeper = 0
    for _, trace in traces(write_calls):
        depths = [frame.depth for frame in trace.frames]
        deeper += max(depths) > 0
        back += any(one > other for one, other in pairwise(depths))
    assert deeper > 180 and back > 180


def test_every_form_of_call_is_written():
    text = "".join(source for source, _ in traces(write_calls))
    for word in ("class ", "self.", "nonlocal ", "    def ", "return ", "[]"):
        assert word in text


def test_told_programs_are_python_in_all_their_ways():
    for number, (source, inputs) in enumerate(calls._programs()):
        assert inputs
        for seed in range(20):
            rng = random.Random(f"{number}/{seed}")
            text = calls.fill(source, rng)
            for mark in "ilsf":
                text = text.replace(f"${mark}", mark)
            assert "$" not in text and "«" not in text
            ast.parse(text)


def test_the_corpus_takes_its_share():
    origins, rng = Origins([], Mix(mbpp=0.0)), random.Random(0)
    strata = Counter(origins.write(rng, 1, 0.0).stratum for _ in range(400))
    assert min(strata[name] for name in DRILLS) > 10
