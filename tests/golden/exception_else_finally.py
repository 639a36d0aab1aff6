def divide(a, b):
    log = []
    try:
        result = a / b
    except ZeroDivisionError:
        result = None
        log.append("zero")
    else:
        log.append("fine")
    finally:
        log.append("done")
    return result, log


def run():
    return divide(6, 3), divide(1, 0)


run()  # << START_OF_TRACE
