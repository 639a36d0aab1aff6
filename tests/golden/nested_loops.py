def pairs(n):
    out = []
    for i in range(n):
        for j in range(i):
            out.append((i, j))
    return out


pairs(3)  # << START_OF_TRACE
