"""Chapter 07: a measurement that nobody waits for, failures from whatever result files there are, advice."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.course.tool import load_cases
from cwm_demo.evaluate.suites import load_suite
from cwm_demo.predict.timing import Timing
from cwm_demo.ui import figures, limits_confidence, limits_cost, limits_failures
from cwm_demo.ui.limits import TRUTH, domains
from cwm_demo.ui.limits_cost import PARTS, core_hours, lines_of_code, speeds
from cwm_demo.ui.limits_latency import _sentences, choices
from cwm_demo.ui.limits_tool import on_paper
from tests.ui.conftest import ROOT, Client, html, not_yet_run

SHARE = {"value": 0.5, "n": 4, "low": 0.15, "high": 0.85}
SCORES = {"replay": {"state_exact": SHARE}, "imagine": {"output_pass": {**SHARE, "value": 0.25}}}


@pytest.fixture
def page(client: Client) -> AppTest:
    """The chapter, not yet run."""
    return not_yet_run("pages/07_limits.py")


def failure(item: str, frame: int = 1, **changes: object) -> dict:
    record = {"event": "line", "line": 3, "source": "    x <b>= 1", "delta": {"x": "'<b>'"}, "value": None}
    return {"id": item, "frame": frame, "verdict": "state", "expected": record, "predicted": None} | changes


def results(monkeypatch: pytest.MonkeyPatch, folder: Path, **suites: object) -> None:
    """Result files of ours in the place of those that are shipped."""
    monkeypatch.setattr(figures, "ROOT", folder)
    (folder / "assets" / "results").mkdir(parents=True)
    for name, data in suites.items():
        (folder / "assets" / "results" / f"{name.replace('_', '-')}.json").write_text(json.dumps(data))


# --- latency ---


def test_what_is_to_be_written_is_counted_before_anything_is_measured(page: AppTest, client: Client) -> None:
    text = html(page.run())
    assert "tokens to write, counted" in text and "milliseconds" not in text
    assert "11 frames and the end" in text
    measured_before = client.asked
    page.selectbox(key="lat_program").set_value("collatz").run()
    assert client.asked == measured_before  # nothing is measured that nobody asked for


def test_a_measurement_says_what_was_measured(page: AppTest) -> None:
    page.run()
    page.button(key="lat_measure").click().run()
    text = html(page)
    assert "milliseconds a token" in text and "times as long" in text
    assert "Measured on this machine" in text and "one token a pass" in text
    assert "Measure a longer program too" in text
    page.selectbox(key="lat_program").set_value("collatz").run()
    page.button(key="lat_measure").click().run()
    text = html(page)
    assert "Measured so far" in text and text.index(">Tally<") < text.index(">Collatz")


def test_the_page_goes_on_while_it_is_measured(page: AppTest, client: Client) -> None:
    page.run()
    client.state = "loading"
    page.button(key="lat_measure").click().run()
    assert "one token after the other" in html(page)
    assert "What to remember" in html(page)
    client.arrive()
    assert "milliseconds a token" in html(page.run())


def test_a_measurement_can_be_stopped_and_begun_again(page: AppTest, client: Client) -> None:
    page.run()
    client.state = "loading"
    page.button(key="lat_measure").click().run()
    page.run().button(key="lat_stop").click().run()  # it is there from the second look on
    assert len(client.released) == 2
    assert "Stopped before it had finished." in html(page.run())
    client.state = "ready"
    page.button(key="lat_measure").click().run()
    assert "milliseconds a token" in html(page)
    assert client.runs == [1, 2]


def test_measured_again_is_another_run(page: AppTest, client: Client) -> None:
    page.run()
    page.button(key="lat_measure").click().run()
    page.button(key="lat_measure").click().run()
    assert client.runs == [1, 2]


def test_a_measurement_that_was_stopped_is_not_compared_as_if_it_were_whole() -> None:
    alone, whole = Timing(9, 10.0, ((5, 50.0),)), Timing(9, 10.0, ((2, 20.0), (101, 1010.0)))
    assert "20 times as long" in _sentences(alone, whole, 500, 101)
    assert "Frames written in 500 ms: 1." in _sentences(alone, whole, 500, 101)
    cut = Timing(9, 10.0, ((11, 110.0),), "stopped after 5 seconds")
    words = _sentences(alone, cut, 100, 101)
    assert "11 of the trace’s 101 tokens" in words and "about 1,010 ms" in words
    assert "times as long" not in words and words.endswith("Frames written in 100 ms: none.")
    assert "Frames written in 500 ms: none." in _sentences(alone, cut, 500, 101)


def test_every_choice_can_be_asked_for_its_value() -> None:
    assert "tally" in choices() and all(program.call for program in choices().values())


# --- failures ---


def test_a_failure_leads_to_its_step(page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    items = [load_suite("catalogue")[0].id, load_suite("generated")[0].id]
    results(
        monkeypatch,
        tmp_path,
        catalogue={
            "by_statement": {
                "return": {"state_exact": SHARE, "action_exact": SHARE | {"value": 0.6}},
                "if, while: holds": {
                    "state_exact": SHARE | {"value": 1.0},
                    "action_exact": SHARE | {"value": 0.25},
                },
            },
            "by_construct": {"for": SCORES},
            "failures": [failure(items[0], 4), failure("gone:0")],
        },
        generated={"by_type": {"int": SHARE}, "failures": [failure(items[1])]},
    )
    text = html(page.run())
    # The worse of the two counts: a condition changes no value, and what runs next is mostly wrong.
    assert "Weakest: if, while: holds, 25 % of 4 steps. Strongest: return, 50 % of 4 steps." in text
    page.radio(key="fail_by").set_value("by_construct").run()
    text = html(page)
    assert "Weakest: for, 50 % of 4 steps." in text
    assert "&lt;b&gt;" in text and "<b>&#x27;" not in text  # what a program or a model wrote is no markup
    assert len(page.selectbox(key="fail_id").options) == 1  # a program that is no longer there is left out
    query = parse_qs(step_link(page).proto.query_string)
    assert query["program"] == ["tally"] and query["step"] == ["5"]
    page.radio(key="fail_suite").set_value("generated").run()
    assert "doesn’t keep them apart that way" in html(page)
    page.radio(key="fail_by").set_value("by_type").run()
    assert "Weakest: int, 50 % of 4 values." in html(page)
    assert "code" in parse_qs(step_link(page).proto.query_string)
    assert page.query_params["fail_suite"] == ["generated"] or page.query_params["fail_suite"] == "generated"


def step_link(page: AppTest):
    return next(e for e in page.get("page_link") if e.proto.label == "Open this step in the stepper")


@pytest.mark.parametrize("data", [None, {}, {"by_statement": {}}, {"failures": []}])
def test_without_results_the_command_is_named(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: object
) -> None:
    results(monkeypatch, tmp_path, **({} if data is None else {"catalogue": data}))
    text = html(page.run())
    assert "python -m cwm_demo evaluate catalogue" in text or "doesn’t keep them apart" in text
    assert "python -m cwm_demo bench" in text


def test_lengths_stand_in_their_order_and_others_the_weakest_first() -> None:
    weak = {**SCORES, "replay": {"state_exact": {**SHARE, "value": 0.1}}}
    data = {
        "by_length": {"51+": weak, "06-10": SCORES, "01-05": weak},
        "by_construct": {"if": SCORES, "for": weak},
    }
    assert [name for name, _ in limits_failures.groups_of(data, "by_length")] == [
        "1 to 5 frames",
        "6 to 10 frames",
        "51 frames and more",
    ]
    assert [name for name, _ in limits_failures.groups_of(data, "by_construct")] == ["for", "if"]


# --- costs ---


def test_twice_the_traces_take_twice_the_time(page: AppTest) -> None:
    data = {"rows": [{"what": limits_cost.RUN, "figure": 12.0}, {"what": limits_cost.EVENT, "figure": 20.0}]}
    assert speeds(data) == (12.0, 0.02)
    assert speeds({"rows": [{"what": limits_cost.RUN, "figure": 12.0}]}) is None and speeds(None) is None
    text = html(page.run())
    assert "Time of one core" in text and "of the 5T tokens" in text
    assert core_hours(2_000_000, 11, 12.0, 0.02) == pytest.approx(2 * 1_000_000 * 12 / 3_600_000)
    assert core_hours(1_000, 111, 12.0, 0.02) > core_hours(1_000, 11, 12.0, 0.02)


def test_every_part_of_the_training_is_there() -> None:
    for name, (_, patterns) in PARTS.items():
        assert lines_of_code(tuple(patterns)) > 20, name
        for pattern in patterns:
            assert list(ROOT.glob(pattern)), pattern


# --- the rest ---


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_the_questionnaire_gives_its_advice(page: AppTest, case) -> None:
    page.run()
    for key, answer in case.answers.items():
        page.radio(key=f"tool_{key}").set_value(answer)
    text = html(page.run())
    words = {
        "yes": "A task for",
        "try": "Worth a try",
        "no": "Not the right tool",
        "unfinished": "5 questions to go",
    }
    assert words[case.advice] in text
    page.button(key="tool_again").click().run()
    assert "6 questions to go" in html(page)


def test_a_link_with_answers_opens_on_the_advice(page: AppTest) -> None:
    page.query_params["tool_wait"] = "typing"
    page.query_params["tool_task"] = "nonsense"
    text = html(page.run())
    assert on_paper() in text  # every reason, hidden on the screen
    text = text.replace(on_paper(), "")
    assert "Not the right tool" in text and text.count("rules it out") == 1


def test_every_field_says_whose_word_it_is() -> None:
    assert {domain["truth"] for domain in domains()} == TRUTH.keys()
    for domain in domains():
        assert all(domain[key] for key in ("field", "runs", "trace", "says"))


# --- confidence ---


def group(said: float, right: float, low: float, high: float) -> dict:
    share = {"value": right, "n": 50, "low": low, "high": high}
    return {"from": 0.8, "to": 0.9, "confidence": said, "right": share}


def test_the_words_on_confidence_follow_from_its_file(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proud, fair, modest = group(0.85, 0.6, 0.5, 0.7), group(0.85, 0.8, 0.7, 0.9), group(0.2, 0.5, 0.4, 0.6)
    assert limits_confidence.off([proud, fair, modest, modest]) == (1, 2)
    table = {"n": 100, "right": SHARE, "error": 0.125, "bins": [proud, fair]}
    words = {"n": 7, "shares": {"usual": SHARE, "odd": {**SHARE, "value": 0.25}}}
    results(
        monkeypatch,
        tmp_path,
        calibration={
            "confidence": {"catalogue": table},
            "direct_confidence": {"world": {**table, "bins": []}, "text": {**table, "bins": [modest]}},
            "lines": {"as meant": words, "with a bug": words},
        },
    )
    text = html(page.run())
    assert "its confidence is 12.5 points off on average" in text
    assert "where it is off beyond chance, it promises too much (1 of 2 groups)" in text
    assert "of 7 lines with a bug" in text and "<td>25 %</td>" in text
    page.radio(key="conf_of").set_value(limits_confidence.DIRECT).run()
    assert "The text model is right in" in html(page) and "promises too little (1 of 1 groups)" in html(page)


@pytest.mark.parametrize("data", [{}, {"confidence": {"catalogue": {"bins": []}}, "lines": {}}])
def test_without_a_measured_confidence_the_command_is_named(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: dict
) -> None:
    results(monkeypatch, tmp_path, calibration=data)
    assert "python -m cwm_demo calibrate" in html(page.run())
