"""Opens whatever is to be evaluated, and says what it can be asked. Imports torch.

A checkpoint whose tokenizer has CWM's trace tokens predicts frames, unless its own record says that it has
learnt from source alone; every causal model can be asked for a value directly.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cwm_demo.predict.checkpoint import Checkpoint
from cwm_demo.predict.direct import CorpusModel, knows_traces, open_direct_model
from cwm_demo.predict.engine import LocalWorldModel
from cwm_demo.predict.prediction import DirectModel, WorldModel
from cwm_demo.trace.text import CWM, Tokens


@dataclass(frozen=True, slots=True)
class Models:
    world: WorldModel | None
    direct: DirectModel | None


def open_models(name: str) -> Models:
    """A folder, or a name on the Hugging Face hub. Raises CheckpointError."""
    direct = open_direct_model(name)
    if isinstance(direct, CorpusModel):
        return Models(LocalWorldModel(direct.checkpoint) if _saw_traces(name) else None, direct)
    if not knows_traces(direct.tokenizer):
        return Models(None, direct)
    checkpoint = Checkpoint(direct.model, Tokens(direct.tokenizer.backend_tokenizer))
    return Models(LocalWorldModel(checkpoint, CWM), direct)


def _saw_traces(name: str) -> bool:
    """What `train` wrote beside a checkpoint; without it traces are taken for granted."""
    record = Path(name) / "training.json"
    return not record.is_file() or json.loads(record.read_text(encoding="utf-8"))["stage"]["mix"]["traces"]
