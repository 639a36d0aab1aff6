def run(xs):
    doubled = (x * 2 for x in xs)
    first = next(doubled)
    return first + sum(doubled), any(
        x > 2
        for x in xs
    )


run([1, 2, 3])  # << START_OF_TRACE
