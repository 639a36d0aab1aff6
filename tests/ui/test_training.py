"""Chapter 04: the four steps on any function, and figures from whatever logs and results there are."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.predict.settings import MODELS
from cwm_demo.train.history import history
from cwm_demo.train.sequence import MIX, training_sequence
from cwm_demo.ui import training_curves, training_further, training_stages, training_steps
from cwm_demo.ui.tokens import tokens
from cwm_demo.ui.url import pack
from cwm_demo.ui.workpiece import Workpiece
from tests.ui.conftest import Client, html, not_yet_run

ROOT = Path(__file__).parents[2]
OWN = "def double(n):\n    return n * 2\n"


@pytest.fixture
def page(client: Client) -> AppTest:
    """The chapter, not yet run."""
    return not_yet_run("pages/04_training.py")


def without_models(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for function in (
        training_curves.losses,
        training_curves.validation,
        training_curves.traces,
        training_stages.pipeline,
        training_stages.costs_table,
        training_further.further_stages,
        training_stages.corpus,
        training_stages.made_by,
    ):
        monkeypatch.setattr(function, "__defaults__", (folder,))


def test_the_chapter_shows_every_step_and_every_stage(page: AppTest) -> None:
    shown = html(page.run())
    for words in ("the call begins", "&lt;|arg_sep|&gt;", "each counts 0.2", "Mid-training, text model"):
        assert words in shown


def test_one_s_own_function_goes_through_the_steps(page: AppTest) -> None:
    page.query_params["code"], page.query_params["call"] = pack(OWN), "double(21)"
    shown = html(page.run())
    assert "<code>n</code>" in shown  # the name that the call sets
    assert "<code>42</code>" in shown  # returned
    assert "double(21)" in shown


def test_the_slider_moves_the_question(page: AppTest) -> None:
    page.run()
    sequence = training_sequence(tokens(), Workpiece().run())
    slider = page.slider[0]
    assert slider.max == len(sequence.ids) - 1
    for at in (1, sequence.context, len(sequence.ids) - 1):
        page.slider[0].set_value(at).run()
        assert f"Given the {at} tokens before it" in html(page)
        assert f", id {sequence.ids[at]}, " in html(page)
    page.slider[0].set_value(1).run()
    assert f"It counts <b>{MIX.context_weight:g}</b>." in html(page)


def test_a_function_that_never_ends_is_left_out_of_the_corpus(page: AppTest) -> None:
    page.query_params["code"] = pack("def f():\n    while True:\n        pass\n")
    page.query_params["call"] = "f()"
    shown = html(page.run())
    assert "was stopped after" in shown
    assert "Our corpus leaves it out: the run was stopped" in shown


def test_without_models_the_page_says_what_makes_them(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_models(monkeypatch, tmp_path)
    monkeypatch.setattr(training_curves, "RESULTS", tmp_path)
    page.run()
    assert not page.exception
    assert any("python -m cwm_demo train all" in info.value for info in page.info)
    assert "not trained here yet" in html(page)


def test_further_rounds_and_stages_in_a_log_appear(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("cwm", "standard"):
        (tmp_path / name).mkdir()
        for file in ("log.jsonl", "training.json"):
            shutil.copy(MODELS / name / file, tmp_path / name)
    more = [
        {"stage": "cwm", "round": 9, "tokens": 1000, "seconds": 1.0, "loss": 0.5, "trace_loss": 0.5},
        {"stage": "sft", "tokens": 2_000_000, "seconds": 9.0, "loss": 0.3, "trace_loss": 0.3},
    ]
    with (tmp_path / "cwm" / "log.jsonl").open("a") as log:
        log.writelines(json.dumps(record) + "\n" for record in more)
    without_models(monkeypatch, tmp_path)
    monkeypatch.setattr("cwm_demo.ui.figures.ROOT", tmp_path)  # where there is no result of a further stage
    shown = html(page.run())
    assert "2.0 million tokens" in shown  # of fine-tuning, in the drawing
    assert "Not trained here yet:</b> reinforcement learning." in shown
    before = next(run for run in history(MODELS / "cwm") if run.stage == "cwm")
    run = next(run for run in history(tmp_path / "cwm") if run.stage == "cwm")
    assert run.rounds[-1] == before.tokens


def test_a_figure_is_built_once_until_a_file_changes(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    built: list[str] = []
    show = training_curves.show
    monkeypatch.setattr(training_curves, "show", lambda *given: (built.append(given[2]), show(*given)))
    monkeypatch.setattr("cwm_demo.ui.figures.ROOT", tmp_path)
    results = tmp_path / "assets" / "results"
    results.mkdir(parents=True)
    for number in (1, 2):
        (results / f"{number}.json").write_text("{}")
        first, second = html(page.run()), html(page.run())
        assert first == second
        assert built.count("training_losses") == number


def test_the_text_model_s_results_fill_its_column(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    score = {"value": 0.25, "n": 40, "low": 0.14, "high": 0.4}
    for name, share in (("cwm", 0.25), ("standard", 0.125)):
        data = {"suite": "mbpp-test", "model": f"models/{name}", "replay": {}, "imagine": {}}
        data["direct"] = {"output_pass": score | {"value": share}}
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
    monkeypatch.setattr(training_curves, "RESULTS", tmp_path)
    monkeypatch.setattr(training_curves, "ROOT", tmp_path)
    monkeypatch.setattr("cwm_demo.ui.figures.ROOT", tmp_path)
    shown = html(page.run())
    assert "MBPP’s test" in shown
    assert "<b>25 %</b> <small>[14 to 40] of 40</small></td><td><b>12 %</b>" in shown
    assert "was not asked" not in shown


def test_what_is_asked_is_the_token_and_its_weight() -> None:
    sequence = training_sequence(tokens(), Workpiece().run())
    at = sequence.context
    shown = training_steps.asked(sequence, at)
    assert "&lt;|call_sep|&gt;" in shown
    assert f"Given the {at} tokens before it" in shown
    assert "50 %: 0.69" in shown  # minus the logarithm of one half, weight 1


SCORE = {"value": 0.25, "n": 40, "low": 0.14, "high": 0.4}


def test_a_stage_s_result_file_shows_what_changed(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill = {"pass_1": SCORE, "best_k": SCORE, "pass_k": SCORE, "samples": 8}
    before = {"fill": fill, "answers": {"right": SCORE}, "corpus": {"frame": 0.5}}
    after = before | {"fill": fill | {"pass_1": SCORE | {"value": 0.625}}}
    cost = {"tokens": 1000, "steps": 1, "seconds": 60.0, "device": "cpu", "operations": 6e9}
    record = {"scores": {"before": before, "after": after}, "cost": cost}
    rounds = [{"round": n, "reward": n / 10, "held_out": SCORE} for n in (1, 2)]
    results = tmp_path / "assets" / "results"
    results.mkdir(parents=True)
    curve = {"tokens": [1, 2], "loss": [2.0, 1.0]}
    models = {name: record | {"curve": curve} for name in ("cwm", "standard")}
    (results / "sft.json").write_text(json.dumps({"stage": "sft", "models": models}))
    models = {"cwm": record | {"rounds": rounds, "runs": 12}}
    (results / "rl.json").write_text(json.dumps({"stage": "rl", "models": models}))
    monkeypatch.setattr("cwm_demo.ui.figures.ROOT", tmp_path)
    shown = html(page.run())
    assert not page.exception
    assert "<b>62 %</b> <small>[14 to 40] of 40</small>" in shown
    assert "best@8" in shown and "World model from 2.00 to 1.00" in shown
    assert "12 runs in the sandbox" in shown and "from 10 % to 20 % of its samples" in shown
    assert "Not trained here yet" not in shown
    assert "has not been through it" not in shown  # not without a date


def test_twins_that_learnt_different_tasks_are_not_compared(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = json.loads((ROOT / "assets" / "results" / "sft.json").read_text())
    (tmp_path / "assets" / "results").mkdir(parents=True)
    monkeypatch.setattr("cwm_demo.ui.figures.ROOT", tmp_path)
    for change, said in ((0, False), (1, True)):
        result["models"]["cwm"]["learnt"]["fillings"] += change
        (tmp_path / "assets" / "results" / "sft.json").write_text(json.dumps(result))
        assert ("did not learn from the same tasks" in html(page.run())) == said


@pytest.mark.parametrize("date, said", [("2020-01-01 00:00 UTC", True), ("2120-01-01 00:00 UTC", False)])
def test_a_stage_of_an_older_pair_says_so(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, date: str, said: bool
) -> None:
    result = json.loads((ROOT / "assets" / "results" / "sft.json").read_text())
    for record in result["models"].values():
        record["date"] = date
    (tmp_path / "assets" / "results").mkdir(parents=True)
    (tmp_path / "assets" / "results" / "sft.json").write_text(json.dumps(result))
    monkeypatch.setattr("cwm_demo.ui.figures.ROOT", tmp_path)
    assert ("has not been through it" in html(page.run())) == said


def test_experiments_appear_as_their_files_do(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(**more: object) -> dict[str, object]:
        frames = {side: SCORE for side in ("frame", "state", "action", "far")}
        base = {"depth": 4, "share": 0.85, "window": None, "tokens": 2_000_000, "parameters": 1_000_000}
        base |= {"different_traces": 900, "tokens_per_second": 3_000}
        return base | {"scores": {"generated": frames, "catalogue": frames, "source_loss": 0.5}} | more

    none = run(share=0.0, scores={"source_loss": 0.4})
    sizes = [run(parameters=count, different_traces=n) for count in (200_000, 10**6) for n in (100, 900)]
    extra = {"different_traces": {"points": 4, "halved_at": 51_234}}
    extra |= {"parameters": {"points": 2, "level_from": 200_000, "last": 10**6}}
    files = {
        "mix": {"of": 4, "finished": False, "runs": [run(), none]},
        "growth": {"of": 4, "finished": True, "runs": sizes, "extrapolation": extra},
        "window": {"of": 2, "finished": True, "runs": [run(), run(window=128)]},
    }
    monkeypatch.setattr("cwm_demo.ui.figures.ROOT", tmp_path)
    assert "python -m cwm_demo train experiments --only mix makes these figures" in html(page.run())
    results = tmp_path / "assets" / "results"
    results.mkdir(parents=True)
    for name, data in files.items():
        (results / f"{name}.json").write_text(json.dumps(data))
    shown = html(page.run())
    assert not page.exception
    assert "So far 2 of 4 models." in shown and "0.40 at 0 %, 0.50 at 85 %" in shown
    assert "1M parameters: 25 % [14 to 40] at 100, 25 % [14 to 40] at 900" in shown
    assert "Extrapolated, not measured" in shown and "about 50,000 different traces" in shown
    assert "From 200,000 to 1,000,000 parameters no gain beyond the intervals is shown" in shown
    assert "windows of 128 tokens, one layer in four global" in shown
