"""Greedy decoding of many continuations of one text at once, by one forward per step.

    text = Greedy(model, ids, stops)                   # one forward over all of ids
    branches = [text.branch(start) for start in ...]   # what it would write after ids[:start]
    text.finish(branches, guess)                       # each decoded up to a token of `stops`, or its limit

A branch follows the base text for as long as that is what the model would write itself, at no cost. From
its first other token it is decoded. All branches lie in one row behind the base text, and a mask lets each
token see the base tokens before its branch, and its own branch. A guess (tokens that may come next) rides
along with a step: what greedy decoding agrees with is kept and the rest is masked out, so that guesses
change the cost and never the result. The cache keeps every position on sliding layers too, their window
being part of the mask, so nothing needs to be cropped.

Not covered: sampling, beams, batches of different texts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from transformers import DynamicCache, PreTrainedModel

BASE, DROPPED = -1, -2  # whose a key in the cache is, when it is no branch's
Choice = tuple[int, float]  # a token and its probability


@dataclass(slots=True, eq=False)
class Branch:
    number: int
    start: int  # index of its first token in the whole text
    shared: int  # how many of its tokens are the base text's own
    tokens: list[int]
    probabilities: list[float]
    choices: list[list[Choice]]  # at each token what else the model might have written, likeliest first
    fed: int  # how many of its tokens the cache holds
    limit: int = sys.maxsize  # tokens after which it is given up

    @property
    def end(self) -> int:
        return self.start + len(self.tokens)


class Greedy:
    """The continuations of `ids` (not longer than `context` tokens). Keeps `width` choices per token."""

    def __init__(
        self,
        model: PreTrainedModel,
        ids: Sequence[int],
        stops: frozenset[int],
        width: int = 1,
    ) -> None:
        self.model = model
        self.ids = list(ids)
        self.stops = stops
        self.context: int = model.config.max_position_embeddings
        self._width = width
        self._window = getattr(model.config, "sliding_window", None)
        self._branches = 0
        self._cache = DynamicCache()  # without the config: all positions on all layers
        self._owner = torch.full((len(ids),), BASE, device=model.device)
        self._position = torch.arange(len(ids), device=model.device)
        self._logits = self._forward(self._tensor(self.ids))
        self._choices = self._best(self._logits)

    def log_probabilities(self) -> list[float]:
        """Natural logarithm of the probability of each base token but the first, given those before."""
        following = self._tensor(self.ids[1:])[:, None]
        logits = self._logits[:-1]
        return (logits.gather(1, following)[:, 0] - logits.logsumexp(-1)).tolist()

    def branch(self, start: int, given: Sequence[Choice] = ()) -> Branch:
        """What continues the first `start` base tokens: greedy, or beginning with what is `given`."""
        self._branches += 1
        tokens, probabilities = [token for token, _ in given], [p for _, p in given]
        if given:
            return Branch(self._branches, start, 0, tokens, probabilities, [[choice] for choice in given], 0)
        branch = Branch(self._branches, start, 0, [], [], [], 0)
        while True:
            self._extend(branch, self._choices[branch.end - 1])
            last = branch.tokens[-1]
            if last in self.stops or branch.end > len(self.ids) or self.ids[branch.end - 1] != last:
                branch.shared = branch.fed = len(branch.tokens) - 1
                return branch

    def finish(self, branches: Sequence[Branch], guess: Callable[[Branch], Sequence[int]]) -> None:
        """Decode each branch up to a stop, its limit, or the end of the model's context."""
        while open_branches := [branch for branch in branches if not self.closed(branch)]:
            self.step(open_branches, [guess(branch) for branch in open_branches])

    def closed(self, branch: Branch) -> bool:
        given_up = len(branch.tokens) >= branch.limit or branch.end >= self.context
        return given_up or branch.tokens[-1] in self.stops

    def step(self, branches: Sequence[Branch], guesses: Sequence[Sequence[int]]) -> None:
        """Extend each branch by what its guess got right, and by one token more."""
        cut = [self._usable(guess, self.context - branch.end - 1) for branch, guess in zip(branches, guesses)]
        feeds = [branch.tokens[branch.fed :] + guess for branch, guess in zip(branches, cut)]
        rows = [(branch, i) for branch, feed in zip(branches, feeds) for i in range(len(feed))]
        owner = self._tensor([branch.number for branch, _ in rows])
        position = self._tensor([branch.start + branch.fed + i for branch, i in rows])
        visible = self._tensor([branch.start + branch.shared for branch, _ in rows])
        held = len(self._owner)
        self._owner = torch.cat([self._owner, owner])
        self._position = torch.cat([self._position, position])
        base = (self._owner == BASE) & (self._position < visible[:, None])
        own = (self._owner == owner[:, None]) & (self._position <= position[:, None])
        fed = self._tensor([token for feed in feeds for token in feed])
        choices = self._best(self._forward(fed, position, base | own))

        row = 0
        for branch, guess, feed in zip(branches, cut, feeds):
            known = row + len(feed) - len(guess)  # rows of this branch whose tokens are certain
            right = 0
            while right < len(guess) and guess[right] == choices[known + right - 1][0][0]:
                right += 1
            for following in choices[known - 1 : known + right]:
                self._extend(branch, following)
            branch.fed = len(branch.tokens) - 1
            row += len(feed)
            self._owner[held + known + right : held + row] = DROPPED
        self._forget_tail()

    def _usable(self, guess: Sequence[int], room: int) -> list[int]:
        """As much of a guess as fits and holds no stop: a stop is always the last token of a step."""
        usable: list[int] = []
        for token in guess[: max(room, 0)]:
            if token in self.stops:
                break
            usable.append(token)
        return usable

    @staticmethod
    def _extend(branch: Branch, choices: list[Choice]) -> None:
        token, probability = choices[0]
        branch.tokens.append(token)
        branch.probabilities.append(probability)
        branch.choices.append(choices)

    def _forget_tail(self) -> None:
        """Free the dropped keys at the cache's end: with a single branch, all of them."""
        kept = int((self._owner != DROPPED).nonzero()[-1]) + 1
        if kept < len(self._owner):
            self._owner, self._position = self._owner[:kept], self._position[:kept]
            for layer in self._cache.layers:
                layer.keys, layer.values = layer.keys[..., :kept, :], layer.values[..., :kept, :]

    def _best(self, logits: torch.Tensor) -> list[list[Choice]]:
        values, tokens = logits.topk(self._width)
        values = (values - logits.logsumexp(-1, keepdim=True)).exp()
        return [list(zip(*row)) for row in zip(tokens.tolist(), values.tolist())]

    @torch.inference_mode()
    def _forward(
        self, ids: torch.Tensor, position: torch.Tensor | None = None, allowed: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Logits (n, vocabulary) in float32 for n ids; `allowed` (n, keys) says which keys each one sees."""
        masks = None
        if position is not None and allowed is not None:
            near = allowed
            if self._window:
                near = allowed & (position[:, None] - self._position < self._window)
            masks = {"full_attention": self._mask(allowed), "sliding_attention": self._mask(near)}
            if self.model.config.model_type != "cwm":  # other architectures take one mask for all layers
                masks = masks["sliding_attention"]
        output = self.model(
            input_ids=ids[None],
            attention_mask=masks,
            position_ids=None if position is None else position[None],
            past_key_values=self._cache,
            use_cache=True,
        )
        return output.logits[0].float()

    def _mask(self, allowed: torch.Tensor) -> torch.Tensor:
        """An additive mask (1, 1, n, keys), which every implementation of attention takes."""
        mask = torch.zeros(allowed.shape, dtype=self.model.dtype, device=allowed.device)
        return mask.masked_fill(~allowed, torch.finfo(mask.dtype).min)[None, None]

    def _tensor(self, values: Sequence[int]) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.long, device=self.model.device)
