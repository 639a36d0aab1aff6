"""Idioms: every way to write every family is legal and runs; renaming keeps what a program does."""

from __future__ import annotations

import ast
import builtins
import keyword
import random
from dataclasses import replace

import pytest

from cwm_demo.programs.program import marked
from cwm_demo.train.generate import names
from cwm_demo.train.idioms import families, write_family, write_idiom
from cwm_demo.train.idioms.rename import estranged, restyled
from cwm_demo.train.idioms.template import fill, read
from cwm_demo.train.runs import run
from cwm_demo.train.vocabulary import NAMES

WRONG = ("TypeError", "NameError", "AttributeError", "UnboundLocalError", "SyntaxError")


def test_there_are_enough_families_with_real_variation():
    assert len(families()) >= 420
    assert sum(len(family.sources) for family in families()) >= 1300
    assert len({family.name for family in families()}) == len(families())
    rng = random.Random(0)
    assert len({write_idiom(rng)[0] for _ in range(300)}) > 290


@pytest.mark.parametrize("family", families(), ids=lambda family: family.name)
def test_every_way_to_write_it_runs(family):
    for index, source in enumerate(family.sources):
        one = replace(family, sources=(source,))
        outcomes = []
        for seed in range(4):
            text, calls = write_family(one, random.Random(f"{family.name}/{index}/{seed}"))
            ast.parse(text)
            assert "«" not in text
            assert calls
            outcomes += [run(marked(text, call)) for call in calls]
        assert any(trace.complete and len(trace.frames) > 2 for trace in outcomes), source
        wrong = [trace.raised for trace in outcomes if trace.raised and trace.raised.startswith(WRONG)]
        assert len(wrong) < len(outcomes) / 2, (source, wrong)


def test_slots():
    rng = random.Random(1)
    assert fill("a «x|x» b", rng) == "a x b"
    assert fill("«k=3..3» and «k»", rng) == "3 and 3"
    assert fill("«a «b|b»|a b»", rng) == "a b"
    assert {fill("«x = 1|y == 1»", rng) for _ in range(20)} == {"x = 1", "y == 1"}


def test_a_family_without_a_call_is_an_error():
    with pytest.raises(ValueError, match="needs a line 'call: "):
        read("== nameless\n--\ndef f():\n    pass\n")


def test_renaming_keeps_what_a_program_does():
    source = (
        "class Box:\n    def __init__(self, size):\n        self.size = size\n        self.kept = []\n\n"
        "    def put(self, item):\n        if len(self.kept) < self.size:\n"
        "            self.kept.append(item)\n"
        "        return len(self.kept)\n\n\n"
        "def fill(items, limit):\n    box = Box(limit)\n    last = 0\n    for item in items:\n"
        "        last = box.put(item)\n    return f'{last} of {limit}: item', 'item', last\n"
    )
    before = run(marked(source, "fill([1, 2, 3], 2)")).returned
    changed = 0
    for seed in range(40):
        text, (call,) = restyled(source, ["fill([1, 2, 3], 2)"], random.Random(seed))
        assert run(marked(text, call)).returned == before, text
        changed += text != source
    assert changed > 25


def test_strange_names_keep_what_a_program_does():
    changed = 0
    for seed in range(60):
        rng = random.Random(f"strange/{seed}")
        source, calls = write_idiom(rng, calls=1)
        text, (call,) = estranged(source, calls, rng)
        before, after = run(marked(source, calls[0])), run(marked(text, call))
        changed += text != source
        assert not (after.raised or "").startswith(("NameError", "AttributeError"))
        if not {"'", '"'} & {*source, *calls[0]}:  # other texts may take other branches
            assert [frame.event for frame in before.frames] == [frame.event for frame in after.frames], text
    assert changed > 50


def test_every_word_of_the_vocabulary_is_met_as_a_name():
    rng, met = random.Random(0), set()
    for _ in range(30_000):
        met.add(names.strange(rng, set()))
    reserved = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    words = {word for word in NAMES.split() if word not in reserved and word.strip("_")}
    assert words - met == set()


def test_conversions_and_formats_are_no_names():
    source = "def show(r, d, x):\n    return f'{r!r} {d:d} {x[r:d]} {r != d} {r}'"
    seen = set()
    for seed in range(20):
        text, (call,) = estranged(source, ["show(1, 3, [4, 5, 6, 7])"], random.Random(seed))
        assert run(marked(text, call)).returned == "'1 3 [5, 6] True 1'", text
        seen.add(text)
    assert len(seen) > 10
