"""The model card of a checkpoint, written from its `training.json`."""

from __future__ import annotations

from typing import Any

WHAT = {
    "cwm": (
        "Code world model",
        "It reads a small Python program with a marked call and writes the trace of its run: event by event, "
        "the variables that change, the line that runs next, what is returned or raised. It never runs code.",
        "Pre-trained on source, then mid-trained on source with execution traces.",
    ),
    "standard": (
        "Standard code model",
        "It reads a Python file from the top and writes the line that comes next. It is the world model's "
        "twin: same start, architecture, parameters, tokens and steps; it never saw a trace.",
        "Pre-trained on source, then mid-trained on source alone.",
    ),
}
NAMES = {
    "trace_loss": "loss on frames, nats per token",
    "source_loss": "loss on source, nats per token",
    "frame": "whole frames exact, true frames before them given",
    "state": "states exact (locals and value)",
    "action": "actions exact (event and line)",
}


SHARE = 0.15  # of source beside traces where `train mid` isn't told another; it once couldn't be


def model_card(name: str, training: dict[str, Any]) -> str:
    """Markdown with Hugging Face's front matter. `training` is what `training.json` holds."""
    title, what, how = WHAT[name]
    stage, start = training["stage"], training["start"]
    mix, recipe, began = stage["mix"], stage["recipe"], start["progress"]
    rounds = [*training.get("rounds_before", []), training]
    shown = ["trace_loss", "frame", "state", "action"] if mix["traces"] else []
    scores = [
        f"| {NAMES[key]} | {training['scores'][key]:.3f} |"
        for key in [*shown, "source_loss"]
        if key in training["scores"]
    ]
    shares = sorted({each["stage"]["mix"]["source_share"] for each in rounds})
    beside = f"{shares[0]:.0%}" + (f" to {shares[-1]:.0%} (by round)" if len(shares) > 1 else "")
    reads = (
        f"traces, with {beside} of the tokens plain source; a token of the program above a "
        f"trace counts {mix['context_weight']}, every other token 1"
        if mix["traces"]
        else "plain source"
    )
    minutes = (began["seconds"] + sum(each["progress"]["seconds"] for each in rounds)) / 60
    steps = [("pre-training", rounds[0], began)]
    steps += [(f"mid-training, round {n}", each, each["progress"]) for n, each in enumerate(rounds, 1)]
    costs = [
        f"| {what} | {32 * each['stage']['depth']} × {_layers(each['stage'])} | {spent['tokens']:,} "
        f"| {spent['step']:,} | {spent['seconds'] / 60:.0f} |"
        for what, each, spent in steps
    ]
    grew = (
        "A later round begins with the weights of the one before; where it is larger, it begins as the same "
        "function, with room for more (`cwm_demo/train/grow.py`).\n"
        if len(rounds) > 1
        else ""
    )
    decay = recipe.get("weight_decay", 0.0)
    precision = "bfloat16 autocast" if recipe.get("bf16") else "float32"
    return f"""---
license: apache-2.0
library_name: transformers
pipeline_tag: text-generation
tags: [code, code-world-model, education]
---

# {title}, {training["parameters"] / 1e6:.1f}M parameters, for CWM Demo

{what}

{how} Trained from scratch, for teaching: it is far too small to be of use for anything else.

## Architecture
`CwmForCausalLM` with {_layers(stage)} layers of width {32 * stage["depth"]}, full attention, plain rotary
positions, tied embeddings, a context of {mix["context"]:,} tokens. Weights are float16 on disk. They are
those of a `LlamaForCausalLM` as well, with the same logits.

## Data
Programs generated, traced and tokenised by `python -m cwm_demo corpus`; this checkpoint's mid-training read
{reads}.

{_table(training["corpus"])}

## Recipe and cost
| stage | width × layers | tokens | steps | wall-clock minutes |
|---|---|---|---|---|
{chr(10).join(costs)}

{grew}Muon for the matrices (peak rate {recipe["matrix_lr"]}, weight decay {decay:g}), AdamW for the rest
({recipe["other_lr"]}), {recipe["step_tokens"]:,} tokens a step. Rates are constant up to
{recipe["decay_from"]:.0%} of the budget, then fall in a line to zero. {minutes:.0f} minutes in all, the
last round in {precision} on {training["threads"]} thread(s).
Every setting is in `training.json`, the loss curves are in `log.jsonl`; how the run went, and what was tried
before it, in the project's `docs/training-log.md`.

## Scores at the end of training
On held-out documents of the same generator, teacher-forced. Scores on suites of programs are made by
`python -m cwm_demo evaluate`.

| | |
|---|---|
{chr(10).join(scores)}

## Limits
Small integers, short strings and short containers; programs of some 25 lines; nothing beyond
{mix["context"]:,} tokens. It is fluent where it is wrong: hold what it says against a run.

## To make it again
```
{_again(rounds, start)}
```
A budget that was moved while a round ran is in the training log, not here, and floating-point
sums differ between processors: these commands give a model of the same kind, not the same weights.

This file was written by `{training["command"]}` at commit `{training["commit"]}`, {training["date"]}.
"""


def _layers(stage: dict[str, Any]) -> int:
    return stage.get("layers") or stage["depth"]


def _again(rounds: list[dict[str, Any]], start: dict[str, Any]) -> str:
    """The commands that repeat all rounds, each with its corpus, under the commit that wrote it."""
    folder = f".data/corpus-{rounds[0]['corpus'].get('seed')}"
    pretrain = _train("pretrain", start, folder, "")
    lines = []
    for number, each in enumerate(rounds, 1):
        seed = each["corpus"].get("seed")
        lines.append(f"# round {number}, at commit {each['commit']}, {each['date']}")
        lines.append(_corpus(each["corpus"], f".data/corpus-{seed}"))
        lines += [pretrain] if number == 1 else []
        lines.append(_mid(each, f".data/corpus-{seed}", f".runs/round-{number}" if number > 1 else ""))
    return "\n".join(lines)


def _corpus(report: dict[str, Any], folder: str) -> str:
    """Rounds before the fifth recorded what traces hold, not how much source stood beside them."""
    size = report.get("size") or {"trace": sum(report.get("tokens", {}).values())}
    words = [f"python -m cwm_demo corpus {folder} --seed {report.get('seed')} --tokens {size['trace']}"]
    words += [f"--source-tokens {size['source']}"] if "source" in size else []
    words += ["--mix", *report["given"]] if report.get("given") else []
    return " ".join(words)


def _mid(record: dict[str, Any], corpus: str, runs: str) -> str:
    stage = record["stage"]
    mix = stage["mix"]
    own = {
        "data": "traces" if mix["traces"] else "source",
        "from": f"models/{stage['name']}" if stage["start"] == "checkpoint" else "",
        "source-share": mix["source_share"] if mix["traces"] and mix["source_share"] != SHARE else "",
    }
    return _train("mid", record, corpus, runs, own)


def _train(
    stage_name: str, record: dict[str, Any], corpus: str, runs: str, own: dict[str, Any] | None = None
) -> str:
    """The command of a stage with all that decides what it makes; `own` are options of this stage alone."""
    stage, recipe = record["stage"], record["stage"]["recipe"]
    # None is what a further round has of itself, and what every run had before there was the option.
    decay = recipe.get("weight_decay", 0.0)
    options = (own or {}) | {
        "depth": stage["depth"],
        "layers": stage.get("layers") or "",
        "tokens": record["progress"]["tokens"],
        "rate": recipe["matrix_lr"],
        "weight-decay": decay if decay or "--weight-decay" in record.get("command", "") else "",
        "decay-from": recipe["decay_from"],
        "step-tokens": recipe["step_tokens"],
        "micro-tokens": stage["mix"]["micro_tokens"],
        "threads": record.get("threads", ""),  # of a pair's start it isn't on record
        "seed": stage["seed"],
        "corpus": corpus,
        "runs": runs,
    }
    words = [f"--{name} {value}" for name, value in options.items() if value != ""]
    words += ["--bf16"] if recipe.get("bf16") else []
    return " ".join([f"python -m cwm_demo train {stage_name}", *words])


def _table(corpus: dict[str, Any]) -> str:
    """What the corpus is made of, a row for each part."""
    rows = [
        f"| {part}: {name} | {value:,} |"
        for part, values in corpus.items()
        if isinstance(values, dict)
        for name, value in values.items()
    ]
    return "\n".join(
        [
            f"Seed {corpus.get('seed')}. Shares of the mix, counts, and what was dropped and why:",
            "",
            "| | |",
            "|---|---|",
            *rows,
        ]
    )
