def read(xs):
    if (n := len(xs)) > 1:
        n = n * 2
    while (x := xs.pop()) != 0:
        n += x
    return n


read([0, 3, 4])  # << START_OF_TRACE
