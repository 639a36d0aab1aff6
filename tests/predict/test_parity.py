"""Replay, imagine and the text model's lines against plain greedy `generate`, token for token, in float32.

Over hundreds of programs with a tiny model that is right here and wrong there, and over a few with the
checkpoints that are shipped. Where the two differ there must be a near-tie in float32 (logits within `TIE`),
and what was written must be what is likelier in float64: the rule of `greedy.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from cwm_demo.evaluate.suites import load_suite
from cwm_demo.execution.tracer import trace
from cwm_demo.predict import engine
from cwm_demo.predict.checkpoint import Checkpoint, load
from cwm_demo.predict.engine import LocalTextModel, LocalWorldModel
from cwm_demo.predict.forward import Lean
from cwm_demo.predict.greedy import TIE
from cwm_demo.predict.prediction import Prediction
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import END, FRAME_SEP, encode, frame_ids, source_document_ids, source_ids
from tests.predict.conftest import learn, tiny_model

MODELS = Path(__file__).parents[2] / "models"
PROGRAMS = 200  # that the tiny model is tried on
CATALOGUE = ("tally", "gcd", "countdown")  # that the shipped ones are
FRAME_TOKENS = 12  # after which a frame is given up here, so that hundreds of programs take seconds
IMAGINED = 20  # tokens that are compared of a free rollout


@dataclass
class Compared:
    """How often the two wrote the same, and what had to be settled."""

    checkpoint: Checkpoint
    tokens: int = 0
    followed: int = 0  # tokens at which the model's own was the draft's
    ties: int = 0

    def compare(self, prefix: list[int], written: list[int], stops: list[int]) -> None:
        expected = generate(self.checkpoint, prefix, len(written), stops)
        self.tokens += len(written)
        if written == expected:
            return
        at = next((i for i, pair in enumerate(zip(written, expected)) if pair[0] != pair[1]), len(expected))
        assert at < len(expected), "it goes on where plain greedy stops"
        with torch.inference_mode():
            plain = self.checkpoint.model(torch.tensor([prefix + written[:at]])).logits[0, -1]
        assert abs(plain[written[at]] - plain[expected[at]]) < TIE, f"token {at} is not the greedy one"
        exact = Lean(self.checkpoint.model).exact(prefix + written[:at])
        assert exact[written[at]] >= exact[expected[at]]
        self.ties += 1


@torch.inference_mode()
def generate(checkpoint: Checkpoint, prefix: list[int], count: int, stops: list[int]) -> list[int]:
    given = torch.tensor([prefix])
    output = checkpoint.model.generate(
        given,
        attention_mask=torch.ones_like(given),
        max_new_tokens=count,
        do_sample=False,
        eos_token_id=stops,
        pad_token_id=stops[0],
    )
    return output[0, len(prefix) :].tolist()


class Noting(LocalWorldModel):
    """Keeps the token ids of what it wrote: the text of a prediction does not tell every token."""

    def _prediction(self, branch, begin, *rest):
        self.written.append(branch.tokens[begin:])
        self.followed += branch.shared
        return super()._prediction(branch, begin, *rest)

    def noted(self, method, *question) -> tuple[list[Prediction], list[list[int]]]:
        self.written: list[list[int]] = []
        self.followed = 0
        return getattr(self, method)(*question), self.written


def compare(compared: Compared, world: Noting, truth: Trace) -> None:
    """A few frames of the replay, and the beginning of a free rollout."""
    tokens = compared.checkpoint.tokens
    frame_stops = [tokens.special[FRAME_SEP], tokens.special[END]]
    predictions, written = world.noted("replay", truth.source, truth.frames, truth.complete)
    compared.followed += world.followed
    chosen = {0, len(truth.frames) // 2, len(predictions) - 1}
    prefix = source_ids(tokens, truth.source)
    for at, prediction in enumerate(predictions):
        if at in chosen and prediction.asked:
            compared.compare(prefix, written[at], frame_stops)
        if at < len(truth.frames):
            prefix = prefix + frame_ids(tokens, truth.frames[at])
    prefix = source_ids(tokens, truth.source)
    _, written = world.noted("imagine", truth.source, 3)
    compared.compare(prefix, [token for part in written for token in part][:IMAGINED], [tokens.special[END]])


@pytest.fixture
def short_frames(monkeypatch):
    monkeypatch.setattr(engine, "MAX_FRAME_TOKENS", FRAME_TOKENS)


@pytest.fixture(scope="module")
def somewhat_learned(tokens) -> Checkpoint:
    """Knows the manner of traces, and a few of the catalogue half by heart."""
    runs = [trace(marked(each.source, each.call)) for each in list(load_catalogue().values())[:3]]
    documents = [encode(tokens, run)[:400] for run in runs]
    return Checkpoint(learn(tiny_model(), documents, 36), tokens)


def test_hundreds_of_programs_with_a_tiny_model(somewhat_learned, short_frames):
    compared, world = Compared(somewhat_learned), Noting(somewhat_learned)
    for item in load_suite("generated")[:PROGRAMS]:
        compare(compared, world, trace(marked(item.code, item.call)))
    assert compared.tokens > 20 * PROGRAMS
    assert compared.followed > PROGRAMS, "hardly a draft was right: a wrong one would not be seen"
    assert compared.ties < PROGRAMS / 20


@pytest.mark.skipif(not (MODELS / "cwm" / "config.json").exists(), reason="no checkpoint here")
def test_the_shipped_world_model_over_catalogue_programs(monkeypatch):
    monkeypatch.setattr(engine, "MAX_FRAME_TOKENS", 40)
    checkpoint = load(MODELS / "cwm")
    compared, world = Compared(checkpoint), Noting(checkpoint)
    for name in CATALOGUE:
        program = load_catalogue()[name]
        compare(compared, world, trace(marked(program.source, program.call)))
    assert compared.followed


@pytest.mark.skipif(not (MODELS / "standard" / "config.json").exists(), reason="no checkpoint here")
def test_the_shipped_text_model_over_a_catalogue_program():
    checkpoint = load(MODELS / "standard")
    tokens, text = checkpoint.tokens, LocalTextModel(checkpoint)
    stops = [token for token in range(len(tokens)) if tokens.ends_line(token)] + [tokens.special[END]]
    source = load_catalogue()["tally"].source
    guesses, lines = text.lines(source), source.split("\n")
    for number, guess in guesses.items():
        prefix = source_document_ids(tokens, "\n".join([*lines[: number - 1], ""]), end=False)
        if len(prefix) == 1 or prefix == source_document_ids(tokens, source, end=False)[: len(prefix)]:
            expected = generate(checkpoint, prefix, engine.MAX_LINE_TOKENS, stops)
            shown = [token for token in expected if token != tokens.special[END]]
            assert guess.line == tokens.show(shown).removesuffix("\n")
