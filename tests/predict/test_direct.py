"""Asking for a value directly, of a model that knows one document by heart, and of one from elsewhere."""

import math

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.predict.direct import CorpusModel, FewShotModel, open_direct_model
from cwm_demo.predict.errors import CheckpointError, MissingCheckpoint
from cwm_demo.predict.prediction import BEYOND_REACH, DirectAnswer
from cwm_demo.predict.prompts import chat_prompt, few_shot, first_line, tagged_answer
from cwm_demo.trace.text import source_document_ids
from cwm_demo.train.corpus import source_text
from cwm_demo.train.origins import Written
from tests.predict.conftest import learn, tiny_model, write_checkpoint

SOURCE = "def f(a):\n    return [a, 'x']\n"
NOTHING = "def g(a):\n    pass\n"


class Always:
    """A random generator that never leaves the asserts out."""

    def random(self) -> float:
        return 1.0

    def choices(self, population, weights):
        return [population[0]]


@pytest.fixture(scope="module")
def model(tokens) -> CorpusModel:
    """Learns the corpus's own documents, so that a change of their form is seen here."""
    documents = [
        source_text(Written(source, [call], "easy", "generated"), Always())
        for source, call in ((SOURCE, "f(2)"), (NOTHING, "g(7)"))
    ]
    ids = [source_document_ids(tokens, text) for text in documents]
    return CorpusModel(Checkpoint(learn(tiny_model(), ids, steps=160), tokens))


def test_it_writes_what_stands_after_the_call_in_its_corpus(model):
    answer = model.answer(SOURCE, "f(2)")
    assert (answer.text, answer.problem) == ("[2, 'x']", None)
    assert 0.5 < answer.probability <= 1


def test_none_follows_another_operator(model):
    assert model.answer(NOTHING, "g(7)").text == "None"


def test_probability_and_bits_are_of_the_same_line(model):
    answer = model.answer(SOURCE, "f(2)")
    assert model.bits(SOURCE, "f(2)", answer.text) == pytest.approx(-math.log2(answer.probability), abs=1e-3)
    assert model.bits(SOURCE, "f(2)", "[3, 'x']") > model.bits(SOURCE, "f(2)", "[2, 'x']")


def test_a_program_that_does_not_fit_is_not_asked(tokens):
    model = CorpusModel(Checkpoint(tiny_model(context=16), tokens))
    assert model.answer(SOURCE, "f(2)").problem == BEYOND_REACH
    assert model.bits(SOURCE, "f(2)", "1") is None


def test_a_line_without_an_end_is_no_answer(tokens):
    length = len(source_document_ids(tokens, f"{SOURCE}\n\nassert f(2)", end=False))
    answer = CorpusModel(Checkpoint(tiny_model(context=length + 3), tokens)).answer(SOURCE, "f(2)")
    assert answer.text == "" and "not ended" in answer.problem


def write_foreign(folder, special: tuple[str, ...] = ()):
    """A GPT-2 of random weights whose tokens are characters, and those that are `special`."""
    characters = sorted(set(map(chr, range(32, 127))) | {"\n"})
    tokenizer = Tokenizer(models.WordLevel({character: i for i, character in enumerate(characters)}, "?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens(list(special))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="~").save_pretrained(folder)
    torch.manual_seed(1)
    size = {"n_positions": 1024, "n_embd": 16, "n_layer": 1, "n_head": 2}
    config = GPT2Config(vocab_size=tokenizer.get_vocab_size(), bos_token_id=94, eos_token_id=94, **size)
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def test_any_causal_model_in_a_folder_can_be_asked(tmp_path):
    model = open_direct_model(str(write_foreign(tmp_path)))
    assert isinstance(model, FewShotModel)
    answer = model.answer("def f(n):\n    return n\n", "f(1)")
    assert 0 <= answer.probability <= 1
    assert model.answer("x = 1\n" * 200, "f(1)").problem == BEYOND_REACH


def test_a_checkpoint_of_ours_is_known_by_its_tokenizer(tmp_path):
    assert isinstance(open_direct_model(str(write_checkpoint(tmp_path))), CorpusModel)


def test_what_is_no_model_is_said(tmp_path):
    with pytest.raises(MissingCheckpoint, match="hub"):
        open_direct_model(str(tmp_path / "none"))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CheckpointError, match="can't be opened"):
        open_direct_model(str(tmp_path))


def test_the_prompt_ends_before_a_space():
    assert few_shot(SOURCE, "f(2)").endswith("\n\nassert f(2) ==")


@pytest.mark.parametrize(
    ("written", "value"), [(" 3\n\nassert", "3"), (" 'a b'", "'a b'"), (" 3  # three\n", "3"), ("\n3", "")]
)
def test_the_value_is_the_first_line(written, value):
    assert first_line(written, 0.5) == DirectAnswer(value, 0.5)


def test_a_chat_is_shown_the_examples_and_the_program():
    prompt = chat_prompt(SOURCE, "f(2)")
    assert prompt.count("[ANSWER]\n") == 3
    assert "assert double(21) == ??\n[/PYTHON]\n[ANSWER]\nassert double(21) == 42\n" in prompt
    assert "[PYTHON]\ndef count(text):" in prompt
    assert prompt.endswith("assert f(2) == ??\n[/PYTHON]\n")


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        ("Let me see.\n[ANSWER]\nassert f(2) == {'a == b': 1}\n[/ANSWER]", "{'a == b': 1}"),
        ("[ANSWER]assert f( 2 ) == 3[/ANSWER] or [ANSWER]4[/ANSWER]", "4"),
        ("[ANSWER]\n`7`", "7"),
        ("seven", ""),
        ("[ANSWER][/ANSWER]", ""),
    ],
)
def test_the_value_in_a_reply(reply, value):
    answer = tagged_answer(reply, "f(2)")
    assert answer.text == value and bool(answer.problem) == (not value)
