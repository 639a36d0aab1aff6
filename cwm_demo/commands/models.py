"""Opening the two models in this process, for commands; those of the pages live in a process of their own."""

from __future__ import annotations

from pathlib import Path

from cwm_demo.predict.prediction import TextModel, WorldModel

MODELS = Path(__file__).parents[2] / "models"
WORLD, TEXT = MODELS / "cwm", MODELS / "standard"


def open_models(world: str | Path = WORLD, text: str | Path = TEXT) -> tuple[WorldModel, TextModel]:
    """The world model and the text model of two folders. Raises CheckpointError. Imports torch (seconds)."""
    from cwm_demo.predict.engine import LocalTextModel, LocalWorldModel, load

    return LocalWorldModel(load(world)), LocalTextModel(load(text))
