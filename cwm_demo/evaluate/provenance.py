"""Where a measured figure comes from: date, commit and command, kept beside it in every result file."""

from __future__ import annotations

import datetime
import shlex
import subprocess
import sys
from pathlib import Path


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
