"""Chapter 02: any function's run in three renderings; what is wrong is said, and what was typed stays."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.execution.tracer import trace
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.renderings import training_record
from cwm_demo.train.tokenizer import build
from cwm_demo.ui import bet_trace, workpiece
from cwm_demo.ui.tokens import tokens
from cwm_demo.ui.url import pack, unpack
from tests.ui.conftest import ROOT, Client, html, not_yet_run
from tests.ui.typed import ENDS_BADLY, NOT_RUN, OWN, problem, write


@pytest.fixture
def bet(client: Client) -> AppTest:
    """The page, not yet run."""
    return not_yet_run("pages/02_bet.py")


def test_the_page_shows_a_run_in_three_renderings(bet: AppTest) -> None:
    shown = html(bet.run())
    assert "  step 1: counts = {}" in shown
    assert "&lt;|line_sep|&gt;" in shown
    assert "&quot;event&quot;: &quot;return&quot;" in shown
    assert "What to remember" in shown


def test_a_function_of_one_s_own_is_traced_and_goes_into_the_url(bet: AppTest) -> None:
    write(bet.run(), "piece", OWN, "double(21)")
    assert "return: 42" in html(bet)
    assert (
        unpack(
            bet.query_params["code"][0]
            if isinstance(bet.query_params["code"], list)
            else bet.query_params["code"]
        )
        == OWN
    )


def test_a_link_brings_the_function_back(bet: AppTest) -> None:
    bet.query_params["code"], bet.query_params["call"] = pack(OWN), "double(4)"
    assert "return: 8" in html(bet.run())
    assert bet.text_area(key="piece_code").value == OWN


@pytest.mark.parametrize(("code", "call", "said"), NOT_RUN)
def test_what_can_t_be_traced_is_said_and_kept(bet: AppTest, code: str, call: str, said: str) -> None:
    write(bet.run(), "piece", code, call)
    assert said in problem(bet)
    assert bet.text_area(key="piece_code").value == code
    assert "step 1: counts = {}" in html(bet)  # the run before stays


@pytest.mark.parametrize(
    ("code", "call", "said"),
    [
        ("def f():\n    while True:\n        pass\n", "f()", "was stopped after"),
        ("def f():\n    return missing\n", "f()", "exception: NameError"),
        *ENDS_BADLY,
    ],
)
def test_a_run_that_ends_badly_says_so(bet: AppTest, code: str, call: str, said: str) -> None:
    assert said in html(write(bet.run(), "piece", code, call))


def test_an_explanation_is_settled_by_the_trace(bet: AppTest) -> None:
    bet.run()
    assert "<details open>" not in html(bet)
    bet.radio(key="bet_guess_basket").set_value(0).run()
    assert "The first is sentence 2." in html(bet)
    bet.radio(key="bet_guess_basket").set_value(1).run()
    assert "That is where they part." in html(bet)
    bet.selectbox(key="bet_case").set_value("scores").run()
    bet.radio(key="bet_guess_scores").set_value(5).run()
    assert "All of it is so." in html(bet)


def test_the_explanation_is_in_the_url_and_comes_back(bet: AppTest) -> None:
    bet.query_params["case"] = "board"
    bet.run()
    assert bet.selectbox(key="bet_case").value == "board"
    bet.selectbox(key="bet_case").set_value("odd").run()
    assert bet.query_params["case"] in ("odd", ["odd"])
    write(bet, "piece", OWN, "double(21)")
    assert bet.selectbox(key="bet_case").value == "odd"
    assert set(bet.query_params) == {"case", "code", "call"}
    bet.selectbox(key="w_piece").set_value("gcd").run()
    assert set(bet.query_params) == {"case", "program"}


def test_nothing_of_a_program_becomes_markup() -> None:
    run = trace("def f(text):\n    return text + '<i>&'\n\nf('<script>')  # << START_OF_TRACE\n")
    shown = bet_trace.side_by_side(run)
    assert "<script>" not in shown
    assert "<i>&" not in shown


def test_a_line_and_its_frames_are_connected_both_ways() -> None:
    run = trace("def f(n):\n    n += 1\n    return n\n\nf(1)  # << START_OF_TRACE\n")
    shown, sheet = bet_trace.side_by_side(run), bet_trace.rules(run)
    assert 'class="cwm-of-3 cwm-did-2"' in shown  # before line 3 stands what line 2 did
    assert ".cwm-bet:has(.cwm-line-2 input:checked) .cwm-did-2 { --seen" in sheet
    assert ".cwm-bet:has(.cwm-did-2 input:checked) .cwm-line-2 { --seen" in sheet


def test_the_record_to_download_is_the_run() -> None:
    run = workpiece.Workpiece().run()
    record = json.loads(json.dumps(training_record(tokens(), run)))
    assert Trace.from_json(record) == run


def test_the_page_s_tokenizer_is_that_of_the_shipped_models() -> None:
    shipped = json.loads((ROOT / "models" / "cwm" / "tokenizer.json").read_text())
    assert json.loads(build().to_str())["model"]["vocab"] == shipped["model"]["vocab"]


def test_the_function_comes_along_to_the_next_chapters(bet: AppTest) -> None:
    write(bet.run(), "piece", OWN, "double(21)")
    bet.switch_page("pages/04_training.py").run()
    assert "double(21)" in html(bet)
    assert bet.text_area(key="piece_code").value == OWN
