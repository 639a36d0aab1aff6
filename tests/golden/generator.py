def countdown(n):
    while n > 0:
        yield n
        n -= 1
    return "over"


list(countdown(2))  # << START_OF_TRACE
