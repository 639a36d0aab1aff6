"""Greedy decoding of many continuations of one text at once, by one forward per step.

    text = Greedy(forward, ids, stops)
    run(text.read(), forward)                          # one forward over all of ids
    branches = [text.branch(start) for start in ...]   # what it would write after ids[:start]
    run(text.finish(branches, guess), forward)         # each decoded up to a token of `stops`, or its limit

A branch follows the base text for as long as that is what the model would write itself, at no cost. From
its first other token it is decoded. All branches lie in one row behind the base text, and a mask lets each
token see the base tokens before its branch, and its own branch. A guess (tokens that may come next) rides
along with a step: what greedy decoding agrees with is kept and the rest is masked out, so that guesses
change the cost and never the result.

Nothing here calls a model: `read`, `finish` and `step` are generators that yield a `Feed` and are sent its
logits, so that whoever drives them may put the feeds of several texts into one forward (`queue.py`).

Ties. How many tokens a forward holds decides how its sums are rounded, and so which of two tokens comes first
whose logits are equal up to rounding. Where the two likeliest are within `TIE`, the text up to there is read
once more in float64, and what is likelier there is written. So chunking never decides. (A model in another
type than float32, or one that goes through transformers' own forward, has no such second look.)

Not covered: sampling, beams, batches of different texts.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch

from cwm_demo.predict.forward import Feed, Forward

BASE, DROPPED = -1, -2  # whose a key in the cache is, when it is no branch's
TIE = 1e-4  # of two logits: nearer than this, rounding could decide; it moves them by about a tenth of that
Choice = tuple[int, float]  # a token and its probability
T = TypeVar("T")
# Yields what is to be read and is sent the logits, or None where others may come in between; returns T.
Work = Generator[Feed | None, torch.Tensor | None, T]


def run(work: Work[T], forward: Forward | None) -> T:
    """Drive `work` on its own. What never asks for anything to be read needs no forward."""
    try:
        feed = next(work)
        while True:
            feed = work.send(None if feed is None else forward.run([feed])[0])
    except StopIteration as end:
        return end.value


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
        self, forward: Forward, ids: Sequence[int], stops: frozenset[int], width: int = 1, first: int = 1
    ) -> None:
        """`first` is the first place at which a branch may start."""
        self.ids = list(ids)
        self.stops = stops
        self.context: int = forward.model.config.max_position_embeddings
        self._forward = forward
        self._device = forward.model.device
        self._width = max(width, 2)  # two tell whether there is a tie
        self._first = first
        self._branches = 0
        self._cache = forward.cache()
        self._owner = torch.full((len(self.ids),), BASE, device=self._device)
        self._position = torch.arange(len(self.ids), device=self._device)
        self._logits = torch.empty(0)
        self._choices: list[list[Choice]] = []

    def read(self) -> Work[None]:
        """The base text, before anything else."""
        self._logits = yield Feed(self.ids, self._cache, wanted=self._first - 1)
        self._choices = self._best(self._logits)

    def log_probabilities(self) -> list[float]:
        """Natural logarithm of the probability of each base token from `first` on, given those before."""
        following = self._tensor(self.ids[self._first :])[:, None]
        logits = self._logits[:-1]
        return (logits.gather(1, following)[:, 0] - logits.logsumexp(-1)).tolist()

    def next_chances(self) -> torch.Tensor:
        """(vocabulary,) the probability of each token after the base text."""
        return self._logits[-1].softmax(-1)

    def branch(self, start: int, given: Sequence[Choice] = ()) -> Branch:
        """What continues the first `start` base tokens: greedy, or beginning with what is `given`."""
        self._branches += 1
        tokens, probabilities = [token for token, _ in given], [p for _, p in given]
        if given:
            return Branch(self._branches, start, 0, tokens, probabilities, [[choice] for choice in given], 0)
        branch = Branch(self._branches, start, 0, [], [], [], 0)
        while True:
            self._extend(branch, self._settled(branch, self._choices[branch.end - self._first]))
            last = branch.tokens[-1]
            if last in self.stops or branch.end > len(self.ids) or self.ids[branch.end - 1] != last:
                branch.shared = branch.fed = len(branch.tokens) - 1
                return branch

    def finish(self, branches: Sequence[Branch], guess: Callable[[Branch], Sequence[int]]) -> Work[None]:
        """Decode each branch up to a stop, its limit, or the end of the model's context."""
        while open_branches := [branch for branch in branches if not self.closed(branch)]:
            yield from self.step(open_branches, [guess(branch) for branch in open_branches])

    def closed(self, branch: Branch) -> bool:
        given_up = len(branch.tokens) >= branch.limit or branch.end >= self.context
        return given_up or branch.tokens[-1] in self.stops

    def step(self, branches: Sequence[Branch], guesses: Sequence[Sequence[int]]) -> Work[None]:
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
        fed = [token for feed in feeds for token in feed]
        choices = self._best((yield Feed(fed, self._cache, position, base | own, self._position)))

        row = 0
        for branch, guess, feed in zip(branches, cut, feeds):
            known = row + len(feed) - len(guess)  # rows of this branch whose tokens are certain
            right = 0
            while True:
                self._extend(branch, self._settled(branch, choices[known + right - 1]))
                if right == len(guess) or guess[right] != branch.tokens[-1]:
                    break
                right += 1
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

    def _settled(self, branch: Branch, choices: list[Choice]) -> list[Choice]:
        """The choices in their order, whatever rounding did to the first two. See «Ties» above."""
        if choices[1][1] < choices[0][1] * math.exp(-TIE):
            return choices
        logits = self._forward.exact(self.ids[: branch.start] + branch.tokens)
        if logits is None:
            return choices
        return sorted(choices, key=lambda choice: -float(logits[choice[0]]))

    def _forget_tail(self) -> None:
        """Free the dropped keys at the cache's end: with a single branch, all of them."""
        kept = int((self._owner != DROPPED).nonzero()[-1]) + 1
        if kept < len(self._owner):
            self._owner, self._position = self._owner[:kept], self._position[:kept]
            self._cache.forget(kept)

    def _best(self, logits: torch.Tensor) -> list[list[Choice]]:
        values, tokens = logits.topk(self._width)
        values = (values - logits.logsumexp(-1, keepdim=True)).exp()
        return [list(zip(*row)) for row in zip(tokens.tolist(), values.tolist())]

    def _tensor(self, values: Sequence[int]) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.long, device=self._device)
