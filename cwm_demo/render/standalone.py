"""A run as one HTML file that opens without a network and steps: Back, Next, keys, a timeline, a table.

    html = standalone(run_data(rollout, title="Tally", world="models/cwm", text="models/standard"))

`python -m cwm_demo rollout FILE --html OUT` and the lab write the same. The template, its style and its
script are in assets/export. The run stands in the file as JSON, which the script puts on the page as text and
never as markup; a policy in the file's head allows that one script and nothing from elsewhere.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

ASSETS = Path(__file__).parents[2] / "assets"
SHEETS = ("styles/tokens.css", "styles/code.css", "export/run.css")
# In a <script> no "<" may begin a tag, whatever the JSON holds.
HARMLESS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def standalone(data: Mapping[str, Any]) -> str:
    """The file's text; `data` is what `run_data` makes."""
    script = _read("export/run.js")
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return Template(_read("export/run.html")).substitute(
        title=escape(data["title"].encode("utf-8", "replace").decode()),
        allowed=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style="\n".join(map(_read, SHEETS)),
        data=json.dumps({**data, "date": today}).translate(HARMLESS),
        script=script,
    )


def _read(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
