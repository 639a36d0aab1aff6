def twice(n):
    return n * 2


def run():
    f = lambda n: twice(n) + 1
    words = sorted(["bb", "a"], key=lambda w: len(w))
    return f(3), words, list(map(lambda x: -x, [1, 2]))


run()  # << START_OF_TRACE
