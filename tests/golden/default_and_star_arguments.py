def show(first, *rest, sep="-", **named):
    text = sep.join(rest)
    return f"{first}{text}{named}"


show("a", "b", "c", end=1)  # << START_OF_TRACE
