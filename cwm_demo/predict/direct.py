"""Asks a language model for a call's value directly: no trace, no steps.

    model = open_direct_model("models/standard")
    model.answer(source, "tally('aab')")                       # DirectAnswer("{'a': 2, 'b': 1}", 0.61)
    model.bits(source, "tally('aab')", "{'a': 2, 'b': 1}")     # how unlikely it finds that value

A model of ours is shown the program as a file of its corpus, where asserts that hold stand below the
source (`train/corpus.py`), and goes on after `assert tally('aab')`. Any other causal model (a local folder,
or a name on the Hugging Face hub) is shown a few programs with their asserts first. All decoding is greedy,
up to the end of the line. Not covered: values that don't read back as Python, and exceptions.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, StoppingCriteriaList

from cwm_demo.predict.checkpoint import Checkpoint, choose_device
from cwm_demo.predict.errors import CheckpointError, MissingCheckpoint
from cwm_demo.predict.forward import Forward, open_forward
from cwm_demo.predict.greedy import Greedy, Work, run
from cwm_demo.predict.prediction import BEYOND_REACH, DirectAnswer
from cwm_demo.predict.prompts import few_shot, first_line
from cwm_demo.trace.text import END, PAD, SPECIAL_TOKENS, Tokens, source_document_ids

MAX_ANSWER_TOKENS = 128
OPERATORS = (" == ", " is ")  # what stands between call and value; in our corpora None follows `is`


def open_direct_model(name: str) -> CorpusModel | FewShotModel:
    """A folder, or a name on the hub. Raises CheckpointError."""
    if not (Path(name) / "config.json").is_file() and not _is_hub_name(name):
        raise MissingCheckpoint(
            f"There is no checkpoint at {name}: give a folder with a config.json and a tokenizer, or a name "
            "on the Hugging Face hub, such as org/model."
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        device = choose_device()
        dtype = torch.float32 if device.type == "cpu" else "auto"
        model = AutoModelForCausalLM.from_pretrained(name, dtype=dtype).to(device).eval()
    except Exception as error:  # whatever a library, a network and a file format may raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CheckpointError(f"The model {name} can't be opened: {reason}") from error
    if is_ours(tokenizer):
        return CorpusModel(Checkpoint(model, Tokens(tokenizer.backend_tokenizer)))
    return FewShotModel(model, tokenizer)


def knows_traces(tokenizer: Any) -> bool:
    """Whether a tokenizer has CWM's trace tokens."""
    own = getattr(tokenizer, "backend_tokenizer", None)
    return own is not None and all(
        own.token_to_id(name) is not None for name in SPECIAL_TOKENS if name != PAD
    )


def is_ours(tokenizer: Any) -> bool:
    """Whether a tokenizer is this repository's: its trace tokens, and one token for ` == `."""
    if not knows_traces(tokenizer):
        return False
    operator = tokenizer.backend_tokenizer.encode(OPERATORS[0], add_special_tokens=False)
    return operator.tokens == [OPERATORS[0]]


def _is_hub_name(name: str) -> bool:
    """`org/model`, as against a path that isn't there."""
    parts = name.split("/")
    return len(parts) == 2 and all(parts) and not name.startswith((".", "~")) and not Path(parts[0]).exists()


def document(source: str, call: str, ending: str = "") -> str:
    """A source document of the corpus with one assert, up to the end of its call and `ending`."""
    return f"{source.rstrip()}\n\n\nassert {call}{ending}"


class CorpusModel:
    """`DirectModel` of a checkpoint of ours, world model or text model."""

    def __init__(self, checkpoint: Checkpoint, forward: Forward | None = None) -> None:
        """`forward` is that of the checkpoint's model, where there is one already."""
        self.checkpoint = checkpoint
        self.forward = forward or open_forward(checkpoint.model)
        tokens = checkpoint.tokens
        self._ends = {token for token in range(len(tokens)) if tokens.ends_line(token)}
        self._stops = frozenset({*self._ends, tokens.special[END]})
        self._operators = [tokens.encode(operator)[0] for operator in OPERATORS]

    def answer(self, source: str, call: str) -> DirectAnswer:
        return run(self.answering(source, call), self.forward)

    def answering(self, source: str, call: str) -> Work[DirectAnswer]:
        """`answer`."""
        tokens: Tokens = self.checkpoint.tokens
        ids = source_document_ids(tokens, document(source, call), end=False)
        if len(ids) + 2 > self.checkpoint.context:
            return DirectAnswer("", 1.0, BEYOND_REACH)
        text = Greedy(self.forward, ids, self._stops, first=len(ids))
        yield from text.read()
        chances = text.next_chances()
        operator = max(self._operators, key=lambda token: float(chances[token]))
        branch = text.branch(len(ids), [(operator, float(chances[operator]))])
        branch.limit = 1 + MAX_ANSWER_TOKENS
        yield from text.finish([branch], lambda _: ())
        written, probability = branch.tokens[1:], math.prod(branch.probabilities)
        if written[-1] not in self._ends:
            return DirectAnswer("", probability, f"the line had not ended after {len(written)} tokens")
        return DirectAnswer(tokens.decode(written).removesuffix("\n"), probability)

    def bits(self, source: str, call: str, value: str) -> float | None:
        """-log2 p of the line that says `call` gives `value`; None where it doesn't fit the context."""
        tokens: Tokens = self.checkpoint.tokens
        before = source_document_ids(tokens, document(source, call), end=False)
        operator = " is " if value == "None" else " == "
        ids = source_document_ids(tokens, document(source, call, f"{operator}{value}\n"), end=False)
        if len(ids) > self.checkpoint.context:
            return None
        begin = len(before)
        while ids[:begin] != before[:begin]:  # a seam that the two texts don't share
            begin -= 1
        chances = self._logits(ids[:-1])[begin - 1 :].log_softmax(-1)
        following = torch.tensor(ids[begin:], device=chances.device)[:, None]
        return -float(chances.gather(1, following).sum()) / math.log(2)

    @torch.inference_mode()
    def _logits(self, ids: list[int]) -> torch.Tensor:
        """(n, vocabulary) in float32."""
        model = self.checkpoint.model
        return model(input_ids=torch.tensor([ids], device=model.device)).logits[0].float()


class FewShotModel:
    """`DirectModel` of any causal model, shown examples first."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model, self.tokenizer = model, tokenizer
        self._context = getattr(model.config, "max_position_embeddings", None) or 1 << 20

    def answer(self, source: str, call: str) -> DirectAnswer:
        ids = self.tokenizer(few_shot(source, call)).input_ids
        room = min(MAX_ANSWER_TOKENS, self._context - len(ids))
        if room < 1:
            return DirectAnswer("", 1.0, BEYOND_REACH)

        def line_ended(ids_so_far: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
            ended = "\n" in self.tokenizer.decode(ids_so_far[0, len(ids) :])
            return torch.tensor([ended], device=ids_so_far.device)

        stopping = StoppingCriteriaList([line_ended])
        written, probability = _greedy(self.model, ids, room, stopping_criteria=stopping)
        return first_line(self.tokenizer.decode(written, skip_special_tokens=True), probability)


@torch.inference_mode()
def _greedy(model: Any, ids: list[int], room: int, **stopping: Any) -> tuple[list[int], float]:
    """What it writes after `ids`, at most `room` tokens, and the product of their probabilities."""
    given = torch.tensor([ids], device=model.device)
    output = model.generate(
        given,
        attention_mask=torch.ones_like(given),
        max_new_tokens=room,
        do_sample=False,
        return_dict_in_generate=True,
        output_logits=True,
        **stopping,
    )
    written = output.sequences[0, len(ids) :].tolist()
    chances = [logits[0].float().log_softmax(-1)[token] for logits, token in zip(output.logits, written)]
    return written, math.exp(float(sum(chances)))
