"""Answers about the catalogue's programs, kept on disk: the next class that opens them needs no model.

    kept = open_kept(settings)              # {"world": Kept, "text": Kept}, or {} where nothing is kept
    kept["world"].get(key)                  # the answer's JSON, None when it isn't there
    kept["world"].put(key, answer)

A folder for each checkpoint, named by the digest of its files and of the code that decodes with it: another
checkpoint, or another version of this repository, never meets these answers, and removes them. It is git's
to ignore and never shipped. What a visitor wrote is never kept here: `client.py` asks only where the page
says that a program is the catalogue's.

CWM_DEMO_CACHE   another folder, or `off`
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from cwm_demo.predict.settings import Settings

CACHE = Path(__file__).parents[2] / ".cache" / "predictions"
LIMIT_BYTES = 64 * 2**20  # of one checkpoint's answers; the oldest go first
FILES = ("config.json", "model.safetensors", "tokenizer.json")
CODE = ("predict", "trace")  # the rooms whose code an answer depends on
_DIGEST = re.compile(r"[0-9a-f]{32}")


class Kept:
    """The answers of one checkpoint. Any thread may ask; a disk that fails is as good as none."""

    def __init__(self, folder: Path, limit: int = LIMIT_BYTES) -> None:
        self.folder = folder
        self._limit = limit
        self._lock = threading.Lock()
        self._bytes = sum(path.stat().st_size for path in folder.glob("*.json.z"))

    def get(self, key: str) -> Any | None:
        path = self._path(key)
        try:
            return json.loads(zlib.decompress(path.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, zlib.error):  # cut short by a full disk, say
            with suppress(OSError):
                path.unlink()
            return None

    def put(self, key: str, answer: Any) -> None:
        data = zlib.compress(json.dumps(answer).encode())
        path = self._path(key)
        unfinished = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        with self._lock, suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(data)
            unfinished.replace(path)
            self._bytes += len(data)
            if self._bytes > self._limit:
                self._make_room()

    def _path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json.z"

    def _make_room(self) -> None:
        """Removes the oldest answers, down to three quarters of the limit."""
        known = [(path.stat(), path) for path in self.folder.glob("*.json.z")]
        self._bytes = sum(stat.st_size for stat, _ in known)
        for stat, path in sorted(known, key=lambda pair: pair[0].st_mtime):
            if self._bytes <= self._limit * 3 // 4:
                return
            path.unlink()
            self._bytes -= stat.st_size


def open_kept(settings: Settings, cache: Path | None = None) -> dict[str, Kept]:
    """By model. Nothing is kept of predictors that are no checkpoint in a folder, nor where it is `off`."""
    named = os.environ.get("CWM_DEMO_CACHE", "")
    if settings.scripted or (cache is None and named == "off"):
        return {}
    cache = cache or Path(named or CACHE)
    found = {}
    for name, folder in (("world", settings.world), ("text", settings.text)):
        with suppress(OSError):
            found[name] = Kept(cache / digest(Path(folder)))
    _forget(cache, {kept.folder.name for kept in found.values()})
    return found


def digest(checkpoint: Path) -> str:
    """Of a checkpoint's files and of the code that decodes with it. Raises OSError when one is missing."""
    found = hashlib.sha256()
    rooms = Path(__file__).parents[1]
    code = [path for room in CODE for path in sorted((rooms / room).glob("*.py"))]
    for path in [*(checkpoint / name for name in FILES), *code]:
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:32]


def _forget(cache: Path, used: set[str]) -> None:
    """Removes the answers of other checkpoints."""
    if not used or not cache.is_dir():
        return
    for folder in cache.iterdir():
        if _DIGEST.fullmatch(folder.name) and folder.name not in used:
            shutil.rmtree(folder, ignore_errors=True)
