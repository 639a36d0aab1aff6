"""Chapter 05: published figures with their conditions, the calculator, and our experiment's result file."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cwm_demo.course.chapters import load_sources
from cwm_demo.ui import figures, results_detection, results_selection
from cwm_demo.ui.results import DIFFERENCES, published
from cwm_demo.verify.selection import best_of
from tests.ui.conftest import ROOT, Client, html

PAGE = "pages/05_results.py"


@pytest.fixture
def page(client: Client) -> AppTest:
    st.cache_resource.clear()
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run().switch_page(PAGE)


def score(value: float, n: int = 40) -> dict:
    return {"value": value, "n": n, "low": max(value - 0.05, 0), "high": min(value + 0.05, 1)}


def verified(world: float) -> dict:
    ways = {"chance": 0.3, "text model": 0.35, "world model": world, "running them": 1.0}
    suite = {
        "tasks": 40,
        "not_reached": 0,
        "candidates": 240,
        "picked_right": {way: score(value) for way, value in ways.items()},
        "accepts_right": score(0.6),
        "accepts_wrong": score(0.1),
        "said": {"right, imagined right": 36, "wrong, imagined unknown": 12},
    }
    return {"k": 6, "suites": {"catalogue": suite}, "command": "python -m cwm_demo verify", "date": "today"}


@pytest.fixture
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a result file in the place of the experiment's."""

    return partial(_put, tmp_path / "result.json", results_selection, monkeypatch)


def _put(file: Path, page: object, monkeypatch: pytest.MonkeyPatch, data: object) -> None:
    file.write_text(json.dumps(data))
    monkeypatch.setattr(page, "RESULT", file)


def test_every_published_figure_has_a_source_and_conditions(page: AppTest) -> None:
    text = html(page.run())
    for row in published()["swebench"]:
        assert row["source"] in load_sources()
        assert row["active"] <= row["parameters"] and row["samples"] in ("one", "many")
        assert re.search(rf"{re.escape(row['model'])}.*?{row['score']:.1f} %.*?attempt", text)
    for row in published()["outputs"]:
        assert row["source"] in load_sources() and row["how"] in ("at once", "in steps") and row["suite"]
    assert "477 of the 500 problems" in text
    assert "reported" in text.split("62.4 %")[1][:200]  # not confirmed: said so


def test_the_box_says_where_deck_and_report_differ(page: AppTest) -> None:
    text = html(page.run())
    for said, _, source in DIFFERENCES:
        assert said in text and source in load_sources()


def test_parameters_are_counted_both_ways(page: AppTest) -> None:
    assert "stands high for its size" in html(page.run())
    page.radio(key="res_count").set_value("those used for one token").run()
    assert "CWM is the largest of all" in html(page)


def test_the_calculator_follows_its_sliders(page: AppTest) -> None:
    text = html(page.run())
    assert f"{100 * best_of(0.3, 0.8, 0.2, 8):.1f} %" in text
    page.slider(key="sel_wrong").set_value(0).run()
    page.slider(key="sel_right").set_value(100).run()
    assert f"{100 * (1 - 0.7**8):.1f} %" in html(page)
    page.button(key="sel_start").click().run()
    assert page.slider(key="sel_wrong").value == 20


@pytest.mark.parametrize(
    ("world", "words"),
    [(0.6, "chooses better than by chance"), (0.32, "not clearly better"), (0.1, "worse than by chance")],
)
def test_the_experiment_s_words_follow_from_it(page: AppTest, result, world: float, words: str) -> None:
    result(verified(world))
    text = html(page.run())
    assert words in text and "python -m cwm_demo verify" in text
    assert "<td>36</td>" in text
    page.button(key="sel_catalogue").click().run()
    assert (page.slider(key="sel_right").value, page.slider(key="sel_k").value) == (60, 6)


@pytest.mark.parametrize("data", [[], {}, {"suites": {}}])
def test_without_the_experiment_s_file_the_command_is_named(page: AppTest, result, data: object) -> None:
    result(data)
    html(page.run())


def test_a_missing_file_names_its_command(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(figures, "ROOT", tmp_path)
    assert "Not measured yet: python -m cwm_demo verify" in html(page.run())


def test_our_points_are_there_with_their_suites(page: AppTest) -> None:
    assert "models/cwm" in html(page.run())
    assert "These points don" in "\n".join(element.value for element in page.markdown)


# --- the models' surprise as an alarm ---

CURVE = [{"clean": x, "bugs": y, "at": None} for x, y in ((0.0, 0.0), (0.1, 0.6), (0.3, 0.9), (1.0, 1.0))]
ALARM = {"area": {"value": 0.84, "low": 0.8, "high": 0.87}, "curve": CURVE, "bugs": 9, "clean": 20}
BUG = {"before": "    x = '<b>'", "after": "    x = '<i>'"}
SURPRISES = {
    "detectors": dict.fromkeys(("step", "line", "run", "file", "world answer", "text answer"), ALARM),
    "verdict_red": {"bugs": {"value": 0.7}, "clean steps": {"value": 0.25}},
    "imagined": {"bugs: rejected": {"value": 0.5}, "clean: rejected": {"value": 0.125}},
    "examples": {"counts": {"both": 3, "none": 2}, "both": [BUG], "none": []},
    "mutants": 9,
    "cases": 4,
    "mutants_by_origin": {"catalogue": 9},
    "finished": False,
    "wanted": 50,
    "command": "python -m cwm_demo detect",
}


@pytest.fixture
def surprises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a result file in the place of the alarm's."""

    return partial(_put, tmp_path / "result.json", results_detection, monkeypatch)


def test_the_alarm_s_words_follow_from_its_file(page: AppTest, surprises) -> None:
    surprises(SURPRISES)
    text = html(page.run())
    assert "in 84 of 100 pairs the bug is the more surprising one (95 % interval 80 to 87)" in text
    assert "the verdict is red for 70 % of the bugs and 25 % of what is clean" in text
    assert "9 bugs in 4 runs (9 of catalogue); time was up before 50 were reached." in text
    assert "<td>3</td>" in text and "&lt;b&gt;" in text and "<i>&#x27;" not in text
    page.radio(key="det_of").set_value("Is the answer wrong?").run()
    assert "ends in another value for 50 % of the bugs and 12 % of what is clean" in html(page)
    page.radio(key="det_of").set_value("Is there a bug?").run()
    assert "the oddest line of the file: in 84 of 100 pairs" in html(page)


def test_bugs_found_are_read_off_the_curve() -> None:
    assert [results_detection.found_at(CURVE, share) for share in (0.0, 0.1, 0.2, 1.0)] == [
        0.0,
        0.6,
        0.6,
        1.0,
    ]
    assert results_detection.found_at([], 0.5) == 0.0


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"detectors": {"step": {"curve": [], "area": None}}},
        {"detectors": {"line": {"curve": CURVE, "area": None}}, "verdict_red": {"bugs": {"value": None}}},
    ],
)
def test_an_alarm_that_was_measured_in_part_or_not_at_all(page: AppTest, surprises, data: object) -> None:
    surprises(data)
    html(page.run())
