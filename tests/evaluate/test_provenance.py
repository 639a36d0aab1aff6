import json

from cwm_demo.evaluate.provenance import save


def test_a_result_says_where_it_comes_from(tmp_path):
    out = tmp_path / "new" / "result.json"
    data = save({"value": "é"}, out)
    assert set(data) == {"value", "date", "commit", "command"}
    assert json.loads(out.read_text(encoding="utf-8")) == data
    assert [path.name for path in out.parent.iterdir()] == ["result.json"]


def test_without_a_file_nothing_is_written(tmp_path):
    assert save({"value": 1}, None)["value"] == 1
    assert not list(tmp_path.iterdir())
