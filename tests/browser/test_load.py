"""The load test of `benchmarks/load.py` in small: its visitors speak the app's own WebSocket."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from benchmarks.app import App
from benchmarks.load import attend, rows


def test_visitors_without_a_browser_step_and_meet_no_error(app: str) -> None:
    served = App(app, SimpleNamespace(pid=os.getpid()), 0.0)
    # In a thread of its own: Playwright's event loop is this one's.
    with ThreadPoolExecutor(1) as thread:
        class_of_two = attend(served, visitors=2, arrive=0.1, seconds=1.0, pause=0.1)
        seen = thread.submit(asyncio.run, class_of_two).result()
    assert not seen.errors
    assert len(seen.first_s) == 2 and len(seen.step_s) >= 2
    assert {row.what for row in rows(seen, 2, 0.1)} >= {"2 visitors: errors", "2 visitors: steps taken"}
