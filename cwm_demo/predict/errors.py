"""Why there is no model. Imports no torch."""


class CheckpointError(Exception):
    """A checkpoint that can't be used. The message says why, and what to do."""


class MissingCheckpoint(CheckpointError):
    """There is none."""
