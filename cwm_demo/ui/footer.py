"""Under the stepper: how small the models are, and how many bugs of the catalogue the world model caught."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cwm_demo.predict.settings import Settings
from cwm_demo.render import highlight
from cwm_demo.ui.figures import measured

CWM_PARAMETERS = 32e9  # facebook/cwm: its model card
COUNTS = "assets/results/bugs.json"
COMMAND = f"python -m cwm_demo check --modes replay --out {COUNTS}"


def footer() -> str:
    return f'<div class="cwm-footer">{badge(parameters())}{counts()}</div>'


@lru_cache(maxsize=1)
def parameters() -> int | None:
    """Of our world model, as its training run counted them; None where that isn't known."""
    try:
        training = json.loads((Path(Settings.from_environment().world) / "training.json").read_text("utf-8"))
        return int(training["parameters"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def badge(count: int | None) -> str:
    if not count:
        return ""
    size = f"{count / 1e6:.1f} million parameters"
    larger = f"{round(CWM_PARAMETERS / count, -3 if count < 1e7 else -1):,.0f}"
    return (
        f'<p class="cwm-badge"><b>{size}</b> each of our models; CWM has <b>32 billion</b>, {larger} times '
        "as many. The same idea, not the same skill.</p>"
    )


def counts() -> str:
    """Caught, missed and unclear bugs of the catalogue, and slips, from the result file."""
    found = measured(COUNTS, COMMAND)
    words = summary(found.data) if found.data else None
    if words is None:
        return f'<p class="cwm-counts">{highlight.plain(found.line)}</p>'
    return (
        f'<details class="cwm-counts"><summary>{words}</summary><span>{highlight.plain(found.line)}</span>'
        "</details>"
    )


def summary(data: Mapping[str, Any]) -> str | None:
    """One line on the whole catalogue; None when the file holds no such counts."""
    overall = data.get("all")
    if not isinstance(overall, Mapping) or not isinstance(overall.get("bugs"), int):
        return None
    parts = [
        f"{overall[name]} {name}"
        for name in ("caught", "missed", "unclear")
        if isinstance(overall.get(name), int)
    ]
    words = f"<b>{overall['bugs']} bugs of the catalogue</b>, step by step: {', '.join(parts)}"
    steps = overall.get("slips_per_clean_step")
    if isinstance(overall.get("slips"), int) and isinstance(steps, Mapping) and "n" in steps:
        words += f"; {overall['slips']} slips in {steps['n']} steps without a bug"
    return f"{words}."
