def inner(n):
    try:
        return 10 // n
    except ZeroDivisionError:
        print("logged")
        raise


def outer(n):
    try:
        return inner(n)
    except ArithmeticError as error:
        raise KeyError("wrapped") from error


outer(0)  # << START_OF_TRACE
