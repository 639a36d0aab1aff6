def sign(n):
    if n < 0: return -1
    if n > 0: n = 7; kind = "big"
    else: kind = "zero"
    return n, kind


def both():
    a = sign(-2); b = sign(3)
    return a, b


both()  # << START_OF_TRACE
