"""Lets a model write one line after each of many prompts: greedily, or several samples of each.

    written = write_lines(model, tokens, prompts)                                  # the likeliest line of
    each written = write_lines(model, tokens, prompts, samples=8, temperature=0.8, seed=1)

Prompts are token ids. The samples of one prompt share the reading of it. Greedy lines are those of plain
`generate`; samples are the same for the same seed, batch and machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import CwmForCausalLM, DynamicCache

from cwm_demo.trace.text import END, Tokens

ROOM = 48  # tokens of a line; longer ones are given up
ROWS = {"cpu": 128, "cuda": 2_048}  # lines written at once


@dataclass(frozen=True, slots=True)
class Line:
    ids: tuple[int, ...]  # as written, the token that ended it included
    text: str  # without its end
    ended: bool  # whether the line came to an end


@torch.inference_mode()
def write_lines(
    model: CwmForCausalLM,
    tokens: Tokens,
    prompts: Sequence[Sequence[int]],
    samples: int = 1,
    temperature: float = 0.0,
    seed: int = 0,
    room: int = ROOM,
) -> list[list[Line]]:
    """`samples` lines for each prompt, in the order of the prompts. Temperature 0 is greedy."""
    model.eval()
    stops = torch.zeros(len(tokens), dtype=torch.bool, device=model.device)
    ends = {token for token in range(len(tokens)) if tokens.ends_line(token)}
    stops[[*ends, tokens.special[END]]] = True
    generator = torch.Generator(model.device).manual_seed(seed)
    found: dict[int, list[Line]] = {}
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    width = max(1, ROWS.get(model.device.type, 128) // samples)
    for begin in range(0, len(order), width):
        some = order[begin : begin + width]
        rows = _write(model, [prompts[index] for index in some], samples, temperature, generator, stops, room)
        for number, ids in enumerate(rows):
            line = Line(tuple(ids), tokens.decode(ids).removesuffix("\n"), ids[-1] in ends)
            if ids[-1] == tokens.special[END]:
                line = Line(tuple(ids), tokens.decode(ids[:-1]), False)
            found.setdefault(some[number // samples], []).append(line)
    return [found[index] for index in range(len(prompts))]


def _write(
    model: CwmForCausalLM,
    prompts: Sequence[Sequence[int]],
    samples: int,
    temperature: float,
    generator: torch.Generator,
    stops: torch.Tensor,
    room: int,
) -> list[list[int]]:
    """One batch: prompts are padded at the left, so that all lines begin at the same place."""
    device, longest = model.device, max(map(len, prompts))
    room = min(room, model.config.max_position_embeddings - longest)
    if room < 1:
        raise ValueError(f"a prompt of {longest} tokens leaves no room in the context")
    ids = torch.zeros(len(prompts), longest, dtype=torch.long, device=device)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, longest - len(prompt) :] = torch.tensor(prompt, device=device)
        mask[row, longest - len(prompt) :] = 1
    cache = DynamicCache()
    logits = _forward(model, ids, mask, (mask.cumsum(1) - 1).clamp(min=0), cache)
    cache.batch_repeat_interleave(samples)
    logits, mask = logits.repeat_interleave(samples, 0), mask.repeat_interleave(samples, 0)
    written: list[list[int]] = [[] for _ in range(len(prompts) * samples)]
    open_rows = torch.arange(len(written), device=device)  # of `written`, those in the cache
    for step in range(room):
        chosen = _choose(logits, temperature, generator)
        for row, token in zip(open_rows.tolist(), chosen.tolist()):
            written[row].append(token)
        left = (~stops[chosen]).nonzero()[:, 0]
        if not len(left) or step == room - 1:
            return written
        if len(left) < len(open_rows):
            cache.batch_select_indices(left)
            open_rows, mask, chosen = open_rows[left], mask[left], chosen[left]
        mask = torch.cat([mask, mask.new_ones(len(mask), 1)], 1)
        logits = _forward(model, chosen[:, None], mask, mask.sum(1, keepdim=True) - 1, cache)
    return written


def _forward(
    model: CwmForCausalLM,
    ids: torch.Tensor,
    mask: torch.Tensor,
    positions: torch.Tensor,
    cache: DynamicCache,
) -> torch.Tensor:
    """Logits after the last token of each row."""
    return model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions,
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1,
    ).logits[:, -1]


def _choose(logits: torch.Tensor, temperature: float, generator: torch.Generator) -> torch.Tensor:
    if not temperature:
        return logits.argmax(-1)
    chances = (logits.float() / temperature).softmax(-1)
    return torch.multinomial(chances, 1, generator=generator)[:, 0]
