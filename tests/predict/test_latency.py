"""Timings count the tokens that are written, and stop where there is no more room or time."""

from __future__ import annotations

import math

import pytest

from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.predict.direct import CorpusModel
from cwm_demo.predict.greedy import run
from cwm_demo.predict.latency import answer_timing, trace_timing
from cwm_demo.predict.scripted import ScriptedTextModel, ScriptedWorldModel
from cwm_demo.predict.service import job_of
from cwm_demo.predict.timing import Timing
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import Tokens, encode, source_ids
from tests.predict.conftest import SOURCE, tiny_model

PROGRAM, CALL = SOURCE.split("\n\n")[0], "tally(['a', 'b', 'a'])"
NO_LIMIT = math.inf


@pytest.fixture
def checkpoint(tokens: Tokens) -> Checkpoint:
    return Checkpoint(tiny_model(), tokens)


def test_a_trace_has_the_tokens_of_the_run(checkpoint: Checkpoint, truth: Trace) -> None:
    timing = run(trace_timing(checkpoint, truth.source, truth.frames, max_ms=NO_LIMIT), None)
    assert timing.given == len(source_ids(checkpoint.tokens, truth.source))
    assert timing.given + timing.tokens == len(encode(checkpoint.tokens, truth))
    assert len(timing.written) == len(truth.frames) + 1
    times = [timing.reading, *(ms for _, ms in timing.written)]
    assert times == sorted(times) and times[0] > 0
    assert timing.cut is None and timing.per_token > 0


def test_an_answer_is_what_the_model_writes(checkpoint: Checkpoint) -> None:
    timing = run(answer_timing(checkpoint, PROGRAM, CALL, max_ms=NO_LIMIT), None)
    written = CorpusModel(checkpoint).answer(PROGRAM, CALL)
    assert len(timing.written) == 1 and timing.tokens >= 1
    if written.problem is None:  # the same line, but for the operator, which is given here
        assert timing.tokens <= 1 + len(checkpoint.tokens.encode(written.text + "\n"))


def test_it_stops_for_others_and_at_the_end_of_the_context(tokens: Tokens, truth: Trace) -> None:
    hasty = run(trace_timing(Checkpoint(tiny_model(), tokens), truth.source, truth.frames, max_ms=0), None)
    assert hasty.cut.startswith("stopped after") and hasty.tokens == 1 and hasty.complete == ()
    small = run(trace_timing(Checkpoint(tiny_model(context=128), tokens), truth.source, truth.frames), None)
    assert small.cut == "beyond the model's reach"
    assert small.given + small.tokens == 128 and len(small.complete) == len(small.written) - 1


def test_json_round_trip() -> None:
    for timing in (Timing(3, 1.5, ((1, 2.0), (4, 9.5)), "why"), Timing(2000, 0.0, ())):
        assert Timing.from_json(timing.to_json()) == timing
    assert Timing(2000, 1.0, ()).per_token is None and Timing(2000, 1.0, ()).ms == 1.0


def test_the_service_asks_models_without_weights_for_theirs(truth: Trace) -> None:
    frames = [frame.to_json() for frame in truth.frames]
    trace = {"method": "trace timing", "source": truth.source, "draft": frames, "run": 1}
    alone = {"method": "answer timing", "source": PROGRAM, "call": CALL, "run": 1}
    slow = Timing.from_json(run(job_of({"id": 1, **trace}, ScriptedWorldModel()).begin(), None))
    quick = Timing.from_json(run(job_of({"id": 2, **alone}, ScriptedTextModel()).begin(), None))
    assert len(slow.written) == len(frames) and slow.tokens > quick.tokens > 0
