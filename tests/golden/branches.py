def size(n):
    if n < 0:
        word = "negative"
    elif n == 0:
        word = "zero"
    else:
        word = "positive"
    return word


size(0)  # << START_OF_TRACE
