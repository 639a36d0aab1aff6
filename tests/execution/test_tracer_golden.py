"""Every golden sample gives its trace, on every Python that is installed, and the trace tells the truth.

    CWM_DEMO_REWRITE_GOLDEN=1 python -m pytest tests/execution/test_tracer_golden.py

writes the traces anew; read the difference before it is committed.
"""

from __future__ import annotations

import functools
import glob
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.execution import samples

ROOT = Path(__file__).parent.parent.parent
VERSIONS = ("3.11", "3.12", "3.13")
THIS = ".".join(map(str, sys.version_info[:2]))


def interpreter(version: str) -> str | None:
    """A Python of this version that really runs (a shim of a version manager may not)."""
    if version == THIS:
        return sys.executable
    installed = os.path.expanduser(f"~/.pyenv/versions/{version}*/bin/python{version}")
    for candidate in (shutil.which(f"python{version}"), *sorted(glob.glob(installed))):
        if candidate and subprocess.run([candidate, "--version"], capture_output=True).returncode == 0:
            return candidate
    return None


@functools.cache
def results(version: str) -> dict:
    found = interpreter(version)
    if found is None:
        pytest.skip(f"Python {version} is not installed")
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [found, "-m", "tests.execution.samples"], cwd=ROOT, env=environment, capture_output=True, timeout=120
    )
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout)


def test_the_switch_rewrites():
    """Only where it is asked for; it runs first, so that all other tests see the new files."""
    if os.environ.get("CWM_DEMO_REWRITE_GOLDEN") != "1":
        assert len(samples.NAMES) >= 40
        return
    for name in samples.NAMES:
        samples.golden(name).write_text(samples.written(results(THIS)[name]["trace"]), encoding="utf-8")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", samples.NAMES)
def test_trace_is_golden(name: str, version: str):
    expected = samples.golden(name).read_text(encoding="utf-8")
    assert samples.written(results(version)[name]["trace"]) == expected


@pytest.mark.parametrize("name", samples.NAMES)
def test_trace_agrees_with_a_plain_run(name: str):
    traced, plain = results(THIS)[name]["trace"], results(THIS)[name]["plain"]
    assert traced["stopped"] is None
    assert traced["stdout"] == plain["stdout"]
    assert traced["raised"] == plain["raised"]
    if plain["compares_returned"]:
        assert traced["returned"] == plain["returned"]


@pytest.mark.parametrize("name", samples.NAMES)
def test_frames_hang_together(name: str):
    """What holds for any trace: deltas lead from state to state, and every activation ends as it must."""
    record = results(THIS)[name]["trace"]
    lines = samples.source(name).split("\n")
    state: dict[int, dict[str, str]] = {}
    open_ones: list[int] = []
    for frame in record["frames"]:
        activation = frame["activation"]
        before = state.get(activation, {})
        assert frame["source"] == lines[frame["line"] - 1] + "\n"
        rebuilt = {key: text for key, text in before.items() if key not in frame["deleted"]} | frame["delta"]
        assert list(frame["locals"].items()) == list(rebuilt.items())
        assert all(before.get(key) != text for key, text in frame["delta"].items())
        assert not set(frame["assigned"]) & set(frame["delta"])
        assert (frame["value"] is not None) == (frame["event"] in ("return", "exception"))
        assert not any(key.startswith(("__", ".")) for key in frame["locals"])
        state[activation] = frame["locals"]
        if frame["event"] == "call":
            open_ones.append(activation)
        assert frame["event"] != "call" or frame["depth"] <= len(open_ones)
    last = {frame["activation"]: frame["event"] for frame in record["frames"]}
    suspended = {"generator_corners", "generator_throw_and_close"}
    if name not in suspended and record["frames"]:
        assert set(last.values()) <= {"return", "exception"}
