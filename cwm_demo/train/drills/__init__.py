"""Drills: short functions of plain statements, each doing one thing, run through loops so that much changes.

    source, calls = write_drill(random.Random(7), calls=2)

What a small program is made of (copying a name, adding, taking from a list, the end of a loop) is here most
of what is read, in any combination, with small numbers; `generate` and `idioms` have what is rarer. The
statements are in `rules.txt`. `write_sums` has sums and comparisons alone, `write_plain` lines that are no
program. Not covered: classes, generators, closures, exceptions that are caught.
"""

from cwm_demo.train.drills.plain import write_plain
from cwm_demo.train.drills.sums import write_sums
from cwm_demo.train.drills.writer import write_drill

__all__ = ["write_drill", "write_plain", "write_sums"]
