"""Small models that answer what one pair can't: how many traces, how large, how much reading, how far back.

    python -m cwm_demo train experiments --tokens 2000000                       # all four, on a processor
    python -m cwm_demo train experiments --only window --tokens 2000000 --window 256
    timeout -s TERM 9m python -m cwm_demo train experiments --only growth \\
        --sizes 4 6 8 --tokens 100000000 --step-tokens 32768 --micro-tokens 32768   # on a GPU, in parts

- **mix**: traces in 0, 10, 30 and 100 % of the tokens of mid-training, same start and same tokens;
- **growth**: sizes times numbers of different traces; all read the same tokens, fewer traces more often;
- **budget**: one size on a 16th, a quarter and all of the tokens, each with a schedule of its own;
- **window**: CWM's pattern of three local layers to a global one against full attention everywhere.

Each writes `assets/results/EXPERIMENT.json`, anew after every model. The models have folders in
`.runs/experiments`; the same command goes on where it was stopped, and models that two experiments share are
trained once. What is measured is in `docs/experiments.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

STAGE = "experiments"
EXPERIMENTS = ("mix", "growth", "budget", "window")
SHARES = (0.0, 0.1, 0.3, 1.0)  # of the tokens, traces
USUAL_SHARE = 0.85  # as `train mid` has it
FRACTIONS = (1 / 27, 1 / 9, 1 / 3, 1.0)  # of the corpus' traces
BUDGETS = (1 / 16, 1 / 4, 1.0)  # of the tokens
START_SHARE = 0.1  # of a model's tokens, pre-training on source
TOKENS = 2_000_000
DESCRIPTIONS = {
    "mix": "One size, one start, the same tokens; traces in so many per cent of the tokens of mid-training.",
    "growth": "Models of several sizes on so many different traces; all read the same number of tokens.",
    "budget": "One size on the same traces; so many tokens read, the rates falling over just these.",
    "window": "One size, the same data: full attention, and three local layers to one global.",
}
# What grows in an experiment, and what is equal meanwhile: along this it is asked what more would give.
AXES = {
    "growth": (("different_traces", "depth"), ("parameters", "different_traces")),
    "budget": (("tokens", "depth"),),
}


@dataclass(frozen=True)
class Trial:
    """A small model: all that decides what it becomes, but the corpus."""

    depth: int
    share: float  # of the tokens of mid-training, traces
    traces: int | None = None  # different trace documents, at most; None: all there are
    window: int | None = None  # tokens that local layers see; None: full attention everywhere
    tokens: int = TOKENS
    step_tokens: int = 4_096
    seed: int = 0
    rate: float = 0.02  # peak, of the matrices; the other one is half of it

    @property
    def name(self) -> str:
        parts = [f"d{self.depth}", f"t{round(100 * self.share)}", f"n{self.traces or 'all'}"]
        parts += [f"w{self.window or 'full'}", f"{self.tokens}", f"b{self.step_tokens}", f"s{self.seed}"]
        parts += [f"r{self.rate}"]
        return "-".join(parts)

    def start(self) -> Trial:
        """Its pre-training, which models of one size and kind of attention share."""
        return replace(self, share=0.0, traces=None, tokens=int(self.tokens * START_SHARE))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("experiments with small models")
    group.add_argument("--only", nargs="+", choices=EXPERIMENTS, default=EXPERIMENTS, help="these (all)")
    group.add_argument("--sizes", nargs="+", type=int, default=[2, 3, 4], help="depths of growth (2 3 4)")
    group.add_argument("--window", type=int, default=256, help="tokens that local layers see (256)")
    group.add_argument(
        "--experiments", type=Path, default=Path(".runs/experiments"), help="(.runs/experiments)"
    )


def main(args: argparse.Namespace) -> int:
    if args.minutes:
        return _refuse(
            "experiments are given --tokens: models that are compared read the same number of them"
        )
    if args.threads:
        import torch

        torch.set_num_threads(args.threads)
    from cwm_demo.train.data import load_documents
    from cwm_demo.train.small import Interrupted, Suites, going_on, run_trial
    from cwm_demo.train.trainer import TrainingError

    try:
        documents, held_out = load_documents(args.corpus)
        suites = Suites(held_out)
        for experiment in args.only:
            trials = planned(experiment, args, int(documents.traces.sum()))
            runs: list[dict[str, Any]] = []
            for trial in trials:
                runs.append(run_trial(trial, documents, suites, args))
                _save(experiment, args, trials, runs, going_on(runs, AXES.get(experiment, ())))
    except Interrupted as stopped:
        print(f"stopped in {stopped}; the same command goes on from there", file=sys.stderr)
        return 130
    except (TrainingError, OSError, ValueError) as error:
        return _refuse(str(error))
    return 0


def planned(experiment: str, args: argparse.Namespace, traces: int) -> list[Trial]:
    """The models of an experiment, the cheapest to compare first."""
    usual = Trial(
        depth=args.depth,
        share=USUAL_SHARE,
        tokens=args.tokens or TOKENS,
        step_tokens=args.step_tokens or 4_096,
        seed=args.seed,
        rate=args.rate or Trial.rate,
    )
    if experiment == "mix":
        return [replace(usual, share=share) for share in SHARES]
    if experiment == "window":
        return [usual, replace(usual, window=args.window)]
    if experiment == "budget":
        return [replace(usual, tokens=int(usual.tokens * share)) for share in BUDGETS]
    counts = [None if fraction == 1 else max(1, int(traces * fraction)) for fraction in FRACTIONS]
    largest = max(args.sizes)
    # The two edges of the grid first: they are the two curves.
    cells = [(size, None) for size in args.sizes] + [(largest, count) for count in counts]
    cells += [(size, count) for size in args.sizes for count in counts]
    return [replace(usual, depth=size, traces=count) for size, count in dict.fromkeys(cells)]


def _save(
    experiment: str,
    args: argparse.Namespace,
    trials: Sequence[Trial],
    runs: list[dict[str, Any]],
    more: dict[str, Any],
) -> None:
    from cwm_demo.evaluate.provenance import save

    about = args.corpus / "corpus.json"
    corpus = json.loads(about.read_text()) if about.exists() else {}
    result = {
        "experiment": experiment,
        "description": DESCRIPTIONS[experiment],
        "corpus": {"seed": corpus.get("seed"), "mix": corpus.get("mix")},
        "of": len(trials),
        "finished": len(runs) == len(trials),
        "runs": runs,
    }
    save(result | ({"extrapolation": more} if more else {}), args.results / f"{experiment}.json")


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 2
