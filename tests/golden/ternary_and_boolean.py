def choose(a, b):
    x = a or b
    y = a and b
    z = (
        "both"
        if a and b
        else "not both"
    )
    return x, y, z, not a


choose(0, 5)  # << START_OF_TRACE
