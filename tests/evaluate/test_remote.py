"""Evaluating a model behind a server: a real one on this machine, with a tiny model or a scripted one."""

import json
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from cwm_demo.__main__ import main
from cwm_demo.predict.engine import LocalWorldModel
from cwm_demo.predict.prediction import BEYOND_REACH
from cwm_demo.predict.remote import Server, ServerError, ServerModel
from cwm_demo.predict.remote_world import ServerWorldModel
from tests.evaluate.openai_server import completion, server
from tests.predict.conftest import write_checkpoint

SOURCE = "def f(n):\n    return n + 1\n"


@contextmanager
def serving(complete, name: str = "tiny"):
    with server(complete, name) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/v1"
        running.shutdown()


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "suite.jsonl"
    path.write_text("".join(json.dumps({"id": n, "code": SOURCE, "input": str(n)}) + "\n" for n in range(3)))
    return str(path)


def test_a_suite_is_scored_through_a_server(suite, capsys):
    prompts = []

    def complete(prompt, question):
        prompts.append(prompt)
        return f" {int(prompt.split('f(')[-1].split(')')[0]) % 2 + 1}\n", "stop"  # right for f(0) and f(1)

    with serving(complete) as url:
        assert main(["evaluate", suite, "--server", url, "--model", "tiny", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["model"], data["n"], data["finished"]) == ("tiny (server)", 3, True)
    assert data["direct"]["output_pass"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert data["replay"]["state_exact"]["n"] == 0
    assert prompts[0].endswith(f"{SOURCE}\nassert f(0) ==")


def test_a_chat_is_asked_in_tags(suite, capsys):
    reply = "I think so.\n[ANSWER]\nassert f(1) == 2\n[/ANSWER]"
    with serving(lambda *_: (reply, "stop")) as url:
        assert main(["evaluate", suite, "--server", url, "--model", "tiny", "--chat", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"] == {"right": 1, "other value": 2}


def test_a_tiny_model_answers_through_a_server(suite, tmp_path, capsys):
    folder = str(write_checkpoint(tmp_path / "model"))
    with serving(completion(folder), folder) as url:
        options = ["--server", url, "--model", folder, "--limit", "1", "--json"]
        assert main(["evaluate", suite, *options]) == 0
    assert json.loads(capsys.readouterr().out)["direct"]["output_pass"]["n"] == 1


@pytest.fixture(scope="module")
def half_served(half_learned, tmp_path_factory):
    """A model that knows most of a trace, in a folder, and behind a server."""
    folder = str(write_checkpoint(tmp_path_factory.mktemp("half"), half_learned.model))
    with serving(completion(folder), folder) as url:
        yield Server(url, folder)


def said(predictions):
    return [(each.text, each.frame, each.ended, bool(each.problem)) for each in predictions]


def test_frames_through_a_server_are_those_of_the_engine(half_served, half_learned, truth):
    local, remote = LocalWorldModel(half_learned), ServerWorldModel(half_served)
    replayed = local.replay(truth.source, truth.frames, True)
    assert said(remote.replay(truth.source, truth.frames, True)) == said(replayed)
    assert any(each.problem for each in replayed) or any(
        each.frame != frame for each, frame in zip(replayed, truth.frames)
    )
    # The third frame is spelled in a way of its own, which doesn't survive being read as text.
    imagined = local.imagine(truth.source, 3)
    assert said(remote.imagine(truth.source, 3))[:3] == said(imagined)[:3]


def test_a_suite_is_scored_by_frames_through_a_server(half_served, suite, capsys):
    server = ["--server", half_served.url, "--model", half_served.name]
    assert main(["evaluate", suite, *server, "--traces", "ours", "--limit", "1", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["replay"]["state_exact"]["n"] == 3
    assert data["imagine"]["whole_trace"]["n"] == data["direct"]["output_pass"]["n"] == 1


def test_what_does_not_fit_or_names_a_special_token_is_not_asked(half_served, truth):
    world, direct = ServerWorldModel(half_served), ServerModel(half_served)
    assert world.imagine("x = 1\n" * 800, 3)[-1].problem == BEYOND_REACH
    assert direct.answer("x = 1\n" * 800, "f(1)").problem == BEYOND_REACH
    assert "special token" in world.imagine("x = '<|frame_sep|>'\n", 3)[-1].problem


@pytest.mark.parametrize(
    ("text", "reason", "problem"),
    [
        ('<|call_sep|>{"n": "1"}<|action_sep|>def f(n):\n', "stop", None),  # a server that hides the stop
        ("", "stop", None),
        ("<|call_sep|>", "length", "not ended after"),
        ("<|call_sep|><|end_of_text|>", "stop", "in the middle"),
        ("<|arg_sep|>", "stop", "must begin with an event"),
    ],
)
def test_what_a_server_may_write_of_a_frame(text, reason, problem):
    with serving(lambda *_: (text, reason)) as url:
        found = ServerWorldModel(Server(url, "tiny")).replay(
            f"{SOURCE}\nf(1)  # << START_OF_TRACE\n", [], True
        )
    assert len(found) == 1
    assert problem in found[0].problem if problem else found[0].problem is None
    assert found[0].ended == (text == "")


def failure(url: str, name: str = "tiny", **options) -> str:
    with pytest.raises(ServerError) as error:
        ServerModel(Server(url, name, **options)).answer(SOURCE, "f(1)")
    return str(error.value)


def test_what_is_no_address():
    for url in ("localhost:8000", "file:///etc/passwd", "http://", "nonsense"):
        assert "no address of a server" in failure(url)


def test_an_address_with_a_mistake():
    assert "broke off" in failure("http://local host:80/v1")


def test_a_wrong_path_and_a_wrong_name():
    with serving(lambda *_: ("1", "stop")) as url:
        assert "usually ends in /v1" in failure(url.removesuffix("/v1"))
        assert "check the model's name" in failure(url, "other")


def test_nothing_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert "is the server running" in failure(f"http://127.0.0.1:{port}/v1")


def test_a_host_that_is_not_there():
    assert "can't be reached" in failure("http://no-such-host.invalid/v1")


def test_a_server_that_takes_too_long():
    def complete(*_):
        time.sleep(0.3)
        return "1", "stop"

    with serving(complete) as url:
        assert "--timeout" in failure(url, timeout=0.05)


def test_a_server_of_another_kind():
    def listen(listener):
        connection, _ = listener.accept()
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n<html>Welcome</html>")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):  # an end with something unread would break the connection off
            pass
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, args=[listener], daemon=True).start()
        message = failure(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
    assert "no OpenAI-compatible server" in message and "Welcome" in message


def test_a_server_that_goes_away_leaves_what_was_measured(suite, tmp_path, capsys):
    asked = []

    def complete(*_):
        asked.append(1)
        if len(asked) == 2:
            raise RuntimeError  # the connection ends without an answer
        return " 1", "stop"

    out = tmp_path / "result.json"
    with serving(complete) as url:
        assert main(["evaluate", suite, "--server", url, "--model", "tiny", "--out", str(out)]) == 2
    assert str(out) in capsys.readouterr().err
    kept = json.loads(out.read_text())
    assert (kept["n"], kept["finished"], kept["answers"]) == (1, False, {"right": 1})


def test_a_server_needs_the_name_of_a_model(suite, capsys):
    assert main(["evaluate", suite, "--server", "http://localhost:1/v1"]) == 2
    assert "--model" in capsys.readouterr().err
