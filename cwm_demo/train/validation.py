"""A cheap look at a model in training: teacher-forced, on held-out documents.

A frame counts as exact when the likeliest token is right at each of its positions, so these figures come
close to the replay scores of `python -m cwm_demo evaluate`, and never stand in for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from transformers import CwmForCausalLM

from cwm_demo.trace.text import ACTION_SEP, ARG_SEP, FRAME_SEP
from cwm_demo.train.data import Documents, batch_of
from cwm_demo.train.model import greedy_hits


@dataclass(frozen=True, slots=True)
class FrameLook:
    """Whether a frame's sides were exact, and at which token of its document it begins."""

    state: bool
    action: bool
    position: int


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of one document."""

    trace: bool
    losses: np.ndarray  # in nats, of each token; of a trace those of its frames alone
    frames: list[FrameLook]


class Validation:
    """Scores a model on at most `count` documents of each kind, always the same ones."""

    def __init__(
        self, documents: Documents, special: Mapping[str, int], count: int = 96, context: int = 2048
    ):
        fits = documents.lengths <= context
        kinds = [np.flatnonzero(fits & documents.traces), np.flatnonzero(fits & ~documents.traces)]
        rng = np.random.default_rng(0)
        chosen = np.concatenate([rng.permutation(kind)[:count] for kind in kinds])
        self.documents, self.special = documents, special
        self.rows = chosen[documents.lengths[chosen].argsort(kind="stable")]

    def __call__(self, model: CwmForCausalLM) -> dict[str, float]:
        """Mean losses in nats per token: `source_loss`, `trace_loss` (frames alone); shares of trace frames
        that are exact: `frame`, and its sides, `state` (locals and value) and `action` (event and line)."""
        looks = self.looks(model)
        scores = {}
        for kind, traces in (("source_loss", False), ("trace_loss", True)):
            losses = [look.losses for look in looks if look.trace is traces]
            if losses:
                scores[kind] = float(np.concatenate(losses).mean())
        frames = [frame for look in looks for frame in look.frames]
        if frames:
            state, action = np.array([(frame.state, frame.action) for frame in frames]).T
            scores |= {"frame": (state & action).mean(), "state": state.mean(), "action": action.mean()}
        return {name: float(score) for name, score in scores.items()}

    def looks(self, model: CwmForCausalLM) -> list[Look]:
        """What was seen of each document, for whoever needs intervals."""
        found = []
        for rows in np.array_split(self.rows, max(1, len(self.rows) // 6)):
            batch = batch_of(self.documents, rows)
            hits, nll = greedy_hits(model, torch.from_numpy(batch.ids).to(model.device))
            for row, index in enumerate(rows):
                # Hit and loss at position i are those of token i + 1.
                begin, end = self.documents.contexts[index], batch.lengths[row]
                losses = nll[row, max(0, begin - 1) : end - 1].cpu().numpy()
                frames = []
                if batch.traces[row]:
                    right = np.concatenate([[True], hits[row, : end - 1].cpu().numpy()])
                    frames = self._frames(batch.ids[row, begin:end], right[begin:end], int(begin))
                found.append(Look(bool(batch.traces[row]), losses, frames))
        return found

    def _frames(self, ids: np.ndarray, right: np.ndarray, context: int) -> list[FrameLook]:
        """Every frame in what follows a context of so many tokens."""
        action, arg = self.special[ACTION_SEP], self.special[ARG_SEP]
        found, begin = [], 0
        for end in np.flatnonzero(ids == self.special[FRAME_SEP]):
            in_action = (ids[begin : end + 1] == action).cumsum() > (ids[begin : end + 1] == arg).cumsum()
            in_action[0] = True  # the event
            of_frame = right[begin : end + 1]
            states, actions = bool(of_frame[~in_action].all()), bool(of_frame[in_action].all())
            found.append(FrameLook(states, actions, context + begin))
            begin = end + 1
        return found
