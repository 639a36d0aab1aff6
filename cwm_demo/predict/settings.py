"""Which models answer, by environment variables. Imports no torch.

CWM_DEMO_MODELS_DIR   the folder that holds the checkpoints `cwm` and `standard`; default: models/ here
CWM_DEMO_WORLD_MODEL  another world model: a folder, or `facebook/cwm` for whoever has the GPU
CWM_DEMO_TEXT_MODEL   another text model: a folder
CWM_DEMO_CHECKPOINTS  a folder whose subfolders are further checkpoints: the lab offers them beside the pair
CWM_DEMO_MODELS       `scripted`: predictors that are always right about the program they are shown, by
                      running it; for tests of the pages
CWM_DEMO_DEVICE       the torch device, see `checkpoint.py`
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MODELS = Path(__file__).parents[2] / "models"


@dataclass(frozen=True, slots=True)
class Settings:
    world: str  # folder of the world model, or its name on the Hugging Face hub
    text: str
    scripted: bool = False

    @classmethod
    def from_environment(cls) -> Settings:
        """Raises ValueError when CWM_DEMO_MODELS has a value that means nothing."""
        folder = Path(os.environ.get("CWM_DEMO_MODELS_DIR") or MODELS)
        kind = os.environ.get("CWM_DEMO_MODELS", "")
        if kind not in ("", "scripted"):
            raise ValueError(f"CWM_DEMO_MODELS can be empty or `scripted`, not {kind!r}.")
        return cls(
            world=os.environ.get("CWM_DEMO_WORLD_MODEL") or str(folder / "cwm"),
            text=os.environ.get("CWM_DEMO_TEXT_MODEL") or str(folder / "standard"),
            scripted=kind == "scripted",
        )


def further_checkpoints() -> Mapping[str, str]:
    """Name to folder of what the host offers beside the pair; nothing where the host says nothing."""
    folder = os.environ.get("CWM_DEMO_CHECKPOINTS")
    if not folder or not Path(folder).is_dir():
        return {}
    found = sorted(path.parent for path in Path(folder).glob("*/config.json"))
    return {path.name: str(path) for path in found}


def shown_name(folder: str) -> str:
    """A checkpoint's name for a reader: one of our own by its place in the repository."""
    return folder.replace(str(MODELS), "models")
