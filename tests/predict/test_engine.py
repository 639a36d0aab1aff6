"""Replay and imagine against plain `generate`; what a model says beyond its reach; the text model."""

import math
from dataclasses import replace

import pytest
import torch

from cwm_demo.predict import engine
from cwm_demo.predict.checkpoint import Checkpoint, CheckpointError, load
from cwm_demo.predict.engine import LocalTextModel, LocalWorldModel
from cwm_demo.predict.prediction import BEYOND_REACH
from cwm_demo.trace.text import END, FRAME_SEP, encode, frame_ids, source_document_ids, source_ids
from tests.predict.conftest import SOURCE, tiny_model, write_checkpoint
from tests.predict.test_greedy import assert_greedy


@pytest.fixture(autouse=True)
def short_frames(monkeypatch):
    monkeypatch.setattr(engine, "MAX_FRAME_TOKENS", 60)
    monkeypatch.setattr(engine, "SPARE_TOKENS", 20)
    monkeypatch.setattr(engine, "MAX_LINE_TOKENS", 20)


def ids_of(checkpoint, prediction) -> list[int]:
    """The token ids of a prediction, by the texts of its tokens."""
    ids = []
    for text, _ in prediction.tokens:
        special = checkpoint.tokens.special.get(text)
        token = checkpoint.tokens.tokenizer.token_to_id(text) if special is None else special
        ids.append(token)
    return ids


def generated_frame(checkpoint, prefix: list[int], limit: int) -> list[int]:
    special = checkpoint.tokens.special
    with torch.inference_mode():
        output = checkpoint.model.generate(
            torch.tensor([prefix]),
            max_new_tokens=limit,
            do_sample=False,
            eos_token_id=[special[FRAME_SEP], special[END]],
            pad_token_id=special[END],
        )
    return output[0, len(prefix) :].tolist()


def test_replay_is_plain_greedy_frame_by_frame(half_learned, truth):
    tokens = half_learned.tokens
    predictions = LocalWorldModel(half_learned).replay(truth.source, truth.frames, truth.complete)
    assert len(predictions) == len(truth.frames) + 1
    prefix = source_ids(tokens, truth.source)
    agreed = 0
    for prediction, frame in zip(predictions, [*truth.frames, None]):
        part = frame_ids(tokens, frame) if frame else []
        limit = min(engine.MAX_FRAME_TOKENS, 2 * len(part) + engine.SPARE_TOKENS)
        expected = generated_frame(half_learned, prefix, limit)
        if prediction.text != tokens.show(expected):
            assert_greedy(half_learned.model, prefix, ids_of(half_learned, prediction))
        if frame:
            agreed += prediction.frame is frame
            prefix += frame_ids(tokens, frame)
    assert 0 < agreed < len(truth.frames), "the test needs a model that is right here and wrong there"


def test_a_model_that_knows_the_trace_replays_and_imagines_it(learned, truth):
    world = LocalWorldModel(learned)
    replayed = world.replay(truth.source, truth.frames, truth.complete)
    assert [prediction.frame for prediction in replayed] == [*truth.frames, None]
    assert [prediction.ended for prediction in replayed] == [False] * len(truth.frames) + [True]
    assert all(0.5 < prediction.probability <= 1 for prediction in replayed)
    seen = []
    imagined = world.imagine(truth.source, 50, seen.append)
    assert [prediction.frame for prediction in imagined] == [*truth.frames, None]
    assert imagined[-1].ended and imagined[-1].problem is None
    assert seen == imagined
    for one, other in zip(replayed, imagined):
        assert one.text == other.text
        assert one.probability == pytest.approx(other.probability, rel=1e-3)


def test_imagine_is_plain_greedy(half_learned, truth):
    world = LocalWorldModel(half_learned)
    prefix = source_ids(half_learned.tokens, truth.source)
    written = [token for p in world.imagine(truth.source, 4) for token in ids_of(half_learned, p)]
    assert written
    assert_greedy(half_learned.model, prefix, written)


def test_what_stands_in_a_prediction(learned, truth):
    first = LocalWorldModel(learned).replay(truth.source, truth.frames[:1], False)
    assert len(first) == 1
    assert "".join(text for text, _ in first[0].tokens) == first[0].text
    assert first[0].text.startswith("<|call_sep|>{")
    assert first[0].probability == pytest.approx(math.prod(p for _, p in first[0].tokens))


def test_a_wrong_draft_is_read_in_the_context_of_the_draft(learned, truth):
    """The model expects the trace it knows; the state it is given is another one."""
    world = LocalWorldModel(learned)
    changed = replace(truth.frames[2], locals={**truth.frames[2].locals, "counts": "{'z': 9}"})
    changed = replace(changed, delta={"counts": "{'z': 9}"})
    predictions = world.replay(truth.source, [*truth.frames[:2], changed, *truth.frames[3:5]], False)
    assert predictions[2].frame == truth.frames[2]  # read after the first two alone
    assert predictions[3].problem is not None or predictions[3].frame.locals["counts"] == "{'z': 9}"


def test_imagining_stops_and_says_why(learned, half_learned, truth):
    cut = LocalWorldModel(learned).imagine(truth.source, 3)
    assert len(cut) == 4 and cut[-1].frame is None
    assert cut[-1].problem == "the trace had not ended after 3 frames"
    nonsense = LocalWorldModel(Checkpoint(tiny_model(), learned.tokens)).imagine(truth.source, 3)
    assert len(nonsense) == 1 and nonsense[0].frame is None and nonsense[0].problem


def test_frames_beyond_the_context_are_said_to_be_so(tokens, learned, truth):
    prefix = len(source_ids(tokens, truth.source))
    short = len(encode(tokens, truth)) - prefix
    learned.model.config.max_position_embeddings, before = prefix + short // 2, learned.context
    try:
        world = LocalWorldModel(learned)
        replayed = world.replay(truth.source, truth.frames, True)
        imagined = world.imagine(truth.source, 50)
        learned.model.config.max_position_embeddings = prefix - 1
        nothing = world.replay(truth.source, truth.frames, True)
        assert world.imagine(truth.source, 50) == nothing[:1]
    finally:
        learned.model.config.max_position_embeddings = before
    assert len(replayed) == len(nothing) == len(truth.frames) + 1
    reached = [prediction.asked for prediction in replayed]
    assert reached == sorted(reached, reverse=True) and True in reached and False in reached
    assert imagined[-1].problem == BEYOND_REACH
    assert {prediction.problem for prediction in nothing} == {BEYOND_REACH}


def test_the_text_model_writes_lines_from_those_above(learned):
    text = LocalTextModel(learned)
    guesses = text.lines(SOURCE)
    lines = SOURCE.removesuffix("\n").split("\n")
    assert list(guesses) == list(range(1, len(lines) + 1))
    assert [guesses[number].line for number in guesses] == lines
    for guess in guesses.values():
        assert 0.5 < guess.probability <= 1 and guess.surprise < 1
        assert guess.surprise == pytest.approx(-math.log2(guess.probability), abs=0.02)
        assert guess.line not in dict(guess.alternatives)
        shown = [probability for _, probability in guess.alternatives]
        assert shown == sorted(shown, reverse=True)
    assert guesses[1].tokens == 5  # def, tally, (, items, ): and its newline


def test_an_odd_line_surprises_and_the_lines_below_see_it(learned):
    text = LocalTextModel(learned)
    usual = text.lines(SOURCE)
    odd = text.lines(SOURCE.replace("counts = {}", "counts = 77"))
    assert odd[1].line == usual[1].line
    assert odd[1].surprise == pytest.approx(usual[1].surprise, rel=1e-3)
    assert odd[2].line == usual[2].line == "    counts = {}"
    assert odd[2].surprise > usual[2].surprise + 5
    assert odd[3].surprise != usual[3].surprise


def test_surprise_is_the_loss_of_the_line(half_learned):
    ids = source_document_ids(half_learned.tokens, SOURCE, end=False)
    with torch.inference_mode():
        loss = half_learned.model(torch.tensor([ids]), labels=torch.tensor([ids])).loss.item()
    guesses = LocalTextModel(half_learned).lines(SOURCE)
    total = sum(guess.surprise for guess in guesses.values())
    assert sum(guess.tokens for guess in guesses.values()) == len(ids) - 1
    assert total == pytest.approx(loss * (len(ids) - 1) / math.log(2), rel=1e-3)


@pytest.mark.parametrize("source", ["", "\n", "x = 1", "x = 1\n\n\ny = 2"])
def test_the_text_model_takes_any_source(learned, source):
    guesses = LocalTextModel(learned).lines(source)
    assert list(guesses) == list(range(1, len(source.removesuffix("\n").split("\n")) + 1 if source else 1))


def test_a_checkpoint_is_opened_from_its_folder(tmp_path, truth):
    checkpoint = load(write_checkpoint(tmp_path / "cwm"))
    assert checkpoint.model.dtype == torch.float32
    predictions = LocalWorldModel(checkpoint).replay(truth.source, truth.frames[:2], False)
    assert len(predictions) == 2


def test_a_missing_or_broken_checkpoint_says_so(tmp_path, monkeypatch):
    with pytest.raises(CheckpointError, match=r"no checkpoint at .*nowhere.*make train"):
        load(tmp_path / "nowhere")
    folder = write_checkpoint(tmp_path / "cwm")
    (folder / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(CheckpointError, match=r"can't be opened"):
        load(folder)
    folder = write_checkpoint(tmp_path / "other")
    monkeypatch.setenv("CWM_DEMO_DEVICE", "toaster")
    with pytest.raises(CheckpointError, match="can't be opened"):
        load(folder)


def test_a_checkpoint_whose_tokenizer_knows_no_traces_is_refused(tmp_path):
    folder = write_checkpoint(tmp_path / "cwm")
    text = (folder / "tokenizer.json").read_text()
    (folder / "tokenizer.json").write_text(text.replace("<|frame_sep|>", "<|other|>"))
    with pytest.raises(CheckpointError, match="not made for traces"):
        load(folder)
