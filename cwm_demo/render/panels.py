"""The five panels of the stepper as HTML. Pure functions of one rollout and one step.

Whatever a program or a model produced goes through `highlight`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.predict.unusual import unusual
from cwm_demo.render import highlight
from cwm_demo.render.difference import changed_parts
from cwm_demo.render.effect import Row, before, differing, rows
from cwm_demo.render.marks import Mark, sign
from cwm_demo.render.scale import percent
from cwm_demo.rollout.step import Rollout, Step
from cwm_demo.trace.frame import START_OF_TRACE, Frame

SHOWN_LINES = 26  # of a longer program a window around the current line is shown
LEAST = 0.005  # of an alternative that is worth a line
LONG, EXCERPT = 160, 72  # characters: a longer value folds, and what is then shown of it
LONG_LINE = 100  # the same of a line that the text model wrote, which may go on for ever


def panel(name: str, title: str, given: str, body: str, kind: str = "", beside: str = "") -> str:
    """A titled box. `given` says what stands behind it, so that nobody thinks that a model ran anything."""
    note = f'<p class="cwm-given">{given}</p>' if given else ""
    head = f'<div class="cwm-head"><h2>{title}</h2>{beside}</div>' if beside else f"<h2>{title}</h2>"
    classes = f"cwm-panel cwm-{name} {kind}"
    return f'<section class="{classes}" aria-label="{title}">{head}{note}{body}</section>'


# --- the program ---


def program(
    rollout: Rollout,
    step: Step | None,
    marks: tuple[Mark, ...],
    bug_line: int | None,
    stops: Collection[int] = (),
) -> str:
    """The program that runs, each line with the mark of its last visit up to `step`. The number of a line
    sets a breakpoint on it."""
    source = rollout.truth.source.rstrip("\n")
    shown = highlight.lines(source)
    meant = rollout.intended.source.split("\n")
    visited = last_marks(rollout, marks, step)
    current = current_line(rollout, step)
    error = rollout.truth.stopped.line if rollout.truth.stopped else None
    first, last = window(len(shown), current or error or 1)
    html = [_skipped(first - 1, "above")]
    for number in range(first, last + 1):
        text = shown[number - 1].split('<span class="c1"># &lt;&lt; START_OF_TRACE')[0]
        classes = " cwm-now" * (number == current) + " cwm-bad" * (number == error)
        here = ' aria-current="step"' if number == current else ""
        html.append(
            f'<li class="cwm-line{classes}"{here}>{sign(visited.get(number))}'
            f"{_number(number, number in stops, number == (current or first))}"
            f"{_bug_dot(number == bug_line)}{hanging(text)}</li>"
        )
        if number == bug_line:
            text = "<em>as meant</em> " + highlight.code(meant[number - 1].strip())
            indent = " " * (len(meant[number - 1]) - len(meant[number - 1].lstrip()))
            html.append(f'<li class="cwm-meant"><i></i><i></i><i></i>{hanging(indent + text)}</li>')
    html.append(_skipped(len(shown) - last, "below"))
    return panel("program", "Program", "", f'<ol class="cwm-code" data-roving="down">{"".join(html)}</ol>')


def _number(number: int, stops: bool, reachable: bool) -> str:
    pressed = "true" if stops else "false"
    focus = "" if reachable else ' tabindex="-1"'
    words = f"breakpoint on line {number}"
    return (
        f'<button type="button" class="cwm-no" data-stop="{number}" aria-pressed="{pressed}"{focus} '
        f'aria-label="{words}" title="{words}">{number}</button>'
    )


def hanging(html: str) -> str:
    """A line of code whose wrapped rest hangs under its own indentation."""
    text = html.lstrip(" ")
    return f'<code style="--indent:{len(html) - len(text)}">{text or " "}</code>'


def current_line(rollout: Rollout, step: Step | None) -> int | None:
    """The line about to run, or that whose call has come back; None before a program without a call, and
    after the run's end."""
    if step is None or is_over(step):
        return None
    frame = step.credited or step.current
    return frame.line if frame else call_line(rollout)


def is_over(step: Step) -> bool:
    """Whether the run had come to its end before this step: only the model goes on."""
    at_its_end = step.current is None or step.current.event in ("return", "exception")
    return step.index > 0 and step.actual is None and at_its_end


def call_line(rollout: Rollout) -> int | None:
    """The line that holds the marked call."""
    lines = rollout.truth.source.split("\n")
    return next((i for i, line in enumerate(lines, 1) if line.rstrip().endswith(START_OF_TRACE)), None)


def last_marks(rollout: Rollout, marks: tuple[Mark, ...], step: Step | None) -> dict[int, Mark]:
    """For each line the mark of the last step up to `step` that said what it does."""
    found: dict[int, Mark] = {}
    for taken in rollout.steps[: step.index + 1 if step else 0]:
        line = current_line(rollout, taken)
        if line is not None:
            found[line] = marks[taken.index]
    return found


def window(count: int, line: int) -> tuple[int, int]:
    """First and last line shown, 1-based."""
    if count <= SHOWN_LINES:
        return 1, count
    first = min(max(1, line - SHOWN_LINES // 2), count - SHOWN_LINES + 1)
    return first, first + SHOWN_LINES - 1


def _bug_dot(here: bool) -> str:
    return (
        '<span class="cwm-dot" title="the bug is here">●</span>' if here else '<span class="cwm-dot"></span>'
    )


def _skipped(count: int, where: str) -> str:
    return f'<li class="cwm-skipped">{count} more line{"s" * (count > 1)} {where}</li>' if count > 0 else ""


# --- the text model ---


def text_model(rollout: Rollout, step: Step, again: bool, status: str) -> str:
    """What the text model says of the line about to run. `again`: it was asked the same thing before."""
    if is_over(step):
        return panel(
            "text", "Text model", "", '<p class="cwm-wait">The run is over: no line is about to run.</p>'
        )
    line = step.current.line if step.current else call_line(rollout)
    given = f"Given: the program’s lines above {f'line {line}' if step.current else 'the call'}"
    guess = step.standard
    if guess is None or line is None:
        words = "The program begins: no line stands above." if line is None else status
        body = f'<p class="cwm-wait">{highlight.plain(words or "It has nothing to say here.")}</p>'
        return panel("text", "Text model", "" if line is None else f"{given}.", body)
    none = "it reads none, so it says this at every visit" if again else "it predicts none"
    body = (
        "<h3>Typing the file, here it would write</h3>"
        f"{_guess(guess.line, guess.probability)}{_alternatives(guess)}"
        f"{_unusual(guess) if step.current else ''}"
        f'<p class="cwm-none"><b>Values</b> {none}</p>'
    )
    return panel("text", "Text model", given + ". No values.", body)


def _guess(line: str, probability: float) -> str:
    return f'<div class="cwm-guess">{_line(line)}{confidence(probability)}</div>'


def _line(line: str) -> str:
    text = line.strip().removesuffix(START_OF_TRACE).rstrip()
    return value(text, longest=LONG_LINE) if text else "<code><em>an empty line</em></code>"


def _alternatives(guess: LineGuess) -> str:
    items = "".join(
        f'<li>{_line(line)}<span class="cwm-p">{percent(p)}</span></li>'
        for line, p in guess.alternatives[:3]
        if p >= LEAST
    )
    if not items:
        return ""
    return f'<ul class="cwm-alternatives" aria-label="or">{items}</ul>'


def _unusual(guess: LineGuess) -> str:
    """Not asked of the call: its mark stands in no file that the model has read."""
    words, level = unusual(guess)
    each = guess.surprise / max(guess.tokens, 1)
    bits = f"{guess.surprise:.1f} bits over {guess.tokens} tokens, {each:.1f} each"
    scale = "".join(f"<i{' class=cwm-on' if i <= level else ''}></i>" for i in range(3))
    return (
        "<h3>How unusual is the line that stands there?</h3>"
        f'<div class="cwm-unusual"><span class="cwm-scale cwm-level{level}" aria-hidden="true">{scale}</span>'
        f"<b>{words}</b><details><summary>in bits</summary><span>{bits}</span></details></div>"
    )


# --- the world model and Python ---


def world_model(rollout: Rollout, step: Step, mark: Mark, status: str) -> str:
    """What the world model says the step does, and what runs next."""
    given = world_given(rollout)
    prediction = step.prediction
    if prediction is None:
        text = status or "It ended its run before this step."
        return panel("world", "World model", given, f'<p class="cwm-wait">{highlight.plain(text)}</p>')
    wrong = differing(prediction.frame, step.actual)
    sure = confidence(prediction.probability) if prediction.asked else ""
    body = f"<h3>{heading(step, 'does')} {sure}</h3>" + (
        outcome(prediction.frame, before(step), wrong)
        if prediction.frame
        else _without_frame(prediction, rollout)
    )
    return panel("world", "World model", given, body, f"cwm-edge-{mark.kind}")


def world_given(rollout: Rollout) -> str:
    if rollout.intended.source == rollout.truth.source:
        shown = "the program"
    elif rollout.read == "intended":
        shown = "the program as meant"
    else:
        shown = "the program with the bug"
    if rollout.mode == "imagine":
        return f"Given: {shown}, nothing else. Every value is its own. It ran nothing."
    return f"Given: {shown} and the real values so far. It ran nothing."


def _without_frame(prediction: Prediction, rollout: Rollout) -> str:
    if prediction.ended:
        return '<p class="cwm-next">the run ends here</p>'
    if not prediction.asked:
        return '<p class="cwm-wait">Beyond the model’s reach: the run so far is longer than it can read.</p>'
    wrote = f'<pre class="cwm-raw">{highlight.plain(prediction.text)}</pre>' if prediction.text else ""
    problem = highlight.plain(prediction.problem or "it wrote nothing")
    return f'<p class="cwm-wait">Its answer can’t be read: {problem}.</p>{wrote}'


COVER = (
    '<button type="button" class="cwm-button" data-cover="on" title="The world model goes first: it runs the '
    'program on its own, and its result judges it">Cover it</button>'
)
UNCOVER = (
    '<p class="cwm-open-python"><button type="button" class="cwm-button cwm-primary" data-cover="open">'
    "Open Python’s run</button></p>"
)


def covered_python() -> str:
    """In the place of Python's panel while the model goes first."""
    words = (
        "Covered. What the other panels show comes from the models alone; the world model has seen no value "
        "of a run, nor the check."
    )
    return panel("python", "Python", "", f'<p class="cwm-wait">{words}</p>{UNCOVER}', "cwm-covered")


def python(rollout: Rollout, step: Step) -> str:
    """What really happened."""
    frame = step.actual
    if frame is None:
        stopped = rollout.truth.stopped
        words = (
            f"Stopped: {highlight.plain(stopped.message)}"
            if stopped
            else "The run had already come to its end."
        )
        return panel("python", "Python", "", f'<p class="cwm-wait">{words}</p>', beside=COVER)
    wrong = differing(step.prediction.frame, frame) if step.prediction else frozenset()
    body = outcome(frame, before(step), wrong)
    return panel("python", f"Python {heading(step, 'ran')}", "", body, beside=COVER)


def heading(step: Step, verb: str) -> str:
    """What the step is about: "What line 4 does", or after "Python": "ran line 4"."""
    if is_over(step):
        return "After the run’s end"
    if step.current is None and step.actual is not None and step.actual.event != "call":
        return "Where the program begins" if verb == "does" else "began"
    if step.current is None:
        return "What the call does" if verb == "does" else "made the call"
    source = step.credited or (step.current if step.current.event == "line" else None)
    if source is None or source.line is None:
        return "What happens next" if verb == "does" else "went on"
    return f"What line {source.line} does" if verb == "does" else f"ran line {source.line}"


def outcome(frame: Frame, before: Frame | None, wrong: frozenset[str]) -> str:
    """Changed values, what was printed, and what comes next, of a real or a predicted frame."""
    every = rows(frame, before)
    touched = [row for row in every if row.kind != "untouched" or row.name in wrong]
    rest = [row for row in every if row not in touched]
    html = "".join(_row(row, row.name in wrong) for row in touched)
    table = f'<table class="cwm-rows"><tbody>{html}</tbody></table>' if html else ""
    if not touched and not frame.stdout and frame.event == "line":
        table = '<p class="cwm-quiet cwm-nothing">no variable changes</p>'
    printed = (
        f'<div class="cwm-next"><span>prints</span>{plain_text(frame.stdout)}</div>' if frame.stdout else ""
    )
    return table + printed + _next(frame) + _untouched(rest)


def _row(row: Row, wrong: bool) -> str:
    old = new = ""
    if row.old is not None:
        gone = changed_parts(row.new, row.old) if row.new is not None else ()
        old = f'{value(row.old, gone, "cwm-old")}<i aria-label="becomes">→</i>'
    if row.new is not None:
        new = value(row.new, changed_parts(row.old, row.new) if row.old is not None else ())
    note = {
        "same": "set again, same value",
        "deleted": "deleted",
        "new": "new",
        "untouched": "not touched",
    }.get(row.kind, "")
    flag = '<b class="cwm-flag" title="predicted and real value differ">differs</b>' if wrong else ""
    classes = f"cwm-row-{row.kind}" + " cwm-differs" * wrong
    cell = f"{old}{new} <small>{note}</small>{flag}"
    return f'<tr class="{classes}"><th scope="row">{highlight.plain(row.name)}</th><td>{cell}</td></tr>'


def value(text: str, parts: Sequence[tuple[int, int]] = (), kind: str = "", longest: int = LONG) -> str:
    """A value, what changed inside of it marked; a long one folds to its beginning and its first change."""
    code = f'<code class="{kind}">{highlight.code(text, parts)}</code>'
    if len(text) <= longest:
        return code
    head = highlight.code(text[:EXCERPT])
    if parts and parts[0][0] >= EXCERPT:
        start, end = parts[0][0], min(parts[0][1], parts[0][0] + EXCERPT // 2)
        head += f"… <mark>{highlight.plain(text[start:end])}</mark>"
    return _folded(f'<code class="{kind}">{head}…</code>', code, len(text))


def plain_text(text: str) -> str:
    """What is no Python, printed or the words of an error; a long one folds to its beginning."""
    code = f"<code>{highlight.plain(text)}</code>"
    if len(text) <= LONG:
        return code
    return _folded(f"<code>{highlight.plain(text[:EXCERPT])}…</code>", code, len(text))


def _folded(head: str, code: str, length: int) -> str:
    summary = f"<summary>{head} <small>{length:,} characters</small></summary>"
    return f'<details class="cwm-long">{summary}{code}</details>'


def _next(frame: Frame) -> str:
    if frame.event in ("return", "exception"):
        word = "returns" if frame.event == "return" else "raises"
        shown = value(frame.value or "None") if frame.event == "return" else plain_text(frame.value or "")
        return f'<div class="cwm-next"><span>{word}</span>{shown}</div>'
    word = "steps into" if frame.event == "call" else "runs next"
    number = f'<b class="cwm-no">{frame.line}</b>' if frame.line else ""
    code = highlight.code(frame.source.strip())
    return f'<p class="cwm-next"><span>{word}</span>{number}<code>{code}</code></p>'


def _untouched(rest: list[Row]) -> str:
    if not rest:
        return ""
    names = ", ".join(highlight.plain(row.name) for row in rest)
    table = "".join(
        f'<tr><th scope="row">{highlight.plain(row.name)}</th><td>{value(row.new or "")}</td></tr>'
        for row in rest
    )
    return (
        f'<details class="cwm-untouched"><summary>not touched: {names}</summary>'
        f'<table class="cwm-rows"><tbody>{table}</tbody></table></details>'
    )


def confidence(probability: float) -> str:
    return f'<span class="cwm-p"><small>its own confidence</small> {percent(probability)}</span>'
