"""What the first page of a fresh server has to open: the heavy libraries are none of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.ui.conftest import ROOT

HEAVY = ("numpy", "pandas", "PIL.Image", "pyarrow", "tokenizers", "torch", "transformers")
# In a Python of its own: this one has opened all of them for other tests.
OPENS = """\
import sys
from tests.ui.conftest import Client, not_yet_run
from cwm_demo.ui import models

models.client = Client
page = not_yet_run(sys.argv[1]).run()
assert page.get("html") and not page.exception, page.exception
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


@pytest.mark.parametrize("page", ["pages/stepper.py", "pages/home.py"])
def test_a_first_page_opens_no_heavy_library(page):
    done = subprocess.run(
        [sys.executable, "-c", OPENS, page, *HEAVY], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
