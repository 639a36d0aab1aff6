"""The command line is a contract: keys, exit statuses, and that JSON is printed whatever happens."""

import json

import pytest

from cwm_demo.__main__ import main
from cwm_demo.workshop.likely import likely
from tests.predict.conftest import write_checkpoint

TALLY = "assets/programs/tally.py"
FRAME = {
    "event",
    "line",
    "source",
    "function",
    "depth",
    "locals",
    "delta",
    "assigned",
    "deleted",
    "value",
    "stdout",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A tiny untrained checkpoint: everything around the model is real, its predictions are noise."""
    return str(write_checkpoint(tmp_path_factory.mktemp("model")))


@pytest.fixture
def file(tmp_path):
    def write(text: str | bytes) -> str:
        path = tmp_path / "program.py"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def call(capsys, *argv: str) -> tuple[int, dict | list]:
    status = main([*argv, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_trace_prints_the_frames(capsys):
    status, data = call(capsys, "trace", TALLY)
    assert status == 0
    assert set(data) >= {"frames", "returned", "raised", "stdout", "stopped"}
    assert all(set(frame) >= FRAME for frame in data["frames"])
    assert (data["returned"], data["raised"], data["stopped"]) == ("{'a': 2, 'b': 1}", None, None)
    assert data["frames"][0]["event"] == "call" and data["frames"][0]["depth"] == 0


def test_trace_takes_another_call(capsys):
    assert call(capsys, "trace", TALLY, "--call", "tally('zz')")[1]["returned"] == "{'z': 2}"


@pytest.mark.parametrize("events", [1, 5])
def test_trace_stops_at_a_limit_and_keeps_the_frames(capsys, file, events):
    status, data = call(capsys, "trace", file("while True:\n    x = 1\n"), "--events", str(events))
    assert status == 0
    assert (data["stopped"]["reason"], len(data["frames"])) == ("events", events)


def test_a_program_that_raises_is_no_failure_of_the_command(capsys, file):
    status, data = call(capsys, "trace", file("def f():\n    raise KeyError('k')\n"), "--call", "f()")
    assert (status, data["raised"], data["returned"]) == (0, "KeyError: 'k'", None)


def test_input_reads_what_is_given(capsys, file):
    name = file("name = input()\nprint('hi ' + name)\n")
    assert call(capsys, "trace", name, "--stdin", "Ann")[1]["stdout"] == "hi Ann\n"
    assert call(capsys, "trace", name)[1]["stopped"]["reason"] == "input"


@pytest.mark.parametrize(
    ("text", "reason"), [("def f(:\n", "syntax"), ("", "input"), (b"\xff\xfe\x00", "input"), (None, "input")]
)
def test_what_cannot_be_used_is_status_2_with_json(capsys, file, tmp_path, text, reason):
    path = file(text) if text is not None else str(tmp_path / "none.py")
    status, data = call(capsys, "trace", path)
    assert (status, data["stopped"]["reason"], data["frames"]) == (2, reason, [])
    assert data["stopped"]["message"]


def test_a_syntax_error_names_line_and_column(capsys, file):
    stopped = call(capsys, "trace", file("x = 1\ny = (\n"))[1]["stopped"]
    assert (stopped["line"], stopped["column"]) == (2, 5)


def test_bugs_are_whole_candidates(capsys):
    status, found = call(capsys, "bugs", TALLY)
    assert status == 0 and found
    for bug in found:
        assert list(bug) == ["line", "operator", "before", "after", "source"]
        assert bug["source"].split("\n")[bug["line"] - 1] == bug["after"] != bug["before"]


def test_bugs_of_what_is_no_program(capsys, file):
    assert call(capsys, "bugs", file("def f(:\n")) == (2, [])


def test_bugs_of_a_folder_are_counted(capsys, file, tmp_path):
    file("x = 1\nprint(x)\n")
    status, counts = call(capsys, "bugs", str(tmp_path))
    ((_, count),) = counts.items()
    assert status == 0
    assert count["missing-line"] == 2 and count["early-return"] == 0
    (tmp_path / "broken.py").write_text("def f(:\n")
    assert main(["bugs", str(tmp_path)]) == 2


def test_rollout_writes_a_page_that_steps(capsys, model, tmp_path):
    out = tmp_path / "tally.html"
    options = ["--model", model, "--text-model", model, "--html"]
    status, data = call(capsys, "rollout", TALLY, *options, str(out))
    page = out.read_text(encoding="utf-8")
    assert status == 0 and page.startswith("<!doctype html>")
    held = json.loads(page.partition('id="run">')[2].partition("</script>")[0])
    assert [step["words"] for step in held["steps"]] and len(held["steps"]) == len(data["steps"])
    status, data = call(capsys, "rollout", TALLY, *options, str(tmp_path / "no" / "folder.html"))
    assert status == 2 and "can't be written" in data["error"]


def test_rollout_takes_a_line_by_hand(capsys, model):
    options = ["--inject", "4:by-hand=counts[x] = 9", "--model", model, "--text-model", model]
    status, data = call(capsys, "rollout", TALLY, *options)
    assert (status, data["answer"], data["parting"]) == (0, "wrong", 4)
    assert data["returned"] == "{'a': 9, 'b': 9}"


def test_rollout_refuses_a_line_that_is_none(capsys, model):
    status, data = call(capsys, "rollout", TALLY, "--inject", "4:by-hand=counts[x", "--model", model)
    assert status == 2 and "line 4" in data["error"]


@pytest.mark.parametrize("mode", ["replay", "imagine"])
@pytest.mark.parametrize("read", ["intended", "candidate"])
def test_rollout_has_a_step_for_each_frame(capsys, model, mode, read):
    options = ["--mode", mode, "--read", read, "--inject", "4:wrong-arithmetic"]
    status, data = call(capsys, "rollout", TALLY, *options, "--model", model, "--text-model", model)
    assert status == 0
    assert (data["mode"], data["read"], data["answer"], data["parting"]) == (mode, read, "wrong", 4)
    assert data["returned"] == "{'a': -1, 'b': -1}" or data["returned"] == "{'a': -2, 'b': -1}"
    assert len(data["steps"]) >= 11
    for index, step in enumerate(data["steps"]):
        assert step["index"] == index
        assert step["verdict"] in ("match", "line", "state", "end", "invalid", None)
        assert set(step["standard"]) == {"line", "probability", "surprise"}
        if read == "candidate":
            assert step["judgement"] is None


def test_rollout_names_the_bugs_there_are(capsys, model):
    status, data = call(capsys, "rollout", TALLY, "--inject", "9:nonsense", "--model", model)
    assert status == 2 and "4:wrong-arithmetic" in data["error"]


def test_rollout_without_a_model_says_so(capsys, tmp_path):
    status, data = call(capsys, "rollout", TALLY, "--model", str(tmp_path / "none"))
    assert status == 2 and "none" in data["error"]


def test_evaluate_counts_every_program(capsys, model, tmp_path):
    suite = tmp_path / "suite.jsonl"
    rows = [
        {"id": "a", "code": "def f(x):\n    return x + 1\n", "input": "2", "output": "3"},
        {"id": "b", "code": "def f():\n    while True:\n        pass\n", "input": "", "output": ""},
        {
            "id": "c",
            "code": "def g(a, b):\n    return a * b\n",
            "entry": "g",
            "input": "2, 'x'",
            "output": "'xx'",
        },
    ]
    suite.write_text("\n".join(map(json.dumps, rows)))
    status, data = call(capsys, "evaluate", str(suite), "--model", model)
    assert status == 0
    assert (data["n"], data["untraceable"]) == (2, {"events": 1})
    assert data["replay"]["state_exact"]["n"] == 6
    assert data["imagine"]["whole_trace"] | {"low": 0, "high": 0} == {
        "value": 0.0,
        "n": 2,
        "low": 0,
        "high": 0,
    }
    assert {failure["id"] for failure in data["failures"]} == {"a", "c"}
    assert {"date", "commit", "command"} <= set(data)


@pytest.mark.parametrize("text", ['{"id": 1}', "not json", '["a"]'])
def test_a_broken_suite_names_the_line(capsys, model, tmp_path, text):
    suite = tmp_path / "suite.jsonl"
    suite.write_text(text)
    assert main(["evaluate", str(suite), "--model", model]) == 2
    assert "line 1" in capsys.readouterr().err


def test_check_runs_everything(capsys, model, tmp_path):
    out = tmp_path / "bugs.json"
    assert main(["check", "--programs", "gcd", "--bugs", "2", "--model", model, "--out", str(out)]) == 0
    assert "2 bugs" in capsys.readouterr().out
    data = json.loads(out.read_text())
    tasks = data["programs"]["gcd"]["tasks"]
    assert {task: counts["of"] for task, counts in tasks.items()} == {
        "right-red": 1, "missed": 2, "surprise": 2, "wrong-green": 2,
    }  # fmt: skip
    assert all(len(counts["bugs"]) <= counts["solved"] <= counts["of"] for counts in tasks.values())
    assert data["all"]["tasks"]["missed"]["of"] == 2 and data["all"]["tasks"]["missed"]["bugs"] == []
    assert likely(data, "right-red").of == 1


def test_doctor_finds_the_filter(capsys):
    assert main(["doctor"]) == 0
    assert "filter is in force" in capsys.readouterr().out
