def run(n: int) -> "int":
    """Says what it does."""
    x: int
    y: int = n
    ...
    "a text on its own"
    pass
    return y


run(1)  # << START_OF_TRACE
