def share():
    a = [1]
    b = a
    b.append(2)
    c = a[:]
    c.append(3)
    return a is b, a, c


share()  # << START_OF_TRACE
