def label(name, value):
    width = 6
    text = f"{name!r:>{width}} = {value:.2f}"
    long = (
        f"{name}"
        f"{value}"
    )
    return text + long


label("pi", 3.14159)  # << START_OF_TRACE
