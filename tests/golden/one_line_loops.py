def run(n):
    while n > 0: n -= 1
    for i in "ab": n += 1; last = i
    for i in "ab": pass
    return n, last


run(2)  # << START_OF_TRACE
