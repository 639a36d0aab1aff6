"""The client and the models' process: answers, failures, and that nobody waits who did not ask to."""

import sys
from concurrent.futures import Future

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.predict.client import ENDINGS, ModelClient, ModelError
from cwm_demo.predict.kept import Kept
from cwm_demo.predict.settings import Settings
from cwm_demo.trace.frame import Trace
from tests.predict.conftest import SOURCE, write_checkpoint

PATIENCE = 120  # seconds until a test is given up; nothing is timed

# A service in a few lines, told by its sources what to do.
FAKE = """
import json, os, sys
print(json.dumps({"status": "ready", "model": "world", "sentence": ""}), flush=True)
print(json.dumps({"status": "missing", "model": "text", "sentence": "There is no text model."}), flush=True)
held = []
for count, line in enumerate(sys.stdin, 1):
    question = json.loads(line)
    said = {"text": f"{os.getpid()} {count}", "probability": 0.5, "frame": None,
            "ended": True, "problem": None, "tokens": []}
    if "cancel" in question:
        print(json.dumps({"id": held.pop(), "result": [said | {"text": f"without {question['cancel']}"}]}))
        print(json.dumps({"id": question["cancel"], "result": [said]}), flush=True)
        continue
    if question["source"] == "die":
        os._exit(3)
    elif question["source"] == "hold":
        held.append(question["id"])
        continue
    elif question["source"] == "fail":
        reply = {"error": "no idea"}
    elif question["source"] == "slow":
        print(json.dumps({"id": question["id"], "news": [said | {"text": "first"}]}), flush=True)
        reply = {"result": [said | {"text": "second"}], "seconds": 0.5}
    else:
        reply = {"result": [said]}
    print(json.dumps({"id": question["id"], **reply}), flush=True)
"""


@pytest.fixture
def fake():
    client = ModelClient([sys.executable, "-c", FAKE], kept=2)
    yield client
    client.close()


def said(future: Future) -> str:
    return future.result(PATIENCE)[0].text


def test_nothing_runs_before_the_first_question():
    client = ModelClient(["this program does not exist"])
    client.close()


def test_the_same_question_is_answered_once_and_the_last_answers_are_kept(fake):
    first = fake.imagine("a", 5)
    assert fake.imagine("a", 5) is first
    assert said(fake.imagine("a", 6)).endswith(" 2")
    assert said(fake.imagine("b", 5)).endswith(" 3")  # the third answer: the first is forgotten
    assert said(fake.imagine("a", 5)).endswith(" 4")
    assert said(first).endswith(" 1")


def test_what_comes_on_the_way_is_part_of_the_answer(fake):
    answer = fake.imagine("slow", 5, visitor="ada")
    assert [prediction.text for prediction in answer.result(PATIENCE)] == ["first", "second"]
    assert [prediction.text for prediction in answer.so_far] == ["first"]
    assert answer.seconds == 0.5


def test_an_answer_is_cancelled_when_the_last_who_waits_has_gone_on(fake):
    shared = fake.imagine("hold", 1, visitor="ada")
    assert fake.imagine("hold", 1, visitor="bob") is shared
    other = fake.imagine("hold", 2, visitor="ada")
    fake.release(shared, "ada")
    fake.release(shared, "ada")
    assert not shared.done()
    fake.release(shared, "bob")
    with pytest.raises(ModelError, match="Stopped"):
        shared.result(0)
    assert said(other) == "without 1"  # the process was told, and its late answer is nobody's
    fake.release(other, "ada")  # answered: nothing to let go of
    assert said(fake.imagine("hold", 2)) == "without 1"
    again = fake.imagine("hold", 1)
    assert again is not shared and not again.done()


def test_memory_is_bounded_by_size_as_well(fake):
    small = ModelClient([sys.executable, "-c", FAKE], kept_bytes=400)
    try:
        first = small.imagine("a", 1)
        said(first)
        assert small.imagine("a", 1) is first
        for frames in range(2, 6):
            said(small.imagine("a", frames))
        assert small.imagine("a", 1) is not first
    finally:
        small.close()


def test_answers_about_the_catalogue_outlive_the_process(tmp_path, monkeypatch):
    """And those about a visitor's own program do not touch the disk."""
    monkeypatch.setattr("cwm_demo.predict.client.SERVICE", (sys.executable, "-c", FAKE))
    monkeypatch.setattr("cwm_demo.predict.client.open_kept", lambda _: {"world": Kept(tmp_path / "kept")})
    first = ModelClient([sys.executable, "-c", FAKE])
    own, catalogue = said(first.imagine("own", 5)), said(first.imagine("catalogue", 5, keep=True))
    first.close()
    assert len(list(tmp_path.rglob("*.z"))) == 1
    second = ModelClient([sys.executable, "-c", FAKE])
    try:
        assert said(second.imagine("catalogue", 5, keep=True)) == catalogue
        assert second._service is None  # it needed no model
        assert said(second.imagine("own", 5)) != own
    finally:
        second.close()


def test_status_is_of_each_model_and_of_the_worst(fake):
    assert fake.status().state == "loading"
    said(fake.imagine("a", 5))
    assert (fake.status("world").state, fake.status("world").sentence) == ("ready", "")
    assert (fake.status().state, fake.status().sentence) == ("missing", "There is no text model.")


def test_a_question_that_fails_says_why_and_may_be_asked_again(fake):
    future = fake.imagine("fail", 5)
    with pytest.raises(ModelError, match="no idea"):
        future.result(PATIENCE)
    assert fake.imagine("fail", 5) is not future


def test_a_process_that_ends_is_started_again(fake):
    before = said(fake.imagine("a", 5)).split()[0]
    dying = [fake.imagine("die", 5), fake.imagine("b", 5)]
    for future in dying:
        with pytest.raises(ModelError, match=r"has ended \(exit status 3\)"):
            future.result(PATIENCE)
    assert said(fake.imagine("a", 5)).split()[0] != before  # another process, nothing kept from the last


def test_a_process_that_keeps_ending_is_given_up(fake):
    for _ in range(ENDINGS):
        with pytest.raises(ModelError):
            fake.imagine("die", 5).result(PATIENCE)
    with pytest.raises(ModelError, match=f"ended {ENDINGS} times in a row"):
        fake.imagine("a", 5).result(PATIENCE)
    assert fake.status().state == "broken"


def test_a_process_that_cannot_start_is_said_to_be_broken():
    client = ModelClient(["this program does not exist"])
    with pytest.raises(ModelError, match="can't be started"):
        client.imagine("a", 5).result(PATIENCE)
    assert client.status().state == "broken"


def test_closing_fails_what_is_open_and_a_later_question_starts_anew(fake):
    said(fake.imagine("a", 5))
    fake.close()
    assert said(fake.imagine("a", 5)).endswith(" 1")


def test_asking_does_not_wait_for_a_busy_process():
    """A process that never reads: the questions are far more than its pipe holds."""
    client = ModelClient([sys.executable, "-c", "import threading; threading.Event().wait()"])
    futures = [client.imagine("x" * 100_000, number) for number in range(20)]
    assert not any(future.done() for future in futures)
    assert client.status().state == "loading"
    client.close()
    with pytest.raises(ModelError, match="has ended"):
        futures[0].result(PATIENCE)


@pytest.fixture
def scripted(monkeypatch):
    monkeypatch.setenv("CWM_DEMO_MODELS", "scripted")
    client = ModelClient()
    yield client
    client.close()


def test_scripted_models_are_right_about_the_program_they_are_shown(scripted, truth):
    bug = trace(SOURCE.replace("+ 1", "+ 2"))
    replayed = scripted.replay(SOURCE, bug.frames, True).result(PATIENCE)
    assert [prediction.frame for prediction in replayed] == [*truth.frames, None]
    assert replayed[-1].ended
    assert scripted.imagine(SOURCE, 100).result(PATIENCE) == replayed
    assert len(scripted.replay(SOURCE, truth.frames[:3], False).result(PATIENCE)) == 3
    cut = scripted.imagine(SOURCE, 3).result(PATIENCE)
    assert cut[-1].problem == "the trace had not ended after 3 frames" and len(cut) == 4
    lines = scripted.lines(SOURCE).result(PATIENCE)
    assert [lines[number].line for number in lines] == SOURCE.removesuffix("\n").split("\n")
    program = SOURCE.partition("\n\n")[0]
    assert scripted.answer(program, "tally('zz')").result(PATIENCE).text == "{'z': 2}"
    assert scripted.answer(program, "tally('zz')", "world").result(PATIENCE).text == "{'z': 2}"
    assert scripted.status().state == "ready"


def test_real_models_answer_and_a_missing_one_says_so(tmp_path, monkeypatch, truth: Trace, learned):
    write_checkpoint(tmp_path / "cwm", learned.model)
    monkeypatch.setenv("CWM_DEMO_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("CWM_DEMO_DEVICE", "cpu")
    client = ModelClient()
    try:
        predictions = client.replay(truth.source, truth.frames, True)
        with pytest.raises(ModelError, match=r"no checkpoint at .*standard"):
            client.lines(truth.source).result(PATIENCE)
        assert client.answer("def f():\n    pass\n", "f()", "world").result(PATIENCE).probability <= 1
        frames = [prediction.frame for prediction in predictions.result(PATIENCE)]
        assert frames == [*truth.frames, None]
        assert client.status("world").state == "ready"
        assert client.status("text").state == "missing"
    finally:
        client.close()


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("CWM_DEMO_MODELS_DIR", str(tmp_path))
    monkeypatch.setenv("CWM_DEMO_WORLD_MODEL", "facebook/cwm")
    assert Settings.from_environment() == Settings("facebook/cwm", str(tmp_path / "standard"))
    monkeypatch.setenv("CWM_DEMO_MODELS", "magic")
    with pytest.raises(ValueError, match="`scripted`, not 'magic'"):
        Settings.from_environment()
