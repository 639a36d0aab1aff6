def average():
    total = n = 0
    mean = None
    while True:
        x = yield mean
        total, n = total + x, n + 1
        mean = total / n


def run():
    g = average()
    next(g)
    a = g.send(4)
    return a, g.send(8)


run()  # << START_OF_TRACE
