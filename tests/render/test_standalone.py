"""The page that a run is exported as: complete, harmless whatever it holds, and sufficient to itself."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.predict.prediction import LineGuess, Prediction
from cwm_demo.predict.scripted import ScriptedTextModel, ScriptedWorldModel
from cwm_demo.programs.program import Case
from cwm_demo.render.run_data import run_data
from cwm_demo.render.standalone import standalone
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Rollout

HOSTILE = "</script><script>alert(1)</script><!-- \u2028 \u202e ${title} \ud800"
COUNT = "def f(items):\n    n = 0\n    for x in items:\n        n += 1\n    return n\n"
TALLY = COUNT + "\nf('ab')  # << START_OF_TRACE\n"
NAMED = {"title": "Tally", "world": "models/cwm", "text": "models/standard"}


def run(source: str, bug: str | None = None, **options) -> Rollout:
    intended = trace(source)
    truth = trace(bug) if bug else intended
    world = ScriptedWorldModel(trace).replay(intended.source, truth.frames, truth.complete)
    defaults = {"predictions": world, "guesses": ScriptedTextModel().lines(truth.source)}
    return rollout(
        intended, truth, Case("f('ab')", "2"), mode="replay", read="intended", **defaults | options
    )


def held(page: str) -> dict:
    return json.loads(
        re.search(r'<script type="application/json" id="run">(.*?)</script>', page, re.DOTALL)[1]
    )


def test_every_step_has_what_happened_and_what_was_said() -> None:
    data = run_data(run(TALLY), **NAMED)
    assert [step["words"] for step in data["steps"]] == ["guessed right"] * 9
    step = data["steps"][4]
    assert (step["line"], step["does"], step["ran"]) == (4, "What line 4 does", "ran line 4")
    assert step["python"]["rows"] == [["n", "0", "1", "", False]]
    assert step["python"]["next"] == ["runs next", 3, "for x in items:"]
    assert step["python"] == {key: step["world"][key] for key in step["python"]}
    assert data["guesses"]["4"]["line"] == "n += 1"
    assert data["steps"][0]["answers"] == ["Answer … not known yet"]
    assert data["steps"][-1]["answers"] == ["Answer = right"]


def test_a_bug_is_in_its_line_and_in_the_verdict() -> None:
    data = run_data(run(TALLY, TALLY.replace("n += 1", "n += 2")), **NAMED)
    assert data["lines"][3]["meant"] == "n += 1"
    step = data["steps"][data["parting"]]
    assert (step["kind"], step["why"]) == ("bug", "As meant: n = 1. Really: n = 2.")
    assert step["world"]["rows"] == [["n", "0", "1", "", True]]


def test_what_a_model_could_not_say_is_said() -> None:
    cases = {
        "Its answer can’t be read: no frame.": Prediction("<b>", 0.5, problem="no frame"),
        "The run ends here.": Prediction("", 0.5, ended=True),
        "Beyond the model’s reach": Prediction("", 0.5, problem="beyond the model's reach"),
    }
    data = run_data(run(TALLY, predictions=list(cases.values()), guesses=None), **NAMED)
    for step, words in zip(data["steps"], cases):
        assert step["world"]["missing"].startswith(words)
    assert data["steps"][5]["world"]["missing"] == "It gave no prediction for this step."
    assert data["guesses"] == {}


@pytest.mark.parametrize("source", ["def f(:\n", "f()  # << START_OF_TRACE\n", "while True: pass\n"])
def test_a_run_that_is_none_or_has_no_end_is_a_page_too(source: str) -> None:
    page = standalone(run_data(run(source, predictions=[], guesses={}), **NAMED))
    assert held(page)["title"] == "Tally"


def test_nothing_that_a_program_or_a_model_wrote_is_markup() -> None:
    text = repr(HOSTILE)
    source = f"def f(t):\n    s = {text}\n    return s\n\nf('ab')  # << START_OF_TRACE\n"
    odd = {n: LineGuess(HOSTILE, 0.5, ((HOSTILE, 0.2),), 1.0, 1) for n in range(1, 6)}
    said = [Prediction(HOSTILE, 0.5, problem=HOSTILE)] * 4
    page = standalone(run_data(run(source, guesses=odd, predictions=said), **NAMED | {"title": HOSTILE}))
    page.encode("utf-8")
    assert "alert(1)</script>" not in page and "<!--" not in page
    assert page.count("</script>") == 2
    assert "⟨U+202E⟩" in json.dumps(held(page), ensure_ascii=False)  # what can't be seen is shown by its code


def test_the_page_loads_nothing_and_runs_its_own_script_alone() -> None:
    page = standalone(run_data(run(TALLY), **NAMED))
    assert not re.search(r"https?:|//[a-z]|@import|url\(| src=|<link", page.replace("// ", ""))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'")
    script = page.rpartition("<script>")[2].partition("</script>")[0]
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    assert "innerHTML" not in script and "eval" not in script
