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
    git = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, cwd=Path(__file__).parent
    )
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": git.stdout.strip() or "unknown",
        "command": shlex.join(["python", "-m", "cwm_demo", *sys.argv[1:]]),
    }
