def squares(xs):
    for x in xs:
        print("next")
        yield x * x


def total(xs):
    result = 0
    for s in squares(xs):
        result += s
    return result


total([1, 2])  # << START_OF_TRACE
