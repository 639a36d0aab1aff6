"""The app as `make run` serves it, on a free port of this machine alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
START_S = 120


@dataclass(frozen=True, slots=True)
class App:
    address: str  # http://127.0.0.1:PORT
    process: subprocess.Popen
    begun: float  # on time.perf_counter, when it was started

    @property
    def stream(self) -> str:
        return self.address.replace("http", "ws", 1) + "/_stcore/stream"


@contextmanager
def app(script: str = "app.py") -> Iterator[App]:
    """Nothing that an earlier run kept on disk is used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    # Bytecode is kept as usual: a server that compiles all of it at every start is none that anyone runs.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as cache:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment | {"CWM_DEMO_CACHE": cache},
        )
        address = f"http://127.0.0.1:{port}"
        try:
            while True:
                try:
                    urlopen(f"{address}/_stcore/health", timeout=2).close()
                    break
                except (URLError, OSError):
                    if time.perf_counter() - begun > START_S or process.poll() is not None:
                        raise
                    time.sleep(0.05)
            yield App(address, process, begun)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
