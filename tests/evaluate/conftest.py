from tests.predict.conftest import half_learned, tokens, truth  # noqa: F401  fixtures
