"""The comparison page: three files side by side, files of a visitor's own, and what is no result file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cwm_demo.ui.compare import files
from tests.evaluate.test_compare import program, result, score
from tests.ui.conftest import Client, html, not_yet_run

WORLD = result(
    model="models/cwm",
    suite="catalogue",
    by_length={
        "01-05": {"imagine": {"output_pass": score(9, 10)}},
        "06-10": {"imagine": {"output_pass": score(1, 10)}},
    },
    failures=[{"verdict": "state"}, {"verdict": "line"}],
    programs=[
        program(i, imagined=i >= 8, direct=i >= 10, parts="state" if i < 10 else None) for i in range(20)
    ],
)
TEXT = result(
    model="models/<b>standard",
    suite="catalogue",
    imagine={},
    direct={"output_pass": score(10, 20)},
    answers={"right": 10, "other value": 10},
    programs=[program(i, direct=i % 2 == 0) for i in range(20)],
)


@pytest.fixture
def page(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page, not yet run, over result files of our own."""
    (tmp_path / "catalogue.json").write_text(json.dumps(WORLD))
    (tmp_path / "catalogue-standard.json").write_text(json.dumps(TEXT))
    (tmp_path / "catalogue-server.json").write_text(json.dumps({**TEXT, "model": "served (server)"}))
    (tmp_path / "bugs.json").write_text("{}")
    (tmp_path / "torn.json").write_text("{")
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    return not_yet_run("pages/compare.py")


def test_three_files_are_laid_side_by_side(page: AppTest) -> None:
    shown = html(page.run())
    assert page.multiselect(key="cmp_files").value == list(files.START)
    assert "90 % (9 of 10) of those of 6 to 10" in shown and "not uniform" in shown
    assert "models/cwm, trace first</b> fails on 80 % (8 of 10) where the trace was wrong" in shown
    assert "fails where the trace was misleading" in shown
    assert "models/&lt;b&gt;standard, at once</b> fails on 50 % (5 of 10)" in shown
    assert "no difference can be told" in shown
    assert "models/<b>standard" not in shown
    assert "On the same programs" in shown


def test_the_choice_is_in_the_url(page: AppTest) -> None:
    page.query_params.update({"compare": "catalogue,gone", "split": "construct"})
    shown = html(page.run())
    assert page.multiselect(key="cmp_files").value == ["catalogue"] and "Not here: gone" in shown
    assert page.segmented_control(key="split").value == "construct"
    page.multiselect(key="cmp_files").set_value(["catalogue-standard"]).run()
    page.segmented_control(key="split").set_value("type").run()
    html(page)
    assert page.query_params["compare"] in ("catalogue-standard", ["catalogue-standard"])
    assert page.query_params["split"] in ("type", ["type"])
    page.multiselect(key="cmp_files").set_value([]).run()
    assert "No file is chosen" in html(page)


@pytest.mark.parametrize(("text", "said"), [("", "no text yet"), ("<p>", "not JSON"), ("{}", "no result of")])
def test_what_is_no_result_is_told_and_kept(page: AppTest, text: str, said: str) -> None:
    page.run().text_area(key="cmp_text").set_value(text)
    page.button(key="cmp_add").click().run()
    assert said in html(page)
    assert page.text_area(key="cmp_text").value == text


def test_a_file_of_one_s_own_is_compared_and_removed(page: AppTest) -> None:
    own = json.dumps({**TEXT, "model": "mine", "suite": "other"})
    page.run().text_area(key="cmp_text").set_value(own)
    page.button(key="cmp_add").click().run()
    assert "pasted" in page.multiselect(key="cmp_files").value
    assert "different suites" in html(page) and "mine, at once" in html(page)
    assert page.text_area(key="cmp_text").value == ""
    page.button(key="cmp_remove").click().run()
    assert "pasted" not in page.multiselect(key="cmp_files").value
    uploads = [("good.json", own.encode(), "application/json"), ("bad.json", b"\xff", "application/json")]
    page.file_uploader(key="cmp_upload").set_value(uploads).run()
    assert "good" in page.multiselect(key="cmp_files").value
    assert "bad.json is not UTF-8" in html(page)


def test_the_commands_are_on_the_page(page: AppTest) -> None:
    page.run()
    shown = "\n".join(block.value for block in page.code)
    for part in ("--model facebook/cwm", "--server http", "--model models/standard"):
        assert part in shown
