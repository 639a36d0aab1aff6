"""Which models answer, by environment variables. Imports no torch.

CWM_DEMO_MODELS_DIR   the folder that holds the checkpoints `cwm` and `standard`; default: models/ here
CWM_DEMO_WORLD_MODEL  another world model: a folder, or `facebook/cwm` for whoever has the GPU
CWM_DEMO_TEXT_MODEL   another text model: a folder
CWM_DEMO_MODELS       `scripted`: predictors that are always right about the program they are shown, by
                      running it; for tests of the pages
CWM_DEMO_DEVICE       the torch device, see `checkpoint.py`
"""

from __future__ import annotations

import os
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
