def drop():
    a, b = 1, 2
    del a
    xs = [1, 2, 3]
    del xs[0], b
    a = 4
    return a, xs


drop()  # << START_OF_TRACE
