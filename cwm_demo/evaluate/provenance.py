"""Where a measured figure comes from: date, commit and command, kept beside it in every result file."""

from __future__ import annotations

import datetime
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any


def save(result: dict[str, Any], out: Path | None) -> dict[str, Any]:
    """`result` with where it comes from, also written to `out` when there is one.

    Written beside and moved into place: a page may read the file while a longer run goes on.
    """
    data = {**result, **provenance()}
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        unfinished = out.with_name(f".{out.name}.part")
        unfinished.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(out)
    return data


def provenance() -> dict[str, str]:
    """{"date", "commit", "command"}; the commit is "unknown" outside a git checkout."""
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "command": shlex.join(["python", "-m", "cwm_demo", *sys.argv[1:]]),
    }


def _commit() -> str:
    """As git describes it, "-dirty" where a file differs that is no result: results are being written."""
    described = _git("describe", "--always")
    code = (":/", ":(exclude,top)assets/results")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", *code)
    return f"{described}-dirty" if described and changed else described or "unknown"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, cwd=Path(__file__).parent)
    return done.stdout.strip()
