"""A bar on stderr while a command counts, nothing where stderr is no terminal."""

from __future__ import annotations

from tqdm import tqdm


def progress(total: int, unit: str) -> tqdm:
    return tqdm(total=total, unit=unit, disable=None)
