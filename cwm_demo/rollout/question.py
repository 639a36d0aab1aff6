"""What is put to the world model about a run: a source, and the frames that stand before each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cwm_demo.rollout.step import Read
from cwm_demo.trace.frame import Frame, Trace


@dataclass(frozen=True, slots=True)
class Question:
    source: str  # SOURCE of the trace format: the program shown, and its marked call
    draft: tuple[Frame, ...]  # the run's frames, with the lines of the program shown
    complete: bool  # whether the run came to its own end


def shown_lines(frames: Sequence[Frame], source: str) -> tuple[Frame, ...]:
    """The same frames with the lines of `source`, which has a line for each of theirs."""
    lines = [line + "\n" for line in source.split("\n")]  # not splitlines: a form feed ends no line
    return tuple(
        replace(frame, source=lines[frame.line - 1]) if frame.line and frame.line <= len(lines) else frame
        for frame in frames
    )


def question(intended: Trace, truth: Trace, read: Read) -> Question:
    """The question about the candidate's run `truth` for a model that reads one of the two programs.

    When it reads the intended one, the states before each step are those of the real run and the lines
    are those of the intended program: with the candidate's own lines the model would simulate the bug
    that it is shown, and nothing would part.
    """
    source = intended.source if read == "intended" else truth.source
    return Question(source, shown_lines(truth.frames, source), truth.complete)
