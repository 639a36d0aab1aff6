def add(a, b):
    total = a + b
    return total


add(2, 3)  # << START_OF_TRACE
