def parse(text):
    try:
        value = int(text)
    except ValueError as error:
        value = -1
    return value


parse("x")  # << START_OF_TRACE
