"""Home: it opens without waiting for a model, plays its three acts, and tells what really came out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cwm_demo.course.chapters import load_course
from cwm_demo.execution import sandbox
from cwm_demo.execution.sandbox import run
from cwm_demo.predict.prediction import Prediction
from cwm_demo.predict.scripted import ScriptedWorldModel
from cwm_demo.programs.bugs import find_bug, mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.rollout.question import question
from cwm_demo.rollout.rollout import rollout
from cwm_demo.rollout.step import Rollout
from cwm_demo.rollout.verdict import parting
from cwm_demo.ui import figures
from cwm_demo.ui.home import rehearse
from cwm_demo.ui.home.acts import LAST, Scene, load_acts
from cwm_demo.ui.home.facts import facts
from cwm_demo.ui.home.told import OUTCOMES, outcome, told, words
from cwm_demo.ui.home.tour import WITH_BUG, stops_of_the_tour
from cwm_demo.ui.url import from_query, to_query
from tests.ui.conftest import ROOT, Client, html

SCENES = load_acts()[1]


@pytest.fixture
def home(client: Client) -> AppTest:
    """Home, not yet run."""
    st.cache_resource.clear()
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def played(scene: Scene, predictions: list[Prediction] | None = None) -> Rollout:
    """The scene with a model that is always right about what it is shown, or with these predictions."""
    program = load_catalogue()[scene.program]
    intended = run(marked(program.source, program.call))
    truth = intended
    if scene.bug:
        bug = find_bug(mutations(program.source, kinds_by_line(intended.frames)), scene.bug)
        truth = run(marked(bug.source, program.call))
    if predictions is None:
        put = question(intended, truth, scene.read)
        model = ScriptedWorldModel()
        if scene.mode == "imagine":
            predictions = model.imagine(put.source, 100)
        else:
            predictions = model.replay(put.source, put.draft, put.complete)
    case = program.case(program.call)
    return rollout(
        intended, truth, case, mode=scene.mode, read=scene.read, predictions=predictions, guesses=None
    )


def story(scene: Scene, result: Rollout) -> str:
    program = load_catalogue()[scene.program]
    step = result.steps[min(scene.step, len(result.steps) - 1) if scene.step != LAST else -1]
    return told(scene, result, step, program.case(program.call))


# --- the acts as data ---


def test_every_scene_can_tell_every_outcome_and_no_other() -> None:
    for scene in SCENES:
        assert set(scene.outcomes) <= set(OUTCOMES[scene.judge])
        needed = set(OUTCOMES[scene.judge])
        if scene.judge == "step" and (scene.read == "candidate" or scene.bug is None):
            needed -= {"caught", "missed", "unclear"}  # nothing is judged without both programs
        assert needed <= set(scene.outcomes)
        for text in scene.outcomes.values():
            assert "{" not in words(text, right="", steps="", said="", real="", check="")


def test_with_a_model_that_is_always_right_the_acts_say_what_they_are_for() -> None:
    keys = [outcome(scene.judge, result := played(scene), result.steps[scene.step]) for scene in SCENES]
    assert keys == ["match", "caught", "match", "all", "rejected", "foreseen"]


def test_the_bug_shows_at_the_scenes_step() -> None:
    for scene in SCENES[:3]:
        result = played(scene)
        assert result.parting in (None, scene.step)
    assert SCENES[1].place(10) == WITH_BUG


def test_a_scenes_link_is_a_place_of_the_stepper() -> None:
    for scene in SCENES:
        place = scene.place(10)
        assert from_query(to_query(place)) == (place, [])


# --- what came out is told as it was ---


def off(scene: Scene) -> list[Prediction]:
    """Predictions about the scene's program that have every value wrong."""
    said = [step.prediction for step in played(scene).steps]
    return [
        replace(each, frame=replace(each.frame, locals={"x": "'wrong'"}, value=each.frame.value and "0"))
        for each in said
        if each.frame
    ]


@pytest.mark.parametrize(
    "number, key", [(0, "wrong"), (1, "unclear"), (2, "wrong"), (3, "some"), (5, "none"), (4, "none")]
)
def test_a_model_that_is_wrong_is_told_to_be_wrong(number: int, key: str) -> None:
    scene = SCENES[number]
    result = played(scene, off(scene))  # without an end, so that there is no result on its own
    assert outcome(scene.judge, result, result.steps[scene.step]) == key
    assert story(scene, result)


def test_a_right_judgement_for_a_wrong_reason_is_called_so() -> None:
    scene = SCENES[5]
    result = played(scene, [*off(scene), Prediction("", 1.0, ended=True)])
    assert outcome(scene.judge, result, result.steps[-1]) == "rejected"
    assert "for a wrong reason" in story(scene, result)


def test_a_model_that_misses_the_bug_is_told_to_have_missed_it() -> None:
    scene = SCENES[1]
    result = played(scene, [step.prediction for step in played(replace(scene, read="candidate")).steps])
    assert outcome(scene.judge, result, result.steps[scene.step]) == "missed"


def test_a_candidate_that_was_let_pass_is_told() -> None:
    said = [step.prediction for step in played(replace(SCENES[4], read="intended")).steps]
    result = played(SCENES[5], [*said, Prediction("", 1.0, ended=True)])
    assert outcome("opened", result, result.steps[-1]) == "passed"


def test_words_are_never_markup() -> None:
    assert words("<b> `x < 1` {said}", said="<i>") == "&lt;b&gt; <code>x &lt; 1</code> <i>"


def test_a_rehearsal_says_how_each_scene_comes_out() -> None:
    lines = list(rehearse.scenes(ScriptedWorldModel()))
    assert [line.split()[1] for line in lines] == ["match", "caught", "match", "all", "rejected", "foreseen"]
    assert not any("<" in line for line in lines)


# --- the page ---


def scene_of(app: AppTest) -> str:
    return re.search(r"scene \d of \d", html(app)).group()


def test_the_acts_go_on_and_back(home: AppTest) -> None:
    home.run()
    assert scene_of(home) == "scene 1 of 6"
    assert "cwm-edge-right" in html(home)
    home.button(key="scene_next").click().run()
    assert "cwm-edge-bug" in html(home)
    assert home.query_params["scene"] == "2"
    for _ in range(3):
        home.button(key="scene_next").click().run()
    assert "cwm-not-run" in html(home)
    assert "the candidate is rejected, and no run was needed for it" in html(home)
    home.button(key="scene_next").click().run()
    assert "to the letter" in html(home)
    assert "scene_next" not in [button.key for button in home.button]  # what the keys press
    home.button(key="scene_again").click().run()
    assert scene_of(home) == "scene 1 of 6"
    home.query_params["scene"] = "6"
    home.run()
    home.button(key="scene_back").click().run()
    assert scene_of(home) == "scene 5 of 6"
    home.button(key="act_1").click().run()
    assert scene_of(home) == "scene 3 of 6"


@pytest.mark.parametrize("asked, shown", [("4", 4), ("99", 6), ("0", 1), ("-1", 1), ("x", 1), ("²", 1)])
def test_a_scene_has_an_address(home: AppTest, asked: str, shown: int) -> None:
    home.query_params["scene"] = asked
    home.run()
    assert scene_of(home) == f"scene {shown} of 6"


def test_presenting_leaves_the_acts_and_the_way_out(home: AppTest) -> None:
    home.query_params.update({"scene": "2", "present": "on"})
    home.run()
    assert scene_of(home) == "scene 2 of 6"
    assert "The course" not in html(home)
    home.button(key="scene_next").click().run()
    assert (home.query_params["scene"], home.query_params["present"]) == ("3", "on")
    home.button(key="present").click().run()
    assert "present" not in home.query_params
    assert "The course" in html(home) and scene_of(home) == "scene 3 of 6"


def test_home_is_there_before_the_models_and_takes_what_arrives(home: AppTest, client: Client) -> None:
    client.state, client.sentence = "loading", "The models are opening."
    home.run()
    assert "Python ran line 4" in html(home)
    assert "The models are opening." in html(home)
    assert "Here the world model is right." not in html(home)
    client.arrive()
    home.run()
    assert "Here the world model is right." in html(home)


def test_a_machine_that_can_not_run_the_program_is_told(
    home: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no process left")

    monkeypatch.setattr(sandbox, "run", refuse)
    assert "could not be run just now" in html(home.run())


def test_home_says_how_the_models_are(home: AppTest, client: Client) -> None:
    client.state, client.sentence = "missing", "There is no model in <models>."
    home.run()
    assert "There is no model in &lt;models&gt;." in html(home)
    client.state, client.sentence = "ready", ""
    assert "The two models are loaded." in html(home.run())


def test_home_leads_to_the_first_step_at_which_the_bug_shows() -> None:
    result = played(SCENES[1])
    assert parting(result.intended, result.truth) == WITH_BUG.step


def test_the_tour_has_a_stop_for_every_chapter(home: AppTest) -> None:
    shown = html(home.run())
    for chapter in load_course().values():
        assert chapter.tour.split("'")[0] in shown


def test_the_tour_goes_on_from_page_to_page_until_it_is_left(home: AppTest) -> None:
    stops = stops_of_the_tour()
    home.run()
    home.switch_page(stops[0].page)
    home.query_params["tour"] = "on"
    home.run()
    assert f"Tour, stop 1 of {len(stops)}" in html(home)
    assert stops[0].tour.split("'")[0] in html(home)
    home.query_params.clear()
    home.switch_page("pages/stepper.py").run()
    number = [stop.slug for stop in stops].index("stepper") + 1
    assert f"Tour, stop {number} of {len(stops)}" in html(home)
    home.button(key="tour_leave").click().run()
    assert "Tour, stop" not in html(home)
    assert html(home.switch_page("pages/home.py").run()).count("✓ seen") == 2


# --- the figures ---


def test_figures_come_from_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(figures, "ROOT", tmp_path)
    assert [fact.figure for fact in facts()] == ["–"] * 4
    assert all("make" in fact.line or "python -m cwm_demo" in fact.line for fact in facts())
    (tmp_path / "models" / "cwm").mkdir(parents=True)
    (tmp_path / "assets" / "results").mkdir(parents=True)
    files = {
        "models/cwm/training.json": {"parameters": 4_000_000, "progress": {"tokens": 20_000_000}},
        "assets/results/catalogue.json": {
            "replay": {"state_exact": {"value": 0.876, "n": 1000}},
            "imagine": {"output_pass": {"value": 0.5, "n": 36}},
            "command": "python -m cwm_demo evaluate catalogue",
        },
        "assets/results/bugs.json": {"all": {"caught": 3, "bugs": 4, "slips_per_clean_step": {"value": 0.1}}},
    }
    for name, data in files.items():
        (tmp_path / name).write_text(json.dumps(data))
    found = facts()
    assert [fact.figure for fact in found] == ["4.0 million", "88 %", "50 %", "3 of 4"]
    assert "8,000 times as many" in found[0].words
    assert "evaluate catalogue" in found[1].line
