def g(n):
    return n + 1


def f(n):
    return n * 2


f(g(1))  # << START_OF_TRACE
