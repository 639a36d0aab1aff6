"""What the panels say of a step: frames of real runs, predictions made by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import unescape
from itertools import pairwise

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.predict.prediction import BEYOND_REACH, LineGuess, Prediction
from cwm_demo.predict.unusual import unusual
from cwm_demo.programs.program import Case, marked
from cwm_demo.render import effect, panels
from cwm_demo.render import marks as mark_module
from cwm_demo.render.difference import changed_parts
from cwm_demo.render.marks import Mark, marks, next_red
from cwm_demo.render.scale import percent
from cwm_demo.render.verdict import answer_chip, headline, verdict
from cwm_demo.rollout.rollout import rollout as join
from cwm_demo.rollout.step import Rollout
from cwm_demo.trace.frame import Frame
from cwm_demo.ui.timeline import SHOWN_MARKS, timeline
from tests.ui.conftest import ROOT

MEANT = "def double(n):\n    m = n\n    m = m * 2\n    return m\n"
BUGGY = MEANT.replace("* 2", "* 3")
CASE = Case("double(5)", "10")
PARTING = 3  # the frame that shows m after line 3


def says(frames: Sequence[Frame]) -> list[Prediction]:
    return [Prediction("", 0.9, frame) for frame in frames] + [Prediction("", 0.9, ended=True)]


def told(
    predictions: list[Prediction] | None = None,
    candidate: str = BUGGY,
    guess: LineGuess | None = None,
    **how: str,
) -> Rollout:
    """Without predictions the model is right about what it is shown."""
    intended, truth = (trace(marked(source, CASE.call)) for source in (MEANT, candidate))
    how = {"mode": "replay", "read": "intended"} | how
    shown = intended if how["read"] == "intended" else truth
    return join(
        intended,
        truth,
        CASE,
        predictions=says(shown.frames) if predictions is None else predictions,
        guesses={3: guess} if guess else None,
        **how,
    )


def at(rollout: Rollout, index: int) -> tuple[Mark, str]:
    """The mark of a step, and its verdict panel as text."""
    step, mark = rollout.steps[index], marks(rollout)[index]
    return mark, plain(verdict(rollout, step, mark, ""))


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def with_m(value: str) -> Callable[[Frame], Frame]:
    return lambda frame: replace(
        frame, locals={**frame.locals, "m": value}, delta={**frame.delta, "m": value}
    )


def predicted(index: int, change: Callable[[Frame], Frame]) -> list[Prediction]:
    """Right about the intended program but for one frame."""
    said = says(trace(marked(MEANT, CASE.call)).frames)
    said[index] = replace(said[index], frame=change(said[index].frame))
    return said


def test_the_bug_is_caught_and_what_follows_is_grey() -> None:
    rollout = told()
    kinds = [mark.kind for mark in marks(rollout)]
    assert kinds == ["right"] * PARTING + ["bug"] + ["after"] * (len(kinds) - PARTING - 1)
    text = at(rollout, PARTING)[1]
    assert "Bug caught" in text and "As meant: m = 10. Really: m = 15." in text
    assert next_red(marks(rollout), 0) == PARTING
    assert "Answer ≠ wrong" in at(rollout, len(kinds) - 1)[1]
    assert "Answer … not known yet" in text


@pytest.mark.parametrize(
    "value, kind, words",
    [("15", "lost", "Bug missed"), ("7", "lost", "it said: m = 7")],
    ids=["missed", "unclear"],
)
def test_at_the_parting_a_bug_is_missed_or_unclear(value: str, kind: str, words: str) -> None:
    mark, text = at(told(predicted(PARTING, with_m(value))), PARTING)
    assert mark.kind == kind and words in text


def test_a_slip_is_never_dressed_up_as_a_bug() -> None:
    rollout = told(predicted(2, with_m("6")))
    mark, text = at(rollout, 2)
    assert mark.kind == "wrong" and "Different values" in text and "no bug has shown yet" in text
    assert "It said m = 6; really m = 5." in text


def test_the_values_of_two_functions_are_not_compared() -> None:
    rollout = told(predicted(2, lambda frame: replace(frame, line=1, function="other", locals={"k": "1"})))
    mark, text = at(rollout, 2)
    assert mark.kind == "wrong" and "k = 1" not in text and "no m" not in text
    assert "It said line 1, " in text and "really line 3, " in text


def test_shown_the_bug_the_steps_are_green_and_the_answer_is_wrong() -> None:
    rollout = told(read="candidate")
    assert {mark.kind for mark in marks(rollout)} == {"right"}
    assert "A green step is not a right program." in at(rollout, PARTING)[1]
    assert "Answer ≠ wrong" in at(rollout, len(rollout.steps) - 1)[1]


def test_on_its_own_nothing_is_compared_after_the_first_difference() -> None:
    rollout = told(predicted(1, with_m("6")), candidate=MEANT, mode="imagine", read="candidate")
    assert [mark.kind for mark in marks(rollout)][:3] == ["right", "wrong", "after"]


@pytest.mark.parametrize(
    "prediction, words",
    [
        (Prediction("", 0.4, ended=True), "Stopped too early"),
        (Prediction("<|x", 0.4, problem="no event"), "Unreadable prediction"),
        (Prediction("", 0.0, problem=BEYOND_REACH), "Beyond the model’s reach"),
    ],
)
def test_predictions_that_are_no_frame_have_words(prediction: Prediction, words: str) -> None:
    rollout = told([prediction] * 6, candidate=MEANT)
    step, mark = rollout.steps[1], marks(rollout)[1]
    assert headline(step, mark) == words
    html = panels.world_model(rollout, step, mark, "")
    assert "<|x" not in html
    assert ("its own confidence" in html) == prediction.asked  # of no answer there is none


def test_an_unreadable_prediction_at_the_parting_is_told_as_such() -> None:
    said = says(trace(marked(MEANT, CASE.call)).frames)
    said[PARTING] = Prediction("<|x", 0.4, problem="no event")
    mark, text = at(told(said), PARTING)
    assert mark.kind == "lost" and "what it wrote is not a step" in text and "the run ends" not in text


def test_after_the_end_of_the_run_no_line_is_current() -> None:
    frames = trace(marked(MEANT, CASE.call)).frames
    rollout = told(says([*frames, frames[-1]]), candidate=MEANT, mode="imagine", read="candidate")
    step = rollout.steps[len(frames)]
    assert panels.current_line(rollout, step) is None
    assert panels.heading(step, "does") == "After the run’s end"
    assert "The run is over" in panels.text_model(rollout, step, False, "")
    assert "already come to its end" in panels.python(rollout, step)


def rows(source: str, name: str) -> list[effect.Row]:
    """What happens to a variable of a module program, step by step."""
    frames = trace(source).frames
    return [
        row for before, frame in pairwise(frames) for row in effect.rows(frame, before) if row.name == name
    ]


def test_values_are_new_changed_set_again_untouched_and_deleted() -> None:
    found = rows("x = 1\nx = 2\nx = 2\ny = 0\ndel x\n", "x")
    assert [(row.kind, row.old, row.new) for row in found] == [
        ("new", None, "1"),
        ("changed", "1", "2"),
        ("same", None, "2"),
        ("untouched", None, "2"),
        ("deleted", "2", None),
    ]


def test_a_program_without_a_call_begins_nowhere() -> None:
    run = trace("x = 1\ny = x\n")
    rollout = join(
        run, run, None, mode="replay", read="intended", predictions=says(run.frames), guesses={2: GUESS}
    )
    step = rollout.steps[0]
    assert panels.current_line(rollout, step) is None
    assert "Where the program begins" in panels.world_model(rollout, step, marks(rollout)[0], "")
    assert "no line stands above" in panels.text_model(rollout, step, False, "")


def test_what_a_line_did_is_told_after_the_call_in_it_has_come_back() -> None:
    run = trace(marked("def g():\n    return 1\n\ndef f():\n    x = g()\n    return x\n", "f()"))
    rollout = join(run, run, None, mode="replay", read="intended", predictions=None, guesses=None)
    step = next(step for step in rollout.steps if step.actual.delta.get("x"))
    assert panels.heading(step, "ran") == "ran line 5"
    assert panels.current_line(rollout, step) == 5


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\u202e**[a](b)** $x$'
GUESS = LineGuess(HOSTILE, 0.5, ((HOSTILE, 0.1),), 30.0, 10)


def test_nothing_that_a_program_or_a_model_wrote_is_markup() -> None:
    frame = Frame("line", 2, HOSTILE, HOSTILE, 0, 0, {HOSTILE: HOSTILE}, {HOSTILE: HOSTILE}, stdout=HOSTILE)
    ended = replace(frame, event="exception", value=HOSTILE)
    said = [*says([frame, ended]), Prediction(HOSTILE, 0.1, problem=HOSTILE)] * 2
    rollout = told(said, guess=GUESS)
    for step, mark in zip(rollout.steps, marks(rollout)):
        shown = (
            panels.text_model(rollout, step, True, HOSTILE)
            + panels.world_model(rollout, step, mark, HOSTILE)
            + panels.python(rollout, step)
            + verdict(rollout, step, mark, HOSTILE)
        )
        assert "<script" not in shown and "<img" not in shown and "\u202e" not in shown


def test_families_of_verdicts_share_neither_sign_nor_colour_and_the_answer_stands_apart() -> None:
    families: dict[str, set[str]] = {}
    for mark in (value for value in vars(mark_module).values() if isinstance(value, Mark)):
        families.setdefault("after" if mark.kind == "open" else mark.kind, set()).add(mark.symbol)
    for mark in mark_module.WRONG.values():
        families.setdefault(mark.kind, set()).add(mark.symbol)
    assert families.keys() == {"right", "bug", "lost", "wrong", "after"}
    signs = [sign for family in families.values() for sign in family]
    assert len(signs) == len(set(signs))
    answers = "".join(answer_chip("", answer, "") for answer in ("right", "wrong"))
    assert not set(signs) & set(plain(answers))
    styles = (ROOT / "assets/styles/tokens.css").read_text()
    colours = re.findall(
        r"--(right|bug|wrong|lost|after|answer-right|answer-wrong): (light-dark\(.*?\));", styles
    )
    assert len(colours) == len({colour for _, colour in colours}) == 7


def test_a_long_value_folds_to_its_beginning_and_its_first_change() -> None:
    old, new = repr(list(range(100))), repr([*range(99), 7])
    html = panels.value(new, changed_parts(old, new))
    summary = html[: html.index("</summary>")]
    assert "<mark>7</mark>" in summary and "characters" in summary
    assert plain(html).endswith(new)
    assert "<details" not in panels.value("[1, 2]")


def test_a_written_line_that_goes_on_for_ever_folds() -> None:
    rollout = told(guess=LineGuess("x" * 300, 0.5, (("y" * 300, 0.2),), 1.0, 1))
    step = next(step for step in rollout.steps if step.standard)
    html = panels.text_model(rollout, step, False, "")
    assert html.count("300 characters") == 2
    returned = replace(rollout.truth.frames[-1], value="z" * 300, stdout="p" * 300)
    html += panels.outcome(returned, None, frozenset())
    assert html.count('<details class="cwm-long"') == 4
    assert not re.search(r"<p\b[^>]*>((?!</p>).)*<details", html)  # where a browser would end the paragraph


def test_a_long_run_shows_the_marks_around_the_current_step() -> None:
    many = (Mark("right", "✓", "guessed right"),) * 1_000
    for current in (0, 500, 999):
        html = timeline(many, current)
        assert html.count("<li") == SHOWN_MARKS
        assert html.count('aria-current="step"') == 1
        assert f"step {current + 1} of 1000" in html


def test_a_long_program_shows_the_lines_around_the_current_one() -> None:
    assert panels.window(20, 1) == (1, 20)
    for line in (1, 50, 100):
        first, last = panels.window(100, line)
        assert first <= line <= last and last - first + 1 == panels.SHOWN_LINES


@pytest.mark.parametrize(
    "bits, words", [(0.0, "usual"), (19.9, "usual"), (20.0, "odd"), (39.9, "odd"), (40.0, "very odd")]
)
def test_how_unusual_a_line_is_goes_by_bits_a_token(bits: float, words: str) -> None:
    assert unusual(replace(GUESS, surprise=bits))[0] == words


@pytest.mark.parametrize("p, words", [(0.001, "&lt;1 %"), (0.976, "98 %"), (0.998, "99 %"), (1.0, "100 %")])
def test_a_percentage_never_claims_more_than_the_model(p: float, words: str) -> None:
    assert percent(p) == words
