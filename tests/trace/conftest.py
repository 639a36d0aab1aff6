import pytest

from cwm_demo.trace.text import Tokens
from cwm_demo.train.tokenizer import build


@pytest.fixture(scope="session")
def tokens() -> Tokens:
    return Tokens(build())
