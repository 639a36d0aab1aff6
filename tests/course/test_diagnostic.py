"""The questionnaire: whatever is answered there is one conclusion, and every conclusion can be reached."""

from __future__ import annotations

from itertools import product

import pytest

from cwm_demo.course.chapters import CourseError
from cwm_demo.course.diagnostic import FILE, from_letters, load_diagnostic, read_diagnostic, to_letters

LOADED = load_diagnostic()
KEYS = [asked.key for asked in LOADED.questions]
ALL = [dict(zip(KEYS, chosen)) for chosen in product(*(asked.options for asked in LOADED.questions))]


def test_every_set_of_answers_has_a_conclusion_and_every_conclusion_answers() -> None:
    reached = {LOADED.conclude(answers).key for answers in ALL}
    assert reached == {said.key for said in LOADED.conclusions}
    for said in LOADED.conclusions:
        assert said.title and said.text and said.next


def test_every_remark_can_be_reached() -> None:
    for remark in LOADED.remarks:
        assert any(remark.applies(answers) for answers in ALL), remark.text


def test_a_world_model_is_proposed_only_where_it_could_help() -> None:
    for answers in ALL:
        if LOADED.conclude(answers).key == "missing-model":
            assert answers["fails"] == "behaviour" and answers["running"] != "cheap"
            assert answers["simulator"] != "no" and answers["check"] not in ("run", "formal")


def test_an_open_question_has_no_conclusion() -> None:
    assert LOADED.conclude({}) is None
    assert LOADED.conclude({**ALL[0], "check": "perhaps"}) is None
    assert len(LOADED.open({**ALL[0], "check": "perhaps"})) == 1


def test_answers_go_into_a_link_and_come_back() -> None:
    for answers in ALL:
        assert from_letters(LOADED, to_letters(LOADED, answers)) == answers
    assert from_letters(LOADED, "a-z<" + "a" * 100) == {"check": "none", "attempts": "one"}
    assert to_letters(LOADED, {"fails": "task"}) == "-b---"


@pytest.mark.parametrize(
    "changed",
    [
        ("when = {}", "when = { fails = ['task'] }"),
        ('fails = ["unseen"]', 'fails = ["never"]'),
        ("ask =", "x ="),
    ],
)
def test_mistakes_in_the_file_are_told(changed: tuple[str, str]) -> None:
    with pytest.raises(CourseError, match=r"diagnostic\.toml"):
        read_diagnostic(FILE.read_text(encoding="utf-8").replace(*changed))
