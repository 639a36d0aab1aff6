"""Chapter 03's table of the two models, and what is known of the window's pattern at our size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from cwm_demo.predict.settings import MODELS, Settings
from cwm_demo.ui import training_experiments
from cwm_demo.ui.course import Chapter


@dataclass(frozen=True, slots=True)
class Ours:
    """What the world model's own files say about it."""

    folder: str
    config: Mapping[str, Any]
    training: Mapping[str, Any]


@lru_cache(maxsize=4)
def _read(folder: str, _changed: int) -> Ours | None:
    try:
        config = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    try:
        training = json.loads((Path(folder) / "training.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        training = {}  # another's checkpoint: it keeps no such record
    return Ours(folder.replace(str(MODELS), "models"), config, training)


def ours() -> Ours | None:
    """The world model on disk; None when there is none, or it is a name on a hub."""
    folder = Settings.from_environment().world
    try:
        return _read(folder, (Path(folder) / "config.json").stat().st_mtime_ns)
    except OSError:
        return None


def comparison(chapter: Chapter) -> None:
    """The deck's table with our checkpoint beside it."""
    model = ours()
    cells = _our_cells(model) if model else {}
    missing = "–" if model else "no checkpoint here; <code>make train</code> makes one"
    card, config = chapter.cite_html("card"), chapter.cite_html("config")
    rows = [
        ("Parameters", f"32 billion, dense {card}", "parameters", "Every one takes part in every token."),
        (
            "Network",
            f"decoder-only transformer {card}",
            "network",
            "Norms before each block, nothing exotic.",
        ),
        ("Layers × width", f"64 × 6,144 {config}", "size", "How deep, and how wide."),
        (
            "Heads",
            f"48 for queries, 8 for keys and values {config}",
            "heads",
            "Grouped: several query heads share one set of keys and values, which makes the cache smaller.",
        ),
        (
            "Context",
            f"131,072 tokens {card}",
            "context",
            "Room for a good slice of a repository and its traces; for ours, a small program and its run.",
        ),
        (
            "Attention",
            f"3 local layers (8,192 tokens), then 1 global, and so on {card}",
            "attention",
            "Bands instead of the full square, in most layers.",
        ),
        (
            "Training data",
            f"8T tokens of text and code, then 5T with execution traces {card}",
            "data",
            "<b>The ingredient that differs.</b> In amount it is like that of other code models.",
        ),
        (
            "Tokenizer",
            f"128,256 tokens of the usual kind (BPE); the trace’s seams are tokens of their own {config}",
            "tokenizer",
            "Ours splits strings and numbers into characters, so that none is hidden inside a token.",
        ),
    ]
    body = "".join(
        f'<tr><th scope="row">{name}</th><td data-of="CWM 32B">{theirs}</td>'
        f'<td data-of="Our world model">{cells.get(key, missing)}</td>'
        f'<td data-of="What it means">{note}</td></tr>'
        for name, theirs, key, note in rows
    )
    where = (
        f"Right-hand column read from {escape(model.folder)}/config.json and training.json." if model else ""
    )
    st.html(
        '<table class="cwm-models"><thead><tr><th>Property</th><th>CWM 32B</th><th>Our world model</th>'
        f'<th>What it means</th></tr></thead><tbody>{body}</tbody></table><p class="cwm-measured">{where}</p>'
    )


def _our_cells(model: Ours) -> dict[str, str]:
    config, training = model.config, model.training
    kinds = config.get("layer_types", [])
    local = kinds.count("sliding_attention")
    attention = f"all {len(kinds)} layers global"
    if local:
        attention = f"{local} local layers ({config['sliding_window']:,} tokens), {len(kinds) - local} global"
    parameters = training.get("parameters")
    return {
        "parameters": f"{parameters / 1e6:.1f} million, dense" if parameters else "–",
        "network": "the same class, <code>" + escape(str(config["architectures"][0])) + "</code>",
        "size": f"{config['num_hidden_layers']} × {config['hidden_size']:,}",
        "heads": f"{config['num_attention_heads']} for queries, {config['num_key_value_heads']} for keys and "
        "values",
        "context": f"{config['max_position_embeddings']:,} tokens",
        "attention": attention,
        "data": escape(_tokens_read(training)),
        "tokenizer": f"{config['vocab_size']:,} tokens, with the same seams",
    }


def _tokens_read(training: Mapping[str, Any]) -> str:
    """Tokens of each stage, the first one first, by the record that each stage kept of the one before."""
    stages: list[str] = []
    record: Any = training
    before = sum(earlier["progress"]["tokens"] for earlier in training.get("rounds_before", ()))
    while isinstance(record, Mapping) and "progress" in record:
        traces = record["stage"].get("mix", {}).get("traces")
        what = {True: "with execution traces", False: "of source"}.get(traces, record["stage"]["name"])
        stages.insert(0, f"{(before + record['progress']['tokens']) / 1e6:.1f}M tokens {what}")
        record, before = record.get("start"), 0
    return ", then ".join(stages) or "not on record"


def local_global() -> None:
    """A small model with the 3:1 pattern beside one without, once both are measured."""
    if not training_experiments.measured_windows():
        st.html(
            '<p class="cwm-note" role="status">There is no such model here yet, so nothing can stand beside '
            "ours.</p>"
        )
    training_experiments.window()
