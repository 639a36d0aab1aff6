"""A run's training sequence on a page: which part is given, which predicted, and what each counts for."""

from __future__ import annotations

from cwm_demo.trace.frame import Trace
from cwm_demo.train.sequence import MIX, training_sequence
from cwm_demo.ui.tokens import tokens


def parts(run: Trace) -> str:
    """How many tokens of the run's sequence are given and predicted, and what they count for, as HTML."""
    sequence = training_sequence(tokens(), run)
    whole = len(sequence.ids)
    share = 100 * sequence.context / whole
    end = " and the end" if run.complete else ""
    return (
        '<figure class="cwm-parts" aria-label="the parts of the sequence">'
        f'<div class="cwm-parts-context" style="flex-grow: {share:.2f}"><b>Context</b>'
        f"<span>{sequence.context} tokens: the program and its call</span>"
        f"<small>each counts {MIX.context_weight:g}</small></div>"
        f'<div class="cwm-parts-trace" style="flex-grow: {100 - share:.2f}"><b>Trace</b>'
        f"<span>{sequence.frames} tokens: {len(run.frames)} frames{end}</span>"
        "<small>each counts 1</small></div>"
        f"<figcaption>The sequence of the run above: {whole} tokens. At work the first part is the prompt, "
        "and the model writes the second. In training "
        f"{100 * sequence.share:.0f} % of the weight lies on the trace."
        "</figcaption></figure>"
    )
