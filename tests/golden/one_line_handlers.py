def inner(n):
    try: return 1 / n
    except TypeError: pass
    except ZeroDivisionError: raise
    finally: n = 5


def run():
    try: inner(0)
    except ArithmeticError as error: text = str(error); return text


run()  # << START_OF_TRACE
