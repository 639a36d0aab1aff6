def spread(pairs):
    (a, b), *rest = pairs
    first, *middle, last = [*b, a]
    x, y = y, x = first, last
    return {**{"x": x}, "rest": rest, "middle": middle}


spread([(1, [2, 3, 4]), 5, 6])  # << START_OF_TRACE
