def first_power(limit):
    n = 1
    while True:
        n *= 2
        if n > limit:
            break
    return n


first_power(5)  # << START_OF_TRACE
