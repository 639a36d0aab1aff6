"""Source and trace side by side, one `<li>` for each frame in three renderings; all of it is CSS.

Lines and frames are radio buttons of one group: a tap, or the arrow keys, chooses one, and what belongs to
it is marked on the other side. Which rendering is seen is a second group. Nothing asks the server.
"""

from __future__ import annotations

import json

from cwm_demo.render import highlight
from cwm_demo.trace.frame import Frame, Trace
from cwm_demo.trace.renderings import credited, deck_rows
from cwm_demo.trace.text import encode, frame_ids, source_ids
from cwm_demo.ui.tokens import chips, tokens

MAX_FRAMES = 150  # shown; the download holds all of them
_NEXT, _DID = "--seen: var(--now); --next: '▸';", "--seen: var(--right-wash); --did: '●';"
RENDERINGS = {"deck": "The deck’s", "cwm": "CWM’s tokens", "json": "JSON"}


def side_by_side(trace: Trace) -> str:
    """The HTML of both columns. `rules` makes the style that connects them."""
    return (
        f'<div class="cwm-bet">{_tabs()}<div class="cwm-bet-columns">'
        f"{_source(trace)}{_frames(trace)}</div></div>"
    )


def rules(trace: Trace) -> str:
    """The style sheet that marks a line's frames, and a frame's lines: each line needs rules of its own."""
    sheet = []
    for line in range(1, trace.source.count("\n") + 2):
        chosen = f".cwm-bet:has(.cwm-line-{line} input:checked)"
        sheet.append(f"{chosen} .cwm-of-{line} {{ --snap: center; }}")
        for here, there in ((f"line-{line}", f"{{}}-{line}"), (f"{{}}-{line}", f"line-{line}")):
            for kind, look in (("of", _NEXT), ("did", _DID)):
                for state in (" input:checked", ":hover"):
                    begin = f".cwm-bet:has(.cwm-{here.format(kind)}{state})"
                    sheet.append(f"{begin} .cwm-{there.format(kind)} {{ {look} }}")
    return "<style>" + "\n".join(sheet) + "</style>"


def _tabs() -> str:
    radios = "".join(
        f'<label><input type="radio" name="bet-rendering" class="cwm-bet-{key}"'
        f"{' checked' if key == 'deck' else ''}>{label}</label>"
        for key, label in RENDERINGS.items()
    )
    return f'<fieldset class="cwm-bet-tabs" aria-label="rendering of the trace">{radios}</fieldset>'


def _source(trace: Trace) -> str:
    runs: dict[int | None, int] = {}
    for frame in trace.frames:
        if frame.event in ("call", "line"):
            runs[frame.line] = runs.get(frame.line, 0) + 1
    rows = []
    for number, line in enumerate(highlight.lines(trace.source.rstrip("\n")), 1):
        count = runs.get(number, 0)
        said = f"<small>{count}×</small>" if count else ""
        radio = f'<input type="radio" name="bet-pick" aria-label="line {number}, {count} frames">' * bool(
            count
        )
        rows.append(
            f'<li class="cwm-line-{number}"><label>{radio}<i class="cwm-bet-mark"></i>'
            f'<b class="cwm-no">{number}</b><code>{line or " "}</code>{said}</label></li>'
        )
    return (
        '<section class="cwm-panel"><h2>Source</h2>'
        '<p class="cwm-given">Choose a line: its frames are marked.</p>'
        f'<ol class="cwm-bet-lines">{"".join(rows)}</ol></section>'
    )


def _frames(trace: Trace) -> str:
    shown = trace.frames[:MAX_FRAMES]
    decks, did = deck_rows(trace), credited(shown)
    context = source_ids(tokens(), trace.source)
    count = len(encode(tokens(), trace)) - len(context)
    rows = [
        '<li class="cwm-bet-head"><span class="cwm-as-deck"><code>&lt;TRACE&gt;</code></span>'
        f'<span class="cwm-as-cwm"><small>Given: {len(context)} tokens of context</small>'
        f"<code>{chips(context)}</code>"
        f"<small>Predicted: {count} tokens in {len(trace.frames)} frames</small></span></li>"
    ]
    for number, (frame, before, deck) in enumerate(zip(shown, did, decks), 1):
        rows.append(_frame(number, frame, before, deck))
    rest = len(trace.frames) - len(shown)
    more = f'<p class="cwm-given">{rest} more frames are in the download.</p>' if rest else ""
    closing = '<li class="cwm-bet-head"><span class="cwm-as-deck"><code>&lt;/TRACE&gt;</code></span></li>'
    return (
        '<section class="cwm-panel cwm-bet-trace"><h2>Trace</h2>'
        '<p class="cwm-given">Choose a frame: '
        '<b class="cwm-bet-key-next">▸ the line that runs next</b>, '
        '<b class="cwm-bet-key-did">● the line that did what it shows</b>.</p>'
        f'<ol class="cwm-bet-frames">{"".join(rows)}{closing * (not rest)}</ol>{more}</section>'
    )


def _frame(number: int, frame: Frame, before: Frame | None, deck: list[str]) -> str:
    did = f" cwm-did-{before.line}" if before is not None else ""
    empty = "" if deck else " cwm-bet-empty"
    label = f"frame {number}, {frame.event}, line {frame.line}"
    data = json.dumps(frame.to_json(), ensure_ascii=False)
    return (
        f'<li class="cwm-of-{frame.line}{did}{empty}"><label>'
        f'<input type="radio" name="bet-pick" aria-label="{label}">'
        f'<i class="cwm-bet-mark"></i><b class="cwm-no">{number}</b>'
        f'<span class="cwm-as-deck"><code>{highlight.plain(chr(10).join(deck))}</code></span>'
        f'<span class="cwm-as-cwm"><code>{chips(frame_ids(tokens(), frame))}</code></span>'
        f'<span class="cwm-as-json"><code>{highlight.plain(data)}</code></span></label></li>'
    )
