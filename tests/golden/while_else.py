def halve(n):
    steps = 0
    while n > 1:
        n //= 2
        steps += 1
    else:
        done = True
    return steps


halve(5)  # << START_OF_TRACE
