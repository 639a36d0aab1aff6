"""Whether bfloat16 pays on this processor: measured, for its flags don't tell (`docs/training-log.md`)."""

from __future__ import annotations

import sys
import time
from functools import cache

import torch
from torch.nn.functional import linear

SHAPE = (4_096, 192, 512)  # tokens, width in, width out: a feed-forward layer of the shipped size
REPEATS = 5  # the best of them counts


def gigaflops(kind: torch.dtype) -> float:
    """Of one product of matrices, in 10 ** 9 operations a second, with as many threads as torch has."""
    tokens, width, out = SHAPE
    given, weight = torch.ones(tokens, width, dtype=kind), torch.ones(out, width, dtype=kind)
    linear(given, weight)  # the first one builds its kernel
    spent = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        linear(given, weight)
        spent.append(time.perf_counter() - begun)
    return 2 * tokens * width * out / min(spent) / 1e9


@cache
def advise() -> None:
    """Says on stderr, once in a process, that bfloat16 was asked for where float32 is faster."""
    half, full = gigaflops(torch.bfloat16), gigaflops(torch.float32)
    if half < full:
        print(
            f"bfloat16 is the slower one on this processor ({half:.0f} GFLOPS, float32 {full:.0f}): "
            "the same command without --bf16 goes on from here, faster",
            file=sys.stderr,
        )
