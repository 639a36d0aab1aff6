"""What a model can be asked, by what is in its folder."""

import json

from cwm_demo.evaluate.models import open_models
from cwm_demo.predict.direct import FewShotModel
from cwm_demo.trace.text import CWM, SPECIAL_TOKENS
from tests.predict.conftest import write_checkpoint
from tests.predict.test_direct import write_foreign


def test_a_model_of_ours_predicts_frames_unless_it_saw_source_alone(tmp_path):
    folder = write_checkpoint(tmp_path)
    assert open_models(str(folder)).world is not None
    for traces in (True, False):
        (folder / "training.json").write_text(json.dumps({"stage": {"mix": {"traces": traces}}}))
        models = open_models(str(folder))
        assert (models.world is not None) == traces
        assert models.direct is not None


def test_a_model_from_elsewhere_is_asked_for_values(tmp_path):
    models = open_models(str(write_foreign(tmp_path)))
    assert models.world is None and models.direct is not None


def test_a_model_from_elsewhere_with_trace_tokens_writes_them_as_cwm_does(tmp_path, truth):
    models = open_models(str(write_foreign(tmp_path, SPECIAL_TOKENS)))
    assert isinstance(models.direct, FewShotModel)
    assert models.world.style == CWM
    assert len(models.world.replay(truth.source, truth.frames[:2], False)) == 2
