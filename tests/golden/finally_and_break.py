def run(xs):
    for x in xs:
        try:
            if x > 1:
                break
            x += 1
        finally:
            print("seen", x)
    return x


run([1, 2, 3])  # << START_OF_TRACE
