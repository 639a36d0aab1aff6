"""A part of a page, drawn from the result files that the commands under test have just written."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import html

RESULTS = Path("assets") / "results"  # below a test's folder, as below the project's


def drawn(root: Path, call: str) -> str:
    """The HTML that CALL draws, such as "training_experiments.mix()", with ROOT as the project's folder."""
    script = f"from cwm_demo.ui import training_experiments, training_further\n{call}\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cwm_demo.ui.figures.ROOT", root)
        return html(AppTest.from_string(script, default_timeout=120).run())
