import json

import pytest

from cwm_demo.__main__ import main
from cwm_demo.evaluate.calibration import Reliability, levels
from cwm_demo.predict.unusual import ODD, VERY_ODD
from tests.predict.conftest import write_checkpoint


def test_a_table_of_confidence_against_hits():
    table = Reliability()
    for confidence, hits in ((0.05, [False] * 4), (0.6, [True, True, False, False]), (1.0, [True, True])):
        for hit in hits:
            table.add(confidence, hit)
    data = table.to_json()
    assert [(row["from"], row["to"], row["right"]["value"]) for row in data["bins"]] == [
        (0.0, 0.1, 0.0),
        (0.6, 0.7, 0.5),
        (0.99, 1.0, 1.0),
    ]
    assert data["right"]["value"] == 0.4
    assert data["error"] == pytest.approx((4 * 0.05 + 4 * 0.1 + 0) / 10)


def test_an_edge_belongs_to_the_bin_above():
    table = Reliability()
    table.add(0.95, True)
    assert table.to_json()["bins"][0]["from"] == 0.95


def test_nothing_measured():
    assert Reliability().to_json() == {
        "n": 0,
        "right": {"value": None, "n": 0, "low": None, "high": None},
        "error": None,
        "bins": [],
    }


def test_lines_fall_between_thresholds():
    data = levels([0.5, 1.9, 2.0, 3.9, 4.0], (2.0, 4.0), ("usual", "odd", "very odd"))
    assert {word: row["value"] for word, row in data["shares"].items()} == {
        "usual": 0.4,
        "odd": 0.4,
        "very odd": 0.2,
    }
    assert data["quantiles"]["0.5"] == 2.0


def test_the_command_measures_both_models(tmp_path, capsys):
    model, out = str(write_checkpoint(tmp_path / "model")), tmp_path / "calibration.json"
    options = ["--model", model, "--text-model", model, "--limit", "2", "--json", "--out", str(out)]
    assert main(["calibrate", "--suites", "catalogue", *options]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == json.loads(out.read_text())
    assert data["lines"]["thresholds"] == {"odd": ODD, "very odd": VERY_ODD} and data["finished"]
    assert data["lines"]["as meant"]["n"] > 3 and data["lines"]["with a bug"]["n"] > 1
    assert data["confidence"]["catalogue"]["n"] > 4
    assert set(data["direct_confidence"]) == {"world", "text"}


@pytest.mark.parametrize("options", [["--suites", "none"], ["--model", "no/such/folder"]])
def test_what_cannot_be_used_is_said(options, capsys):
    assert main(["calibrate", *options]) == 2
    assert capsys.readouterr().err
