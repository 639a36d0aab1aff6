def make_counter():
    count = 0

    def bump():
        nonlocal count
        count += 1
        return count

    return bump


def run():
    bump = make_counter()
    bump()
    return bump()


run()  # << START_OF_TRACE
