"""Sums and plain lines: they hold, they run, most of them changes something, and the corpus has its share."""

from __future__ import annotations

import ast
import copy
import random
import re
from collections import Counter

import pytest

from cwm_demo.programs.program import marked
from cwm_demo.train import corpus
from cwm_demo.train.drills import plain, write_plain, write_sums
from cwm_demo.train.origins import PROGRAMS, Mix, Origins
from cwm_demo.train.runs import run


def test_the_same_seed_gives_the_same_text():
    assert write_plain(random.Random(3)) == write_plain(random.Random(3)) != write_plain(random.Random(4))
    assert write_sums(random.Random(3)) == write_sums(random.Random(3)) != write_sums(random.Random(4))


def run_plain(text):
    """Runs a document, and holds what `given` says against it. Returns how often a line's effect was told."""
    known, told = {}, {}
    effects = 0

    def given(state):
        nonlocal effects
        for name, value in state.items():
            if name in known and known[name] != told.get(name):  # a line has changed it
                assert ast.literal_eval(value) == known[name]
                effects += 1
            elif value == "..":
                assert name in known
            else:
                known[name] = ast.literal_eval(value)
            told[name] = copy.deepcopy(known[name])

    known["given"] = given
    exec(compile(text, "plain", "exec"), known)
    return effects


def test_values_are_told_as_a_frame_tells_them():
    texts = [write_plain(random.Random(seed)) for seed in range(80)]
    framed = [text for text in texts if "given(" in text]
    assert 20 < len(framed) < 50
    assert sum(map(run_plain, framed)) > 100
    assert "".join(framed).count('".."') > 500


def test_every_plain_line_holds():
    for seed in range(60):
        text = write_plain(random.Random(seed))
        assert 10 <= len(text.splitlines()) <= 34
        run_plain(text)


def test_plain_lines_are_sums_and_comparisons_above_all():
    text = "".join(write_plain(random.Random(seed)) for seed in range(60))
    lines = [line for line in text.splitlines() if line.startswith("assert ")]
    told = re.findall(r"^(\w+) = .* [-+*] .*\nassert \1 == -?\d+$", text, flags=re.MULTILINE)
    chosen = re.findall(r"^if .*:\n +(\w+) = .*\nelse:\n +\1 = .*\nassert \1 == ", text, flags=re.MULTILINE)
    assert len(told) > len(lines) / 10 and len(chosen) > len(lines) / 50
    number = r"-?\w+"
    shares = Counter()
    for line in lines:
        shares["sum"] += bool(re.fullmatch(rf"assert {number} \S+ {number} == {number}", line))
        shares["true"] += line.endswith(" is True")
        shares["false"] += line.endswith(" is False")
        left, _, right = line.removeprefix("assert ").partition(" == ")
        assert not right or left != right  # it would tell nothing
    assert shares["sum"] > len(lines) / 8
    assert min(shares["true"], shares["false"]) > len(lines) / 10


def test_names_are_read_after_they_were_given_a_value_also_a_second_one():
    texts = [write_plain(random.Random(seed)) for seed in range(60)]
    given = [re.findall(r"^(\w+) = ", text, flags=re.MULTILINE) for text in texts]
    named = [names for names in given if names]
    assert len(texts) / 2 < len(named) < len(texts)
    assert sum(len(names) > len(set(names)) for names in named) > 10
    sums = re.findall(r"^assert [a-z]\w* [-+*] [a-z]\w* == ", "".join(texts), flags=re.MULTILINE)
    assert len(sums) > 15


@pytest.mark.parametrize("section", plain.SECTIONS)
def test_every_expression_can_be_written_with_literals(section):
    texts, _ = plain._expressions(section)
    assert texts
    for text in texts:
        filled = plain.Literals(random.Random(text))._filled(text)
        assert "«" not in filled
        ast.parse(filled, mode="eval")


def test_short_programs_run_and_change_something():
    endings, changed, frames = Counter(), 0, 0
    rng = random.Random(0)
    for _ in range(200):
        source, calls = write_sums(rng)
        trace = run(marked(source, calls[0] if calls else None))
        endings["complete" if trace.complete else "stopped"] += 1
        endings["module" if not calls else "function"] += 1
        if trace.raised:
            endings[trace.raised.partition(":")[0]] += 1
        frames += len(trace.frames)
        changed += sum(bool(frame.delta) or frame.value is not None for frame in trace.frames)
    assert endings["complete"] > 190
    assert not endings["NameError"] + endings["UnboundLocalError"]
    assert endings["module"] > 20
    assert changed / frames > 0.5


def test_the_corpus_takes_its_share():
    settings = corpus.Settings(mix=Mix(mbpp=0.0))
    origins, rng = Origins([], settings.mix), random.Random(0)
    sources = Counter(origins.write(rng, 1, 0.0, settings.mix.plain).stratum for _ in range(400))
    traced = Counter(origins.write(rng, 1, 0.0).stratum for _ in range(400))
    assert sources["plain"] > 30
    assert traced["plain"] == 0
    assert traced["sums"] > 40


def test_a_shard_of_sources_holds_plain_lines_and_one_of_traces_none(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "SOURCES", 60)
    monkeypatch.setattr(corpus, "TRACES", 30)
    settings = corpus.Settings(3, str(tmp_path / "mbpp.jsonl"), Mix(mbpp=0.0))
    monkeypatch.setattr(corpus, "_origins", lambda path, mix: Origins([], mix))
    monkeypatch.setattr(corpus, "holdout", lambda path: corpus.Holdout())
    for build, present in ((corpus.source_shard, True), (corpus.trace_shard, False)):
        shard, coverage = build(settings, 0)
        strata = {corpus.STRATA[row[2]] for row in shard.rows}
        assert ("plain" in strata) is present
        assert any("plain" in name for name in coverage.documents) is present


def test_other_shares_are_asked_for_by_name():
    mix = Mix().but(["sums=0.5", "plain=0"])
    assert (mix.sums, mix.plain, mix.idioms) == (0.5, 0.0, Mix().idioms)
    assert Mix().but([]) == Mix()


@pytest.mark.parametrize(
    "share, message",
    [
        ("some=0.5", "there are easy, medium"),
        ("sums=2", "from 0 to 1"),
        ("sums", "from 0 to 1"),
        ("sums=x", "from 0 to 1"),
    ],
)
def test_a_share_that_makes_no_sense_is_refused(share, message):
    with pytest.raises(ValueError, match=message):
        Mix().but([share])


def test_a_mix_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing is left"):
        Mix().but([f"{name}=0" for name in PROGRAMS])
