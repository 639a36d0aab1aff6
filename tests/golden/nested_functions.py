def outer(x):
    def inner(y):
        return x + y

    a = inner(1)
    x = 10
    b = inner(1)
    return a, b


outer(5)  # << START_OF_TRACE
