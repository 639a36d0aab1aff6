"""Drills: same seed same program, every rule can be written, most of it runs and changes something."""

from __future__ import annotations

import ast
import random
import re
from collections import Counter

import pytest

from cwm_demo.programs.program import marked
from cwm_demo.train.drills import write_drill
from cwm_demo.train.drills.writer import TYPES, Writer, rules
from cwm_demo.train.origins import DRILLS, PROGRAMS, Mix, Origins
from cwm_demo.train.runs import run


def drills(count: int, seed: int = 0) -> list[tuple[str, list[str]]]:
    rng = random.Random(seed)
    return [write_drill(rng) for _ in range(count)]


def test_the_same_seed_gives_the_same_programs():
    assert drills(20) == drills(20)
    assert drills(20) != drills(20, seed=1)


def test_programs_are_legal_and_their_calls_call_them():
    for source, calls in drills(300):
        defined = {node.name: len(node.args.args) for node in ast.parse(source).body}
        for call in calls:
            node = ast.parse(call, mode="eval").body
            assert len(node.args) == defined[node.func.id]


@pytest.mark.parametrize("section", ["openings", "statements", "conditions", "loops"])
def test_every_rule_is_python_once_it_is_filled(section):
    texts, weights = rules()[section]
    assert len(texts) == len(set(texts)) == len(weights)
    for text in texts:
        writer = Writer(random.Random(text))
        writer.scope = {letter: [f"{letter}{number}" for number in range(4)] for letter in TYPES}
        filled = writer._filled(text)
        assert "«" not in filled
        head, _, step = filled.partition(" ; ")
        if section == "conditions":
            ast.parse(head, mode="eval")
        else:
            ast.parse(f"{head}\n    pass\n{step}" if section == "loops" else head)


def test_a_name_is_only_read_where_it_may_be_defined():
    """What went wrong is what values make go wrong, not a name that was never given."""
    endings = Counter()
    for source, calls in drills(250):
        trace = run(marked(source, calls[0]))
        endings["complete" if trace.complete else "stopped"] += 1
        if trace.raised:
            endings[trace.raised.partition(":")[0]] += 1
    assert endings["complete"] > 200
    assert endings["NameError"] == endings["UnboundLocalError"] == 0
    assert endings["IndexError"] > 0


def test_much_changes():
    changed = frames = 0
    for source, calls in drills(150):
        trace = run(marked(source, calls[0]))
        frames += len(trace.frames)
        changed += sum(bool(frame.delta) or frame.value is not None for frame in trace.frames)
    assert changed / frames > 0.5


def test_empty_inputs_are_among_the_calls():
    calls = " ".join(call for _, texts in drills(200) for call in texts)
    assert len(re.findall(r"\[\]|''|\{\}|set\(\)", calls)) > 20


def test_the_corpus_takes_its_share_of_drills():
    origins = Origins([], Mix(mbpp=0.0))
    rng = random.Random(0)
    strata = Counter(origins.write(rng, 1, 0.4).stratum for _ in range(300))
    assert set(strata) == set(PROGRAMS) - {"mbpp"}
    assert strata["drills"] > 25 and sum(strata[name] for name in DRILLS) > 120
