def find(xs, wanted):
    for i, x in enumerate(xs):
        if x == wanted:
            break
    else:
        i = -1
    return i


find([3, 4], 5)  # << START_OF_TRACE
