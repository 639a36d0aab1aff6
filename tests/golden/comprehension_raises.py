def invert(x):
    return 1 / x


def run(x):
    n = 3
    try:
        xs = [invert(n) for n in (1, x)]
    except ZeroDivisionError:
        n += 1
    return [y for y in {}["y"]]


run(0)  # << START_OF_TRACE
