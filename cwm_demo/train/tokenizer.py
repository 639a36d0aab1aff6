"""The tokenizer of both models: names whole, strings and numbers in characters, the trace's seams whole.

    python -m cwm_demo.train.tokenizer models/cwm      # writes tokenizer.json and tokenizer_config.json
    tokenizer = build()                                # the same, as a tokenizers.Tokenizer
    tokens = Tokens(build())                           # what cwm_demo.trace.text works with

It is built, not learned: the vocabulary is `vocabulary.py`, the seams below, printable characters, and
the 256 bytes for all other text, which therefore always comes back exactly. Only the short pieces that
spell unknown words are learned, from the vocabulary itself. It is deterministic, and one plain
`tokenizers` JSON: no code of ours is needed to load it.

A piece of text is split by a sequence of regular expressions. A Python string literal is broken into
characters, in source and in the JSON of a trace's locals and values, where it looks differently; the
expressions in braces of an f-string, docstrings and comments are not. `\\G` is where the last match ended
and `\\A` the start of the piece at hand, so `(?:\\A...|\\G(?!\\A)...)` walks through exactly those pieces
that begin in a certain way and leaves the others whole.
"""

from __future__ import annotations

import argparse
import json
import re
import string
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from cwm_demo.trace.frame import START_OF_TRACE
from cwm_demo.trace.text import BEGIN, END, PAD, SPECIAL_TOKENS, STDOUT
from cwm_demo.train.vocabulary import words

CONTEXT_LENGTH = 2_048  # tokens; of the models that this tokenizer is for
PIECES = 96  # learned pieces that spell unknown words

# The seams of LOCALS: JSON's quotes around names and values.
SEAMS = ['": "..", "', '": ".."}', '": "', '", "', '{"', '"}', f'{{"{STDOUT}": "']

OPERATORS = """
= == != < <= > >= + - * / // % ** & | ^ << >> := -> += -= *= /= //= %= **= &= |= ^= <<= >>=
in is and or if else for as import
"""
SPACED = [f" {operator} " for operator in ["not in", "is not", *OPERATORS.split()]]
# Statements and prefix operators, with the space that follows them.
OPENERS = """
return if elif while for def class import from not lambda del raise assert yield with except global nonlocal
await async match case in else
"""
ENDINGS = ["):\n", "]:\n", ":\n", "()\n", "))\n", ")\n", "]\n", "}\n"]
MARKS = [START_OF_TRACE, '"""', "'''", "...", ", ", ": ", "()", "[]", "{}"]
MARKS += ["**", "//", "==", "!=", "<=", ">=", "<<", ">>", "->", ":="]

# Printable characters beyond ASCII that small programs and their texts use; the rest goes by bytes.
CHARACTERS = (
    "".join(map(chr, range(0xA1, 0x100)))
    + "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω"
    + "–—‘’“”„•…‹›€™←↑→↓∀∂∃∅∈∑−√∞∧∨∩∪≈≠≤≥■□▲△●○★☆♠♣♥♦✓✗"
    + "😀😂😊😍😎😢🙂👍👋🎉🎈🔥🌍🌟🍎🍌🍕🐍🐱🐶🚀❤"
)

# Source: comments, docstrings, literals with their prefix, and what stands between them. LOCALS and VALUE
# begin with a JSON quote and are walked by `_JSON` instead. A literal `", "` or `": "` would look like a
# seam when it stands alone, so it keeps the character that follows it.
_LITERAL = r""""(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'"""
_SOURCE = (
    r"""(?:\A(?!\{"|"(?!""))|\G(?!\A))(?:"""
    r"""\w*(?:\"""[\s\S]*?\"""|'''[\s\S]*?''')"""
    r"""|#[^\n]*"""
    r"""|"[,:] "[^'"#]"""
    rf"""|\w*(?:{_LITERAL})"""
    r"""|(?:[^'"#\w]|\w+(?!\w*['"]))+"""
    r"""|[\s\S])"""
)
# LOCALS and VALUE: literals as JSON writes them (backslashes doubled, double quotes escaped), seams, runs.
_JSON_LITERAL = r"""'(?:[^'"\\]|\\\\\\\\|\\\\[^\\]|\\")*'|\\"(?:[^"\\]|\\\\\\\\|\\\\[^\\])*\\\""""
_JSON = (
    r"""(?:\A(?=\{"|"(?!""))|\G(?!\A))(?:"""
    + "|".join([_JSON_LITERAL, *(re.escape(seam) for seam in SEAMS[-1:] + SEAMS[:-1])])
    + r"""|[^'"\\]+|[\s\S])"""
)
_JSON_CHARACTERS = rf"(?:\A(?=(?:{_JSON_LITERAL})\z)|\G(?!\A))[\s\S]"
# An f-string: its opening, whole {expressions}, single characters.
_F_STRING = r"""(?:\A[fF]['"](?!['"]{2})|\G(?!\A)(?:\{\{|\{[^{}'"\n]+\}|[\s\S]))"""
# Any other literal: its prefix, then single characters. No seam, no docstring.
_SEAM_ENDS = r"""(?:[:,] "|\}|: "\.\."(?:, "|\}))\z"""
_CHARACTERS = (
    r"""(?:\A(?:[A-Za-z]{1,2}(?=['"](?!['"]{2}))|'(?!'')|"(?!"")(?!"""
    + _SEAM_ENDS
    + r"""))|\G(?!\A)[\s\S])"""
)


def _code(names: list[str]) -> str:
    """Code: spaced operators, openers, line ends, known compound names, words, single characters."""
    known = sorted((name for name in names if re.search(r"[_\d]", name)), key=lambda name: (-len(name), name))
    return "|".join(
        [
            rf"\A(?:{'|'.join(re.escape(seam) for seam in SEAMS)})\z",
            *(re.escape(operator) for operator in SPACED),
            rf"\b(?:{'|'.join(OPENERS.split())}) (?! )",
            *(re.escape(mark) for mark in ENDINGS + MARKS),
            rf"\b(?:{'|'.join(known)})\b",
            r"[^\W\d_]+",
            r" +",
            r"[\s\S]",
        ]
    )


def build() -> Tokenizer:
    """The tokenizer. The same on every machine."""
    names = words()
    openers = [f"{word} " for word in OPENERS.split()]
    spaces = [" " * n for n in [*range(2, 25), 28, 32]]
    characters = sorted(set(string.printable[:-5] + "\t\n\r" + CHARACTERS))
    tokens = [f"<0x{byte:02X}>" for byte in range(256)]
    tokens += characters + SEAMS + SPACED + openers + ENDINGS + MARKS + spaces
    tokens += names
    merges = _merges(names)
    tokens += [a + b for a, b in merges]
    vocabulary = {token: i for i, token in enumerate(dict.fromkeys(tokens))}

    tokenizer = Tokenizer(models.BPE(vocabulary, merges, byte_fallback=True, ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated")
            for pattern in (_JSON, _JSON_CHARACTERS, _SOURCE, _F_STRING, _CHARACTERS, _code(names))
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in SPECIAL_TOKENS]
    )
    return tokenizer


def _merges(names: list[str]) -> list[tuple[str, str]]:
    """Frequent pieces of the words themselves, to spell the words that are not among them."""
    parts = [part for name in names for part in re.findall(r"[^\W\d_]{3,}", name)]
    learner = Tokenizer(models.BPE())
    alphabet = sorted(set("".join(parts)))
    trainer = trainers.BpeTrainer(
        vocab_size=len(alphabet) + PIECES, initial_alphabet=alphabet, show_progress=False
    )
    learner.train_from_iterator(sorted(parts), trainer)
    return [tuple(merge) for merge in json.loads(learner.to_str())["model"]["merges"]]


def save(folder: Path) -> None:
    """Write the files that `AutoTokenizer.from_pretrained(folder)` opens."""
    folder.mkdir(parents=True, exist_ok=True)
    build().save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BEGIN,
        "eos_token": END,
        "pad_token": PAD,
        "model_max_length": CONTEXT_LENGTH,
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the tokenizer's files.")
    parser.add_argument("folder", type=Path, help="where a checkpoint lies, or will lie")
    folder = parser.parse_args().folder
    save(folder)
    print(f"{folder / 'tokenizer.json'}: {build().get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
