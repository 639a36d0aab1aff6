"""Guessed = branched = cached = plain greedy `generate`, with and without sliding windows."""

import pytest
import torch

from cwm_demo.predict.forward import Lean, Transformers
from cwm_demo.predict.greedy import TIE, Greedy, run
from cwm_demo.predict.guess import LENGTH, Memory, following
from tests.predict.conftest import tiny_model

NEW = 16  # tokens that each continuation is compared over


def generate(model, ids: list[int], count: int = NEW) -> list[int]:
    with torch.inference_mode():
        output = model.generate(
            torch.tensor([ids]), max_new_tokens=count, do_sample=False, eos_token_id=None, pad_token_id=0
        )
    return output[0, len(ids) :].tolist()


def assert_greedy(model, prefix: list[int], written: list[int]) -> None:
    """`written` is what `generate` writes; where it differs, the two tokens must be a near-tie."""
    expected = generate(model, prefix, len(written))
    if written != expected:
        at = next(i for i, pair in enumerate(zip(written, expected)) if pair[0] != pair[1])
        with torch.inference_mode():
            logits = model(torch.tensor([prefix + expected[:at]])).logits[0, -1]
        assert abs(logits[written[at]] - logits[expected[at]]) < TIE, f"token {at} is not the greedy one"


@pytest.fixture(params=[None, 8], ids=["full", "sliding"])
def model(request):
    return tiny_model(window=request.param)


@pytest.fixture(params=[Lean, Transformers])
def forward(request, model):
    return request.param(model)


def begun(forward, ids, stops=frozenset(), **settings) -> Greedy:
    text = Greedy(forward, ids, stops, **settings)
    run(text.read(), forward)
    return text


@pytest.fixture
def ids(model) -> list[int]:
    """A text that the model itself would partly write, so that branches can follow it."""
    prefix = list(range(300, 330))
    text = prefix + generate(model, prefix, 30)
    text[45] = 7
    return text


STARTS = [1, 30, 35, 45, 46, 60]


@pytest.mark.parametrize("guessing", ["nothing", "the truth", "partly wrong", "one branch"])
def test_branches_are_plain_greedy(model, forward, ids, guessing):
    text = begun(forward, ids)
    branches = [text.branch(start) for start in STARTS]
    truth = {branch.number: generate(model, ids[: branch.start]) for branch in branches}

    def guess(branch):
        ahead = truth[branch.number][len(branch.tokens) :][:7]
        if guessing == "partly wrong":
            ahead[branch.number % 5 :] = [5] * len(ahead[branch.number % 5 :])
        elif guessing == "one branch" and branch.number != 3:
            return []
        return [] if guessing == "nothing" else ahead

    for branch in branches:
        branch.limit = NEW
    run(text.finish(branches, guess), forward)
    for branch in branches:
        assert len(branch.tokens) >= NEW
        assert_greedy(model, ids[: branch.start], branch.tokens[:NEW])


def test_a_branch_follows_the_base_text_for_nothing(forward, ids):
    branch = begun(forward, ids, first=30).branch(30)
    assert branch.tokens[:15] == ids[30:45]
    assert branch.tokens[15] != ids[45]
    assert branch.shared == len(branch.tokens) - 1 == 15


def test_probabilities_are_those_of_the_softmax(model, forward, ids):
    text = begun(forward, ids)
    branch = text.branch(40)
    branch.limit = 12
    run(text.finish([branch], lambda branch: [3, 4]), forward)
    with torch.inference_mode():
        logits = model(torch.tensor([ids[:40] + branch.tokens])).logits[0]
        base = model(torch.tensor([ids])).logits[0].log_softmax(-1)
    for i, (token, probability) in enumerate(zip(branch.tokens, branch.probabilities)):
        assert probability == pytest.approx(logits[39 + i].softmax(-1)[token].item(), rel=1e-3)
    expected = [base[i, ids[i + 1]].item() for i in range(len(ids) - 1)]
    assert text.log_probabilities() == pytest.approx(expected, abs=1e-3)


def test_a_stop_is_the_last_token_even_if_the_guess_goes_on(model, forward, ids):
    truth = generate(model, ids[:10])
    stop = truth[5]
    text = begun(forward, ids, frozenset({stop}))
    branch = text.branch(10)
    branch.limit = NEW
    run(text.finish([branch], lambda branch: truth[len(branch.tokens) :]), forward)
    assert branch.tokens == truth[: truth.index(stop) + 1]


def test_a_given_beginning_is_continued_greedily(model, forward, ids):
    text = begun(forward, ids, width=3)
    branch = text.branch(20, [(9, 0.5), (11, 0.25)])
    branch.limit = 10
    run(text.finish([branch], lambda branch: []), forward)
    assert branch.probabilities[:2] == [0.5, 0.25]
    assert_greedy(model, [*ids[:20], 9, 11], branch.tokens[2:])


def test_nothing_is_written_beyond_the_context():
    forward = Lean(tiny_model(context=40))
    text = begun(forward, list(range(300, 330)))
    branch = text.branch(30)
    branch.limit = 100
    run(text.finish([branch], lambda branch: [1] * 30), forward)
    assert branch.end == 40


class Rounding:
    """A forward whose sums are rounded as its chunks happen to be: two tokens are equal up to that."""

    def __init__(self, model, nudge):
        self.model, self._lean, self._nudge = model, Lean(model), nudge
        self.cache, self.looks = self._lean.cache, 0

    def run(self, feeds):
        logits = [rows.clone() for rows in self._lean.run(feeds)]
        for rows in logits:
            rows[:, 11] = rows[:, 7] = rows.max(-1).values + 1
            rows[:, 11] += self._nudge
        return logits

    def exact(self, ids):
        self.looks += 1
        logits = torch.zeros(self.model.config.vocab_size, dtype=torch.float64)
        logits[11] = 1e-9
        return logits


@pytest.mark.parametrize("nudge", [-TIE / 10, 0.0, TIE / 10])
def test_a_near_tie_is_settled_by_a_second_look_and_not_by_rounding(nudge):
    forward = Rounding(tiny_model(), nudge)
    text = begun(forward, [1, 2, 3], first=3)
    branch = text.branch(3)
    branch.limit = 5
    run(text.finish([branch], lambda branch: [11, 7, 11]), forward)
    assert branch.tokens[:5] == [11] * 5 and forward.looks >= 5


def test_without_a_tie_nobody_looks_twice():
    forward = Rounding(tiny_model(), -2 * TIE)
    assert begun(forward, [1, 2, 3], first=3).branch(3).tokens == [7] and not forward.looks


def test_guesses_come_from_the_place_most_like_this_one():
    assert following([1, 2, 3, 4, 5], [1, 2]) == [3, 4, 5]
    assert following([1, 2, 3, 9, 2, 4], [9, 2]) == [4]
    assert following([1, 2, 3, 4], [1, 7]) == [3, 4]  # another token in the place of 2
    assert following([], [7]) == []
    assert len(following(list(range(100)), [0])) == LENGTH
    memory = Memory()
    assert memory.guess() == []
    memory.extend([1, 2, 3, 4, 1, 2])
    assert memory.guess() == [3, 4, 1, 2]
    memory.extend([5, 1, 2])
    assert memory.guess() == [5, 1, 2]


def test_a_longer_likeness_goes_before_a_later_one():
    memory = Memory()
    memory.extend([1, 2, 3, 4, 9, 3, 5, 1, 2, 3])
    assert memory.guess()[0] == 4  # after 1 2 3, though 5 followed the last 3
    memory.extend([7, 9])
    assert memory.guess()[0] == 3  # a single token is better than nothing
