"""Opening models in this process, for commands; those of the pages live in a process of their own."""

from __future__ import annotations

import argparse

from cwm_demo.predict.prediction import TextModel, WorldModel
from cwm_demo.predict.settings import Settings, shown_name


def add_model_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="DIR", help="the world model: a folder (default: models/cwm)")


def open_world(folder: str | None) -> WorldModel:
    """Raises CheckpointError. Imports torch, which takes seconds."""
    from cwm_demo.predict.engine import open_world_model

    return open_world_model(folder or Settings.from_environment().world)


def open_text(folder: str | None = None) -> TextModel:
    """Raises CheckpointError."""
    from cwm_demo.predict.engine import open_text_model

    return open_text_model(folder or Settings.from_environment().text)


def model_name(folder: str | None) -> str:
    """For a result file: one of our own by its place in the repository, another as it was given."""
    return shown_name(folder or Settings.from_environment().world)
