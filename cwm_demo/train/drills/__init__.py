"""Drills: short functions of plain statements, each doing one thing, run through loops so that much changes.

    source, calls = write_drill(random.Random(7), calls=2)

What a small program is made of (copying a name, adding, taking from a list, the end of a loop) is here most
of what is read, in any combination, with small numbers; `generate` and `idioms` have what is rarer. The
statements are in `rules.txt`. Shorter still, a thing at a time: `write_sums` has sums and comparisons alone,
`write_choices` conditions, `write_parts` what is inside containers, `write_calls` functions that call each
other; `write_plain` lines that are no program. Not covered: generators, exceptions that are caught.
"""

from cwm_demo.train.drills.calls import write_calls
from cwm_demo.train.drills.choices import write_choices
from cwm_demo.train.drills.parts import write_parts
from cwm_demo.train.drills.plain import write_plain
from cwm_demo.train.drills.several import write_several
from cwm_demo.train.drills.sums import write_sums
from cwm_demo.train.drills.writer import write_drill

__all__ = [
    "write_calls",
    "write_choices",
    "write_drill",
    "write_parts",
    "write_plain",
    "write_several",
    "write_sums",
]
