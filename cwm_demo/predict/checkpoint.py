"""Opening a checkpoint: a folder in Hugging Face layout with a tokenizer for traces."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.utils import logging

from cwm_demo.predict.errors import CheckpointError, MissingCheckpoint
from cwm_demo.trace.text import Tokens

FACEBOOK_CWM = "facebook/cwm"  # on the Hugging Face hub, gated, 61 GB

logging.disable_progress_bar()  # a checkpoint of ours loads in a blink; a bar would stand in the way


@dataclass(frozen=True)
class Checkpoint:
    """A causal language model on its device, and its tokenizer."""

    model: PreTrainedModel
    tokens: Tokens

    @property
    def context(self) -> int:
        """Tokens that the model can read and write together."""
        return self.model.config.max_position_embeddings


def load(folder: Path | str) -> Checkpoint:
    """Open a folder, or a name on the Hugging Face hub such as `facebook/cwm`.

    Raises CheckpointError; MissingCheckpoint when there is none. On a CPU the weights become float32, which
    is the fast type there; elsewhere they stay as they are.
    """
    path = Path(folder)
    if not (path / "config.json").is_file() and str(folder) != FACEBOOK_CWM:
        raise MissingCheckpoint(f"There is no checkpoint at {folder}. `make train` makes one.")
    try:
        device = choose_device()
        dtype = torch.float32 if device.type == "cpu" else "auto"
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).to(device).eval()
        tokens = Tokens(AutoTokenizer.from_pretrained(folder).backend_tokenizer)
    except Exception as error:  # whatever a library and its file formats may raise about a broken folder
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CheckpointError(f"The checkpoint at {folder} can't be opened: {reason}") from error
    if len(tokens) > model.config.vocab_size:
        raise CheckpointError(
            f"The checkpoint at {folder} can't be used: its tokenizer has {len(tokens)} tokens, "
            f"its model only {model.config.vocab_size}."
        )
    return Checkpoint(model, tokens)


def choose_device() -> torch.device:
    """The device that `CWM_DEMO_DEVICE` names, else CUDA when there is one, else the CPU."""
    return torch.device(os.environ.get("CWM_DEMO_DEVICE") or ("cuda" if torch.cuda.is_available() else "cpu"))
