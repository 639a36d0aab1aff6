"""What is one token, what is characters; and that AutoTokenizer opens what we write."""

import json

import pytest
from tokenizers import Tokenizer

from cwm_demo.predict.settings import MODELS
from cwm_demo.train.tokenizer import build, save


def pieces(tokens, text: str) -> list[str]:
    return [tokens.tokenizer.id_to_token(token) for token in tokens.encode(text)]


def test_names_operators_and_indentation_are_whole(tokens):
    line = "        counts[x] = counts.get(x, 0) + 12\n"
    after = ["counts", ".", "get", "(", "x", ", ", "0", ")", " + ", "1", "2", "\n"]
    assert pieces(tokens, line) == ["        ", "counts", "[", "x", "]", " = ", *after]
    assert pieces(tokens, "    for i in range(3):\n") == (
        ["    ", "for ", "i", " in ", "range", "(", "3", "):\n"]
    )


@pytest.mark.parametrize(
    "literal", ["'count 12'", '"count 12"', '", "', "', '", '": "', "'it\\'s'", '"don\'t"']
)
def test_each_character_of_a_string_is_one_token(tokens, literal):
    assert pieces(tokens, f"    x = {literal}.get(count)\n") == (
        ["    ", "x", " = ", *literal, ".", "get", "(", "count", ")\n"]
    )


@pytest.mark.parametrize(
    "value", ["count", "it's", 'say "count"', "both ' and \"", "a\nb\\'", "'", '"', ", ", '": "']
)
def test_each_character_of_a_string_value_is_one_token_in_locals_too(tokens, value):
    shown = repr([value, None])
    assert shown.endswith(", None]")
    inside = json.dumps(shown)[1:-1].removesuffix(", None]").removeprefix("[")
    written = ["[", *list(inside), ", ", "None", "]"]
    assert pieces(tokens, json.dumps({"x": shown, "y": ".."})) == (
        ['{"', "x", '": "', *written, '", "', "y", '": ".."}']
    )
    assert pieces(tokens, json.dumps(shown)) == ['"', *written, '"']


def test_the_seams_of_a_trace_are_whole(tokens):
    assert pieces(tokens, '{"items": "..", "total": "-12", "x": ".."}') == (
        ['{"', "items", '": "..", "', "total", '": "', "-", "1", "2", '", "', "x", '": ".."}']
    )
    assert pieces(tokens, '{"<stdout>": "\'1\\\\n\'", "x": "{}"}') == (
        ['{"<stdout>": "', "'", "1", "\\", "\\", "n", "'", '", "', "x", '": "', "{}", '"}']
    )


def test_expressions_in_f_strings_docstrings_and_comments_are_code(tokens):
    assert pieces(tokens, "f'is {total} {{x}}'\n") == ["f", *"'is ", "{", "total", "}", " ", *"{{x}}'", "\n"]
    assert pieces(tokens, '"""the total."""\n') == ['"""', "the", " ", "total", ".", '"""', "\n"]
    comment = ["  ", "#", " ", "don", "'", "t", " ", "count", " ", "'", "x", "\n"]
    assert pieces(tokens, "x  # don't count 'x\n") == ["x", *comment[:3], "d", "on", *comment[4:]]


def test_unknown_words_split_at_underscores_and_digits(tokens):
    assert pieces(tokens, "count_total7") == ["count", "_", "total", "7"]


def test_other_text_goes_by_bytes(tokens):
    assert pieces(tokens, "é🐍") == ["é", "🐍"]
    assert pieces(tokens, "語") == ["<0xE8>", "<0xAA>", "<0x9E>"]


def test_it_is_small_and_always_the_same():
    assert build().to_str() == build().to_str()
    assert build().get_vocab_size() <= 2048


def test_transformers_opens_it(tmp_path):
    from transformers import AutoTokenizer

    save(tmp_path)
    opened = AutoTokenizer.from_pretrained(tmp_path)
    text = "def f(x):\n    return x + 'a  b'\n"
    assert opened.encode(text, add_special_tokens=False) == build().encode(text).ids
    assert opened.decode(opened.encode(text)) == text
    assert (opened.bos_token, opened.eos_token, opened.pad_token) == (
        ("<|begin_of_text|>", "<|end_of_text|>", "<|pad|>")
    )


@pytest.mark.parametrize("path", sorted(MODELS.glob("*/tokenizer.json")), ids=lambda path: path.parent.name)
def test_shipped_checkpoints_have_this_tokenizer(path):
    """They were trained with it: a change here needs new checkpoints."""
    assert Tokenizer.from_file(str(path)).to_str() == build().to_str()
