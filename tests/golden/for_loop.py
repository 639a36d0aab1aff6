def tally(items):
    counts = {}
    for x in items:
        counts[x] = counts.get(x, 0) + 1
    return counts


tally(["a", "b", "a"])  # << START_OF_TRACE
