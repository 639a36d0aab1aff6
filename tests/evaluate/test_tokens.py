import json

import pytest

from cwm_demo.__main__ import main
from cwm_demo.evaluate import tokens as module
from cwm_demo.evaluate.tokens import Compared, SubWords, learn
from cwm_demo.trace.text import SPECIAL_TOKENS, frame_ids, source_ids


@pytest.fixture(scope="module")
def small() -> SubWords:
    learnt = learn(["def tally(items):\n    counts = {}\n    return counts\n"] * 3, 300)
    return SubWords(module._pieces_of(learnt), "small", learnt.get_vocab_size())


def test_each_way_cuts_up_the_same_text(tokens, truth, small):
    for frame in truth.frames:
        cut = Compared(tokens, small).cut(frame)
        assert list(cut) == ["ours", "characters", "sub-words"]
        assert len({"".join(pieces) for pieces in cut.values()}) == 1
        assert len(cut["ours"]) == len(frame_ids(tokens, frame))
        assert all(len(piece) == 1 or piece in SPECIAL_TOKENS for piece in cut["characters"])


def test_counts_are_of_all_frames_and_of_the_source(tokens, truth, small):
    compared = Compared(tokens, small)
    count = compared.count(truth)
    assert count.frames == len(truth.frames)
    assert count.source["ours"] == len(source_ids(tokens, truth.source))
    assert count.source["characters"] == len(truth.source) + 3
    for name, total in count.tokens.items():
        assert total == sum(len(compared.cut(frame)[name]) for frame in truth.frames)
    assert count.tokens["sub-words"] < count.tokens["characters"]


def test_the_same_text_teaches_the_same_pieces():
    text = ["for x in range(10):\n    total += x\n"] * 2
    assert learn(text, 280).to_str() == learn(text, 280).to_str()


def test_the_standard_library_is_there_without_its_tests():
    sources = module.standard_library()
    assert 300 < len(sources) < 2_000


def test_the_command_counts_the_catalogue(tmp_path, capsys, monkeypatch, small):
    monkeypatch.setattr(module, "sub_words", lambda: small)
    out = tmp_path / "tokens.json"
    assert main(["tokens", "--json", "--out", str(out)]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == json.loads(out.read_text())
    assert data["sub_words"] == "small" and data["example"]["program"] == "tally"
    assert data["all"]["frames"] == sum(row["frames"] for row in data["programs"].values())
    each = data["all"]["tokens_per_frame"]
    assert each["ours"] < each["characters"]
