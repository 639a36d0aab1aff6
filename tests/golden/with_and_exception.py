class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        return True


class Strict(Quiet):
    def __exit__(self, *args):
        return None


def swallowed():
    with Quiet():
        return 1 / 0


def passed_on():
    with Strict() as s:
        n = 1
        int("x")


def run():
    swallowed()
    passed_on()


run()  # << START_OF_TRACE
