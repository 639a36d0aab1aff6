"""What is shown as given to a model is what it is given, token by token."""

from __future__ import annotations

import re
from html import unescape

from cwm_demo.execution.tracer import trace
from cwm_demo.predict.prediction import Prediction
from cwm_demo.programs.program import marked
from cwm_demo.rollout.rollout import rollout as join
from cwm_demo.trace.text import encode
from cwm_demo.ui import given
from cwm_demo.ui.tokens import tokens

MEANT = "def double(n):\n    m = n\n    m = m * 2\n    return m\n"
HOSTILE = "<img src=x>\u202e"


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).replace("↵", "")


def test_the_world_model_is_given_the_program_shown_and_the_real_values() -> None:
    intended = trace(marked(MEANT, "double(5)"))
    candidate = trace(marked(MEANT.replace("* 2", "* 3"), "double(5)"))
    how = {"mode": "replay", "predictions": None, "guesses": None}
    for read, line in (("intended", "m = m * 2"), ("candidate", "m = m * 3")):
        rollout = join(intended, candidate, None, read=read, **how)
        shown = text(given.given_world_model(tokens(), rollout, rollout.steps[-1]))
        assert line in shown and '"m": "15"' in shown
        assert shown.endswith("<|frame_sep|>")
    above = text(given.given_text_model(tokens(), rollout, rollout.steps[3]))
    assert above == "<|begin_of_text|>def double(n):\n    m = n\n"


def test_each_token_has_the_kind_of_its_place() -> None:
    run = trace(marked(MEANT, "double(5)"))
    found = given.kinds(tokens(), encode(tokens(), run))
    assert "".join(word for _, word in found) == tokens().show(encode(tokens(), run))

    def words(kind: str) -> str:
        return "".join(word for each, word in found if each == kind)

    assert words("source") == run.source
    assert words("result") == '"10"'
    assert "return m\n" in words("line") and '"n": "5"' in words("values")


def test_of_a_long_run_the_last_frames_are_shown() -> None:
    run = trace("x = 0\nfor i in range(200):\n    x += i\n")
    rollout = join(run, run, None, mode="replay", read="intended", predictions=None, guesses=None)
    html = given.given_world_model(tokens(), rollout, rollout.steps[-1])
    assert "frames are left out here" in html
    assert html.count("<span") <= given.MOST + 10


def test_what_a_model_wrote_is_text() -> None:
    html = given.written(Prediction(HOSTILE, 0.1, tokens=((HOSTILE, 0.2), ("x", 0.95))))
    assert "<img" not in html and "\u202e" not in html and "20 %" in html
    assert "known" in given.written(Prediction("", 0.1))
