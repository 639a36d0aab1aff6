total = 0


def add(n):
    global total
    total += n
    return total


def run():
    add(2)
    return add(3)


run()  # << START_OF_TRACE
