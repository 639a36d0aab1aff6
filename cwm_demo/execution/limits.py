"""What a run may use before it is stopped. All settable; the defaults suit a small teaching program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    events: int = 1_000  # frames of a trace
    cpu_s: float = 2.0  # seconds of processor time
    wall_s: float = 5.0  # seconds on the wall clock
    memory_mb: int = 256  # MiB of address space beyond what the warm parent holds
    output_bytes: int = 64 * 1024  # printed text, UTF-8
