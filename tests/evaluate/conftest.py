from tests.predict.conftest import tokens, truth  # noqa: F401  fixtures
