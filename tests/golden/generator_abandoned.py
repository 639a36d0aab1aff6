def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("closed")


def first():
    for n in numbers():
        break
    return n


first()  # << START_OF_TRACE
