"""One process at a time in a stage's folder.

with alone(folder):
    train(...)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Raises ValueError while another process trains in `folder`: each would overwrite the other's state."""
    from accelerate import PartialState
    from filelock import FileLock, Timeout

    if not PartialState().is_main_process:  # of several that train together, one holds it for all
        yield
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder.with_name(f"{folder.name}.lock"), timeout=0):
            yield
    except Timeout as error:
        raise ValueError(
            f"another process is training in {folder}: wait for its end; one that is stopped saves first"
        ) from error
