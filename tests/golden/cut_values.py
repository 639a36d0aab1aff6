def run():
    big = list(range(150))
    big[140] = 0
    text = "ab" * 200
    text = text[:-1] + "c"
    huge = 7 ** 200
    huge += 1
    return len(big)


run()  # << START_OF_TRACE
