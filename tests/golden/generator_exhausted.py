def one():
    yield 1


def run():
    g = one()
    a = next(g)
    b = next(g, "nothing")
    try:
        next(g)
    except StopIteration:
        c = "stopped"
    return a, b, c


run()  # << START_OF_TRACE
