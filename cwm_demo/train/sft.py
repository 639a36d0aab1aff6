"""Fine-tuning on tasks, both twins alike: see `further.py` for the command, `docs/tasks.md` for the tasks."""

from __future__ import annotations

import argparse
import sys

from transformers import CwmForCausalLM

from cwm_demo.evaluate.provenance import provenance
from cwm_demo.train import further
from cwm_demo.train.data import Batches
from cwm_demo.train.further import Settings, Workplace
from cwm_demo.train.tasks.documents import TaskValidation, answers, fillings, lesson
from cwm_demo.train.trainer import Recipe, read_log, train
from cwm_demo.train.validation import Validation


def fine_tune(args: argparse.Namespace) -> int:
    twin, rate = further.TWINS[args.data], args.rate or further.RATES["sft"]
    step, micro = args.step_tokens or 4_096, args.micro_tokens or 2_048
    origin = further.origin_of(args).name
    settings = Settings("sft", twin, origin, args.share, rate, step, micro, args.seed)
    place = further.workplace(args, settings)
    before = further.once(place.folder / "before.json", lambda: further.scores_of(place, args.samples))

    filled, answered = fillings(place.tokens, place.learn), answers(place.tokens, place.learn)
    traces = args.data == "traces"
    documents, mix = lesson(filled + answered, place.corpus, traces, args.share, args.seed, micro)
    recipe = Recipe(
        minutes=args.minutes,
        tokens=args.tokens or (None if args.minutes else further.SFT_TOKENS),
        step_tokens=step,
        matrix_lr=rate,
        other_lr=rate / 2,
        weight_decay=0.0,  # what it begins with is to stay
        decay_from=0.2 if args.decay_from is None else args.decay_from,
        validate_minutes=1.0,
        bf16=args.bf16,
        compile=not args.eager,
    )
    progress = train(
        place.model, Batches(documents, mix), recipe, place.folder, _validation(place), args.quiet
    )
    if not progress.finished:
        print(f"stopped at {progress.tokens:,} tokens; the same command goes on from there", file=sys.stderr)
        return 130
    log = read_log(place.folder)
    after = further.once(
        place.folder / f"after-{progress.tokens}.json", lambda: further.scores_of(place, args.samples)
    )
    record = {
        "origin": origin,
        "learnt": {"fillings": len(filled), "answers": len(answered), "share_of_corpus": args.share},
        "cost": further.cost(place, progress.tokens, progress.step, progress.seconds),
        "curve": further.thinned(log, ("loss",)),
        "valid": [{"tokens": entry["tokens"], **entry["valid"]} for entry in log if "valid" in entry],
        "scores": {"before": before, "after": after},
        **provenance(),
    }
    further.export(place, log, record, args.models / f"{twin}-sft")
    further.save_result(args.results, "sft", twin, record)
    return 0


def _validation(place: Workplace):
    tasks = TaskValidation(place.tokens, place.held_out)
    corpus = Validation(place.held_corpus, place.tokens.special, count=48)

    def validate(model: CwmForCausalLM) -> dict[str, float]:
        return tasks(model) | corpus(model)

    return validate
