"""Chapter 03: the two models' table, the windows' arithmetic on the page, and the attention maps."""

from __future__ import annotations

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cwm_demo.predict.habits import HABITS
from cwm_demo.ui import architecture, architecture_tokens
from cwm_demo.ui.architecture import _tokens_read
from tests.ui.conftest import ROOT, Client, html

PAGE = "pages/03_architecture.py"


@pytest.fixture
def page(client: Client) -> AppTest:
    st.cache_resource.clear()
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run().switch_page(PAGE)


def test_the_table_is_read_from_the_checkpoint(page: AppTest) -> None:
    text = html(page.run())
    config = json.loads((ROOT / "models/cwm/config.json").read_text())
    assert f"{config['num_hidden_layers']} × {config['hidden_size']:,}" in text
    assert f"{config['vocab_size']:,} tokens" in text
    assert "3 local layers (8,192 tokens), then 1 global" in text


def test_without_a_checkpoint_the_page_says_how_to_get_one(page: AppTest, monkeypatch) -> None:
    monkeypatch.setattr(architecture, "ours", lambda: None)
    assert "no checkpoint here" in html(page.run())


def test_windows_show_cwm_s_figures_and_follow_the_sliders(page: AppTest) -> None:
    text = html(page.run())
    assert "9.5 GiB" in text and "instead of 32 GiB" in text and "34.1 %" in text
    page.select_slider(key="win_pattern").set_value("all local").run()
    assert "the whole text" in html(page)  # 64 layers of 8,191 tokens are more than the context
    page.slider(key="win_layers").set_value(2).run()
    assert "16,382 tokens back" in html(page)
    page.button(key="win_cwm").click().run()
    assert "9.5 GiB" in html(page)


def test_our_model_s_shape_is_a_preset(page: AppTest) -> None:
    page.run().button(key="win_ours").click().run()
    config = json.loads((ROOT / "models/cwm/config.json").read_text())
    assert page.slider(key="win_layers").value == config["num_hidden_layers"]
    assert page.select_slider(key="win_context").value == config["max_position_embeddings"]


def test_a_shape_in_the_link_is_shown(page: AppTest) -> None:
    page.query_params["win_layers"] = "8"
    page.run()
    assert page.slider(key="win_layers").value == 8


def test_the_preset_is_the_result_file_s(page: AppTest) -> None:
    result = json.loads((ROOT / "assets/results/attention.json").read_text())
    finding = result["habits"][result["preset"]]
    assert page.run().radio(key="map_habit").value == result["preset"]
    text = html(page)
    assert f"Layer {finding['layer'] + 1}, head {finding['head'] + 1}" in text
    assert f"{100 * finding['share']['value']:.0f} % of {finding['share']['n']:,} places" in text
    assert result["command"] in text


def test_a_map_is_drawn_on_the_trace(page: AppTest) -> None:
    page.run().radio(key="map_habit").set_value("token before").run()
    text = html(page)
    assert "it looks at the right place" in text
    assert 'class="cwm-heat cwm-heat-9 cwm-target"' in text
    page.toggle(key="map_whole").set_value(True).run()
    assert "tokens of this trace, each row one token" in html(page)


def test_the_place_is_in_the_link_and_starts_anew_with_another_program(page: AppTest) -> None:
    page.query_params.update({"map_habit": "token before", "map_place": "4"})
    page.run()
    assert page.slider(key="map_place").value == 4
    page.selectbox(key="map_program").set_value("gcd").run()
    assert page.slider(key="map_place").value == 1


@pytest.mark.parametrize("place", ["100000", "-1", "²", "x"])
def test_a_place_that_is_none_is_the_first(page: AppTest, place: str) -> None:
    page.query_params.update({"map_habit": "token before", "map_place": place})
    assert "About to write" in html(page.run())


def test_nothing_of_a_program_is_markup(page: AppTest, client: Client, monkeypatch) -> None:
    from dataclasses import replace

    whole = client.attention

    def evil(*args, **kwargs):
        future = whole(*args, **kwargs)
        seen = future.result()
        future._result = replace(seen, tokens=("<script>x</script>",) * len(seen.tokens))
        return future

    monkeypatch.setattr(client, "attention", evil)
    page.run().radio(key="map_habit").set_value("token before").run()
    assert "<script>" not in html(page) and "&lt;script&gt;" in html(page)


def test_models_that_are_missing_or_late_are_said(page: AppTest, client: Client, monkeypatch) -> None:
    client.state, client.sentence = "missing", "There is no model in <models>."
    assert "There is no model in &lt;models&gt;." in html(page.run())
    from cwm_demo.ui import architecture_maps

    monkeypatch.setattr(architecture_maps, "WAIT_S", 0.01)
    client.state, client.sentence = "loading", "The models are opening."
    assert "The models are opening." in html(page.run())
    client.arrive()
    assert "About to write" in html(page.radio(key="map_habit").set_value("token before").run())


def test_every_habit_has_words() -> None:
    for habit in HABITS.values():
        assert habit.title and habit.question and habit.target
        assert habit.question.count("`") % 2 == habit.target.count("`") % 2 == 0


def test_the_tokens_of_every_round_are_counted() -> None:
    read = {"name": "cwm", "mix": {"traces": True}}
    first = {"stage": {"name": "pretrain", "mix": {"traces": False}}, "progress": {"tokens": 1_000_000}}
    training = {"stage": read, "progress": {"tokens": 2_000_000}, "start": first}
    assert _tokens_read(training).endswith("then 2.0M tokens with execution traces")
    training["rounds_before"] = [{"stage": read, "progress": {"tokens": 3_000_000}}]
    assert _tokens_read(training) == "1.0M tokens of source, then 5.0M tokens with execution traces"


def test_a_frame_s_cuts_are_those_of_the_file(page: AppTest, monkeypatch, tmp_path) -> None:
    file = tmp_path / "tokens.json"
    each = {"ours": 20.0, "characters": 64.0, "sub-words": 25.0}
    example = {"call": "f('<b>')", "ours": ["<b>", " x"], "characters": []}
    file.write_text(json.dumps({"all": {"frames": 9, "tokens_per_frame": each}, "example": example}))
    monkeypatch.setattr(architecture_tokens, "RESULT", file)
    text = html(page.run())
    assert "ours 20.0, sub-words 25.0, characters 64.0" in text
    context = json.loads((ROOT / "models/cwm/config.json").read_text())["max_position_embeddings"]
    assert f"{context // 20} frames (ours)" in text
    assert "ours, 2 pieces" in text and "·x" in text and "&lt;b&gt;" in text and "<b></span>" not in text


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"all": {"tokens_per_frame": {"ours": null}}}'])
def test_without_counted_tokens_the_page_stands(page: AppTest, monkeypatch, tmp_path, content: str) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(content)
    monkeypatch.setattr(architecture_tokens, "RESULT", file)
    html(page.run())


def test_without_windows_measured_the_page_says_that_there_is_no_such_model(
    page: AppTest, monkeypatch, tmp_path
) -> None:
    monkeypatch.setattr("cwm_demo.ui.figures.ROOT", tmp_path)
    text = html(page.run())
    assert "There is no such model here yet" in text and "experiments --only window" in text
