"""Tasks: what is asked, what a run decides, and that nothing but the right line earns the reward."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from cwm_demo.trace.text import END, Tokens
from cwm_demo.train.origins import Written
from cwm_demo.train.tasks import build
from cwm_demo.train.tasks.documents import TaskValidation, answers, fillings, lesson
from cwm_demo.train.tasks.judge import Judge, leaves_the_task
from cwm_demo.train.tasks.task import MARK, Task, answer_document, holes
from cwm_demo.train.tokenizer import build as tokenizer
from tests.train.conftest import some_documents

SOURCE = """\
import sys

def total(xs, least=0):
    result = 0
    for x in xs:
        if x > least:
            result += x
        elif x == 7:
            result -= 1
    return result
"""
CALLS = ("total([1, 2])", "total([])", "total([5, -3, 4])", "total([9, 9], 9)")
RETURNS = ("3", "0", "9", "0")
TASK = Task(SOURCE, 7, CALLS, RETURNS)


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(tokenizer())


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


# What is asked


def test_a_prompt_shows_the_hole_and_some_of_the_checks() -> None:
    program, checks, request = TASK.prompt().split("\n\n\n")
    assert program.split("\n")[6] == f"            {MARK}"
    assert program.replace(MARK, TASK.missing) + "\n" == SOURCE
    assert checks == "assert total([1, 2]) == 3\nassert total([]) == 0"
    assert request == f"{MARK}\n            "
    assert TASK.document() == TASK.prompt() + "result += x\n"
    assert "9" not in checks  # the hidden ones


def test_holes_are_whole_statements_and_headers_in_functions() -> None:
    assert [spot.line for spot in holes(SOURCE)] == [4, 5, 6, 7, 8, 9, 10]
    odd = (
        "x = 1\n\ndef f(a):\n    'doc'\n    import math\n    global x\n    b = [\n        a]\n"
        "    if a: return 1\n    c = 2; d = 3\n    e = 4  # why\n    pass\n    g = 5\n    return g\n"
    )
    assert [spot.line for spot in holes(odd)] == [13, 14]


def test_documents_begin_as_prompts_do_and_end(tokens: Tokens) -> None:
    (ids, given), *_ = fillings(tokens, [TASK])
    assert tokens.decode(ids[1:given]) == TASK.prompt()
    assert tokens.decode(ids[given:-1]) == "result += x\n"
    assert ids[-1] == tokens.special[END]
    (ids, given), *_ = answers(tokens, [TASK, replace(TASK, line=4)], each=1)
    assert tokens.decode(ids[1:given]) == answer_document(SOURCE, CALLS[-1])
    assert tokens.decode(ids[given:-1]) == " == 0\n"


def test_an_answer_document_is_what_evaluate_asks() -> None:
    from cwm_demo.predict.direct import document

    assert answer_document(SOURCE, "total([1])") == document(SOURCE, "total([1])")


# What passes


@pytest.mark.parametrize(
    "line, text",
    [
        (7, "result += x"),
        (7, "result = result + x"),
        (7, "result += int(str(x))"),
        (6, "if x > least and True:"),
        (5, "for x in list(xs):"),
        (10, "return (result)"),
    ],
)
def test_a_right_line_passes_however_it_is_written(judge: Judge, line: int, text: str) -> None:
    assert judge.verdict(replace(TASK, line=line), text).passes


TRIES = {
    # Leaving the line.
    "two lines": "result += x\n    return 3",
    "two statements": "result = 3; return result",
    "a line swallowed by a string": 'result = """',
    "a line swallowed by a bracket": "result = (x,",
    "a line swallowed by a backslash": "result += x + \\",
    "a block of its own": "if x: return 3",
    "no line": "",
    "a comment": "# result += x",
    "the mark itself": MARK,
    "checks deleted": "total = lambda *_: 3",
    # Ending the run before it is judged.
    "exit": "sys.exit()",
    "exit with success": "sys.exit(0)",
    "raising": "raise SystemExit",
    "an error": "raise ValueError(3)",
    "a failed assert": "assert False",
    "an endless loop": "while True: pass",
    "an endless expression": "result += sum(iter(int, 1))",
    "too much memory": "result = [0] * 10 ** 10",
    # Answering without the task.
    "the shown value": "return 3",
    "a table of the shown values": "return {(1, 2): 3}.get(tuple(xs), 0)",
    "printing": "print(3)",
    # Reaching behind the run.
    "an import": "import os",
    "a built-in import": "result = __import__('os')._exit(0)",
    "frames": "sys._getframe().f_back.f_locals.clear()",
    "another trace": "sys.settrace(None)",
    "classes": "result = ().__class__.__base__",
    "classes by a text": "result = '{0.__class__}'.format(x)",
    "code as text": "exec('result = 3')",
    "globals": "globals()['total'] = None",
    "a global": "global total",
}


@pytest.mark.parametrize("text", TRIES.values(), ids=TRIES.keys())
def test_the_reward_can_t_be_reached_by_leaving_the_task(judge: Judge, text: str) -> None:
    assert not judge.verdict(TASK, text).passes


def test_a_loop_s_header_that_never_ends_is_stopped(judge: Judge) -> None:
    assert judge.verdict(replace(TASK, line=5), "while True:").outcome in ("stopped", "raises")


def test_values_that_only_look_right_do_not_pass(judge: Judge) -> None:
    """A class of the program's own can claim to be equal to everything, and be written as anything."""
    source = (
        "class Yes:\n    def __eq__(self, other):\n        return True\n\n    def __repr__(self):\n"
        "        return '3'\n\n\ndef f(x):\n    return x\n"
    )
    task = Task(source, 10, ("f(3)", "f(4)", "f(5)"), ("3", "4", "5"))
    assert judge.verdict(task, "return x + 0").passes
    assert not judge.verdict(task, "return Yes()").passes
    assert not judge.verdict(task, "return float(x)").passes


def test_every_text_of_a_program_is_run_once() -> None:
    judge = Judge()
    pairs = [(TASK, "result += x"), (TASK, "result += 1"), (TASK, " result += x "), (TASK, "import os")]
    assert [verdict.outcome for verdict in judge.verdicts(pairs)] == ["passes", "wrong", "passes", "refused"]
    assert judge.runs == 2


# Making tasks


def test_tasks_of_a_program_need_their_line() -> None:
    written = Written(SOURCE, [*CALLS, "total(None)", "total([8, 7])"], "easy", "generated")
    tasks = [task for seed in range(8) for task in build.tasks_of(written, 3, random.Random(seed))]
    assert all(task.calls == (*CALLS, "total([8, 7])") and task.program == 3 for task in tasks)
    lines = {task.line for task in tasks}
    assert {4, 5, 6, 7, 10} >= lines and len(lines) > 3
    assert 9 not in lines  # no check needs it: 7 is above least
    assert not any(leaves_the_task(task, task.missing) for task in tasks)


def test_programs_whose_checks_say_nothing_make_no_tasks() -> None:
    constant = Written("def f(x):\n    y = 1\n    return y\n", ["f(1)", "f(2)", "f(3)"], "easy", "generated")
    changing = Written(
        "seen = []\n\ndef f(x):\n    seen.append(x)\n    return len(seen)\n",
        ["f(1)", "f(2)", "f(3)"],
        "easy",
        "generated",
    )
    for written in (constant, changing):
        assert list(build.tasks_of(written, 0, random.Random(0))) == []


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The corpus' own programs, without MBPP's, whose file may not be here."""

    class Generated:
        def write(self, rng: random.Random, calls: int, strange: float) -> Written:
            from cwm_demo.train.generate import generate

            return Written(*generate(rng, "easy", calls), "easy", "generated")

    from cwm_demo.train.holdout import Holdout

    monkeypatch.setattr(build, "PROGRAMS", 8)
    monkeypatch.setattr(build, "HELD_OUT", 2)
    monkeypatch.setattr(build, "_origins", lambda *_: Generated())
    monkeypatch.setattr(build.corpus, "holdout", lambda _: Holdout())


def test_any_number_of_workers_makes_the_same_tasks_once(tmp_path, written) -> None:
    one = build.build_tasks(tmp_path / "one", build.Settings(3), 16, 1)
    assert (
        one
        == build.build_tasks(tmp_path / "two", build.Settings(3), 16, 2)
        == build.load_tasks(tmp_path / "one")
    )
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "one").glob("*.jsonl")}
    build.build_tasks(tmp_path / "one", build.Settings(3), 16, 1)
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "one").glob("*.jsonl")}
    with pytest.raises(ValueError, match="other settings"):
        build.build_tasks(tmp_path / "one", build.Settings(4), 16, 1)
    learn, held = build.split(one)
    assert learn and held and not {task.source for task in learn} & {task.source for task in held}


def test_no_tasks_is_a_clear_error(tmp_path) -> None:
    with pytest.raises(ValueError, match="no tasks"):
        build.load_tasks(tmp_path)


# What is learnt from


def test_a_lesson_has_its_share_of_what_was_read_before(tokens: Tokens) -> None:
    corpus = some_documents(400, longest=120)
    parts = fillings(tokens, [TASK] * 60)
    for traces in (True, False):
        documents, mix = lesson(parts, corpus, traces, 0.4, 0, 512)
        before = documents.lengths[60:].sum() / documents.lengths.sum()
        assert before == pytest.approx(0.4, abs=0.05)
        assert documents.traces[:60].sum() == 0 and documents.traces[60:].any() == traces == mix.traces
        assert documents.ids(0).tolist() == parts[0][0] and documents.contexts[0] == parts[0][1]


def test_validation_looks_at_what_is_asked_alone(tokens: Tokens) -> None:
    from cwm_demo.train.model import config_for, new_model

    model = new_model(config_for(2, len(tokens), 0, 1, 2))
    scores = TaskValidation(tokens, [TASK])(model)
    assert set(scores) == {"fill_loss", "fill_exact", "answer_loss", "answer_exact"}
    assert scores["fill_loss"] > 1 and scores["fill_exact"] == 0.0
