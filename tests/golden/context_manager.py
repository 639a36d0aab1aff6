from contextlib import contextmanager, suppress


@contextmanager
def step(name):
    print("start", name)
    try:
        yield name.upper()
    finally:
        print("end", name)


def run():
    with step("a") as a:
        b = a * 2
    with suppress(KeyError):
        {}[b]
    return b


run()  # << START_OF_TRACE
