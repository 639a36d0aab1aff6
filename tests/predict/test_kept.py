"""Answers on disk: found again, bounded, of one checkpoint alone, and a broken file is none."""

import os

from cwm_demo.predict.kept import FILES, Kept, digest, open_kept
from cwm_demo.predict.settings import Settings


def checkpoint(folder, weights: bytes = b"1"):
    folder.mkdir(exist_ok=True)
    for name in FILES:
        (folder / name).write_bytes(weights)
    return folder


def settings(tmp_path) -> Settings:
    return Settings(str(checkpoint(tmp_path / "cwm")), str(checkpoint(tmp_path / "standard", b"2")))


def test_an_answer_is_found_again_by_another_process(tmp_path):
    Kept(tmp_path / "kept").put("question", {"frames": ["é"] * 3})
    kept = Kept(tmp_path / "kept")
    assert kept.get("question") == {"frames": ["é"] * 3}
    assert kept.get("another") is None


def test_a_broken_file_is_no_answer_and_goes(tmp_path):
    kept = Kept(tmp_path)
    kept.put("question", [1])
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-3])
    assert kept.get("question") is None and not path.exists()


def test_a_disk_that_cannot_be_written_is_as_good_as_none(tmp_path):
    (tmp_path / "file").write_text("")
    kept = Kept(tmp_path / "file" / "kept")
    kept.put("question", [1])
    assert kept.get("question") is None


def test_the_oldest_go_when_there_are_too_many(tmp_path):
    kept = Kept(tmp_path, limit=400)
    for number in range(20):
        kept.put(str(number), os.urandom(20).hex())
        for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)):
            os.utime(path, (age, age))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 400
    assert kept.get("19") and kept.get("0") is None


def test_another_checkpoint_never_meets_these_answers(tmp_path):
    cache = tmp_path / "cache"
    kept = open_kept(settings(tmp_path), cache)
    kept["world"].put("question", ["old"])
    kept["text"].put("question", ["text"])
    (cache / "notes").mkdir()
    (tmp_path / "cwm" / "model.safetensors").write_bytes(b"4")
    after = open_kept(Settings(str(tmp_path / "cwm"), str(tmp_path / "standard")), cache)
    assert after["world"].get("question") is None and after["text"].get("question") == ["text"]
    assert not kept["world"].folder.exists() and (cache / "notes").exists()


def test_it_depends_on_the_code_that_decodes(tmp_path, monkeypatch):
    folder = checkpoint(tmp_path / "cwm")
    before = digest(folder)
    monkeypatch.setattr("cwm_demo.predict.kept.CODE", ("predict",))
    assert digest(folder) != before


def test_nothing_is_kept_of_other_predictors_or_when_it_is_off(tmp_path, monkeypatch):
    assert open_kept(Settings("a", "b", scripted=True), tmp_path) == {}
    assert open_kept(Settings("facebook/cwm", "nowhere"), tmp_path) == {}
    monkeypatch.setenv("CWM_DEMO_CACHE", "off")
    assert open_kept(settings(tmp_path)) == {}
    monkeypatch.setenv("CWM_DEMO_CACHE", str(tmp_path / "other"))
    assert open_kept(settings(tmp_path))["world"].folder.parent == tmp_path / "other"
