def build(a, b):
    table = {
        "a": a,
        "b": (
            b
            + 1
        ),
    }
    total = (
        table["a"]
        + table["b"]
    )
    return [
        total,
        table,
    ]


build(1, 2)  # << START_OF_TRACE
