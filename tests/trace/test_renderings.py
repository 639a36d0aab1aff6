"""The renderings for people: what each keeps, and that they agree with what is trained on."""

from __future__ import annotations

import json

import pytest

from cwm_demo.execution.tracer import trace
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.renderings import as_cwm, as_deck, credited, deck_rows, pieces, training_record
from cwm_demo.trace.text import SPECIAL_TOKENS, Tokens, encode

SPECIAL = "def f(text):\n    return text + '<|frame_sep|>'\n"


@pytest.fixture(scope="module")
def tally() -> Trace:
    program = load_catalogue()["tally"]
    return trace(marked(program.source, program.call))


def test_the_deck_s_form_is_made_of_the_rows_of_its_frames(tally: Trace) -> None:
    rows = deck_rows(tally)
    assert len(rows) == len(tally.frames)
    assert as_deck(tally).splitlines()[1:-1] == [row for part in rows for row in part]
    assert rows[0] == ["  call: tally(items=['a', 'b', 'a'])"]
    assert rows[-1][-1] == "  return: {'a': 2, 'b': 1}"


def test_what_a_frame_shows_is_credited_to_the_line_before_it(tally: Trace) -> None:
    did = credited(tally.frames)
    assert did[:2] == [None, None]  # the call, and the first line: nothing has run yet
    for frame, before in zip(tally.frames[2:], did[2:]):
        assert before is not None
        assert before.event == "line"
        if "counts" in frame.delta:
            assert before.source.strip().startswith("counts")


@pytest.mark.parametrize("source", ["tally", SPECIAL])
def test_pieces_hold_every_token_once(tokens: Tokens, tally: Trace, source: str) -> None:
    run = tally if source == "tally" else trace(marked(SPECIAL, "f('<|call_sep|>')"))
    ids = encode(tokens, run)
    parts = pieces(tokens, ids)
    assert [token for part in parts for token in part.ids] == ids
    assert all((part.text in SPECIAL_TOKENS) == part.special for part in parts)
    assert "".join(part.text for part in parts) == as_cwm(tokens, run)


def test_the_record_holds_the_run_and_its_tokens(tokens: Tokens, tally: Trace) -> None:
    record = json.loads(json.dumps(training_record(tokens, tally)))
    assert Trace.from_json(record) == tally
    assert tokens.show(record["ids"]) == record["text"]
    assert tokens.show(record["ids"][: record["context_tokens"]]).endswith("START_OF_TRACE\n<|frame_sep|>")
