"""How many tokens a frame of a trace takes, by three ways to cut text up.

- **ours**: digits and the characters of strings alone; keywords, operators, names, the trace's seams whole.
- **characters**: one token for each character. The trace's special tokens are one token here too.
- **sub-words**: GPT-2's own tokenizer where a copy of it lies on this machine; else one of the same make,
  byte-level BPE of GPT-2's pattern, learnt here from the source of Python's standard library.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from cwm_demo.trace.frame import Frame, Trace
from cwm_demo.trace.text import Tokens, frame_ids, source_ids

VOCABULARY = 32_000
GPT2 = "openai-community/gpt2"
Pieces = Callable[[str], list[str]]  # plain text, without special tokens


@dataclass(frozen=True, slots=True)
class SubWords:
    pieces: Pieces
    what: str  # which tokenizer this is, for the reader of a result
    size: int


def sub_words() -> SubWords:
    """GPT-2's tokenizer from the local cache, or one that is learnt here. Nothing is downloaded."""
    try:
        from transformers import AutoTokenizer

        found = AutoTokenizer.from_pretrained(GPT2, local_files_only=True)
    except Exception:  # not in the cache; libraries disagree on how to say so
        sources = standard_library()
        learnt = learn(sources, VOCABULARY)
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        what = f"byte-level BPE, GPT-2 style, learnt from {len(sources)} files of Python {python}'s library"
        return SubWords(_pieces_of(learnt), what, learnt.get_vocab_size())
    return SubWords(_pieces_of(found.backend_tokenizer), "GPT-2's own", len(found))


def standard_library() -> list[str]:
    """The source files of this Python's standard library, its tests and what pip installed left out."""
    root = Path(sysconfig.get_path("stdlib"))
    skipped = {"site-packages", "dist-packages", "test", "tests", "idle_test", "__pycache__"}
    paths = [path for path in root.rglob("*.py") if not skipped & set(path.relative_to(root).parts)]
    return [path.read_text(encoding="utf-8", errors="replace") for path in sorted(paths)]


def learn(sources: Iterable[str], vocabulary: int) -> Tokenizer:
    """A byte-level BPE tokenizer: GPT-2's pattern, merges from `sources`. The same for the same text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(sources, trainer)
    return tokenizer


def _pieces_of(tokenizer: Tokenizer) -> Pieces:
    def pieces(text: str) -> list[str]:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        return [text[begin:end] for begin, end in encoding.offsets]

    return pieces


@dataclass(slots=True)
class Count:
    frames: int = 0
    tokens: dict[str, int] = field(default_factory=dict)  # of all frames, by tokenizer
    source: dict[str, int] = field(default_factory=dict)  # of the sources

    def add(self, other: Count) -> None:
        self.frames += other.frames
        for mine, theirs in ((self.tokens, other.tokens), (self.source, other.source)):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count

    def to_json(self) -> dict[str, Any]:
        each = {name: round(count / self.frames, 2) for name, count in self.tokens.items()}
        return {"frames": self.frames, "tokens_per_frame": each, "source_tokens": self.source}


class Compared:
    """Three tokenizers side by side."""

    def __init__(self, tokens: Tokens, sub_words: SubWords) -> None:
        self.tokens = tokens
        self.ways: dict[str, Pieces] = {"characters": list, "sub-words": sub_words.pieces}

    def count(self, trace: Trace) -> Count:
        total = Count(len(trace.frames))
        total.source = self._counts(source_ids(self.tokens, trace.source))
        for frame in trace.frames:
            total.add(Count(0, self._counts(frame_ids(self.tokens, frame))))
        return total

    def cut(self, frame: Frame) -> dict[str, list[str]]:
        """One frame, piece by piece, in each way."""
        ids = frame_ids(self.tokens, frame)
        ours = [self.tokens.show([token]) for token in ids]
        return {"ours": ours, **{name: self._cut(ids, way) for name, way in self.ways.items()}}

    def _counts(self, ids: list[int]) -> dict[str, int]:
        return {"ours": len(ids), **{name: len(self._cut(ids, way)) for name, way in self.ways.items()}}

    def _cut(self, ids: list[int], way: Pieces) -> list[str]:
        """The same text in another way; special tokens stay what they are."""
        pieces: list[str] = []
        plain: list[int] = []
        for token in [*ids, None]:
            if token is not None and token not in self.tokens.special_names:
                plain.append(token)
                continue
            if plain:
                pieces += way(self.tokens.decode(plain))
                plain = []
            if token is not None:
                pieces.append(self.tokens.special_names[token])
        return pieces
