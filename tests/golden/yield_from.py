def inner(n):
    got = yield n
    return got


def outer():
    a = yield from inner(1)
    yield from [7, 8]
    b = yield from inner(2)
    return a, b


def run():
    out = []
    for x in outer():
        out.append(x)
    return out


run()  # << START_OF_TRACE
