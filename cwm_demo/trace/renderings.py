"""Further renderings of a trace, for people: the deck's form, and JSON. Neither is trained on."""

from __future__ import annotations

import json

from cwm_demo.trace.frame import Frame, Trace


def as_json(trace: Trace) -> str:
    """The trace as the command line prints it (`python -m cwm_demo trace --json`)."""
    return json.dumps(trace.to_json(), ensure_ascii=False, indent=1)


def as_deck(trace: Trace) -> str:
    """The human-readable record: `call:`, `step N:`, `return:` lines between `<TRACE>` tags.

    A step is a frame of the run that shows an effect: new or changed values, deleted names, printed text.
    What a callee does is indented under the line that called it.
    """
    rows = ["<TRACE>"]
    step = 0
    for frame in trace.frames:
        indent = "  " * (frame.depth + 1)
        effects = _effects(frame)
        if frame.event == "call":
            arguments = ", ".join(f"{name}={value}" for name, value in frame.locals.items())
            rows.append(f"{indent}call: {frame.function}({arguments})")
            continue
        if effects:
            step += 1
            rows.append(f"{indent}step {step}: {'; '.join(effects)}")
        if frame.event == "return":
            rows.append(f"{indent}return: {frame.value}")
        elif frame.event == "exception":
            rows.append(f"{indent}exception: {frame.value}")
    if trace.stopped:
        rows.append(f"  stopped ({trace.stopped.reason}): {trace.stopped.message}")
    rows.append("</TRACE>")
    return "\n".join(rows) + "\n"


def _effects(frame: Frame) -> list[str]:
    effects = [f"{name} = {value}" for name, value in frame.delta.items()]
    effects += [f"del {name}" for name in frame.deleted]
    if frame.stdout:
        effects.append(f"prints {frame.stdout!r}")
    return effects
