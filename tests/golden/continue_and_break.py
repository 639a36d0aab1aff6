def odds(xs):
    found = []
    for x in xs:
        if x % 2 == 0:
            continue
        if x > 6:
            break
        found.append(x)
    return found


odds([1, 2, 7, 5])  # << START_OF_TRACE
