"""`attention`: which habits the world model's heads have, measured on real traces.

    python -m cwm_demo attention --out assets/results/attention.json

For each habit of `predict/habits.py` the head that has it most is chosen on one suite, and how often it looks
at the right place is measured on another. Beside it stands what a head would reach that looks anywhere with
equal chance, and the same figure of every other head. Takes about a minute.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cwm_demo.commands.models import add_model_argument, model_name, open_world
from cwm_demo.commands.source import UNUSABLE, print_json
from cwm_demo.evaluate.provenance import save
from cwm_demo.evaluate.scores import Score
from cwm_demo.evaluate.suites import Item, SuiteError, load_suite
from cwm_demo.execution.sandbox import run
from cwm_demo.predict.errors import CheckpointError
from cwm_demo.predict.habits import HABITS, looks
from cwm_demo.programs.program import load_catalogue, marked

if TYPE_CHECKING:
    import torch

    from cwm_demo.predict.engine import LocalWorldModel

MAX_TOKENS = 1_024  # of a trace; the weights of all heads are held at once, and longer ones are left out
CHOSEN_ON = "generated"
MEASURED_ON = "catalogue"


@dataclass(slots=True)
class Counts:
    """Of one habit over some traces."""

    n: int = 0
    chance: float = 0.0  # sum over the places of the share of visible tokens that are right
    hits: torch.Tensor | None = None  # (layers, heads)
    mass: torch.Tensor | None = None  # (layers, heads), sums of the weight on the right tokens

    def add(self, hits: torch.Tensor, mass: torch.Tensor, chance: float) -> None:
        self.n += 1
        self.chance += chance
        self.hits = hits + (0 if self.hits is None else self.hits)
        self.mass = mass + (0 if self.mass is None else self.mass)

    def best(self) -> tuple[int, int]:
        """Layer and head with the most hits."""
        return divmod(int(self.hits.argmax()), self.hits.shape[1])


@dataclass(slots=True)
class Counted:
    programs: int = 0
    left_out: int = 0  # stopped before their end, or longer than MAX_TOKENS
    habits: dict[str, Counts] = field(default_factory=lambda: {name: Counts() for name in HABITS})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_argument(parser)
    parser.add_argument("--limit", type=int, metavar="N", default=100, help="programs of each suite (100)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the JSON to a file")


def main(args: argparse.Namespace) -> int:
    try:
        world = open_world(args.model)
        chosen = count(world, load_suite(CHOSEN_ON)[: args.limit])
        measured = count(world, load_suite(MEASURED_ON)[: args.limit])
    except (SuiteError, CheckpointError) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    config = world.checkpoint.model.config
    data = {
        "model": model_name(args.model),
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        "chosen_on": {"suite": CHOSEN_ON, "programs": chosen.programs, "left_out": chosen.left_out},
        "measured_on": {"suite": MEASURED_ON, "programs": measured.programs, "left_out": measured.left_out},
        "habits": dict(findings(chosen, measured)),
    }
    data["preset"] = preset(data["habits"])
    for name, finding in data["habits"].items():
        finding["example"] = first_example(world, name, finding["layer"], finding["head"])
    data = save(data, args.out)
    if not args.out:
        print_json(data)
    return 0


def count(world: LocalWorldModel, items: Iterable[Item]) -> Counted:
    import torch

    from cwm_demo.predict.attention import attention, traced_ids

    counted = Counted()
    tokens = world.checkpoint.tokens
    limit = min(MAX_TOKENS, world.checkpoint.context)
    for item in items:
        truth = run(marked(item.code, item.call))
        ids, _ = traced_ids(tokens, truth.source, truth.frames, world.style)
        if truth.stopped or not truth.frames or len(ids) > limit:
            counted.left_out += 1
            continue
        counted.programs += 1
        weights = attention(world.checkpoint, ids).cpu()
        highest = weights.argmax(-1)
        for look in looks(tokens, truth.source, truth.frames, world.style):
            targets = torch.tensor(sorted(look.targets))
            hits = torch.isin(highest[:, :, look.query], targets).long()
            mass = weights[:, :, look.query].index_select(-1, targets).sum(-1)
            counted.habits[look.habit].add(hits, mass, len(targets) / (look.query + 1))
    return counted


def findings(chosen: Counted, measured: Counted) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each habit that could be seen in both suites, the head that has it and how surely."""
    for name in HABITS:
        before, counts = chosen.habits[name], measured.habits[name]
        if not before.n or not counts.n:
            continue
        layer, head = before.best()
        score = Score(int(counts.hits[layer, head]), counts.n)
        yield (
            name,
            {
                "layer": layer,
                "head": head,
                "share": score.to_json(),
                "chance": round(counts.chance / counts.n, 4),
                "weight": round(float(counts.mass[layer, head]) / counts.n, 4),
                "shares": [[round(hits / counts.n, 4) for hits in row] for row in counts.hits.tolist()],
            },
        )


def preset(habits: dict[str, dict[str, Any]]) -> str | None:
    """The habit to be shown first: of those that carry a variable's value, the one furthest above chance."""

    def above_chance(name: str) -> float:
        return habits[name]["share"]["value"] - habits[name]["chance"]

    return max((name for name in habits if HABITS[name].about_state), key=above_chance, default=None)


def first_example(world: LocalWorldModel, habit: str, layer: int, head: int) -> dict[str, Any] | None:
    """A place in the catalogue, in its order, where the head puts more than half of its weight right."""
    from cwm_demo.predict.attention import attention_map
    from cwm_demo.predict.maps import FULL

    for program in load_catalogue().values():
        truth = run(marked(program.source, program.call), stdin=program.stdin)
        seen = attention_map(world.checkpoint, truth.source, truth.frames, layer, head, world.style)
        for query, targets in seen.marked[habit].items():
            row = seen.row(query)
            written = seen.frames and query + 1 >= seen.frames[0]  # by the model, not given to it
            if written and max(row) == max(row[target] for target in targets) and max(row) > 0.5:
                return {"program": program.name, "query": query, "weight": round(max(row) * FULL) / FULL}
    return None
