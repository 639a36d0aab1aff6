def check(n):
    if n < 0:
        raise ValueError("negative: " + str(n))
    return n


def middle(n):
    return check(n) + 1


def run():
    return middle(1) + middle(-1)


run()  # << START_OF_TRACE
