class Shortage(Exception):
    def __init__(self, item, missing):
        super().__init__(item, missing)
        self.item = item

    def __str__(self):
        return "never shown"


def buy(n):
    if n > 2:
        raise Shortage("pen", n - 2)
    assert n > 0, "nothing to buy"
    return n


def run():
    try:
        buy(3)
    except Shortage as problem:
        item = problem.item
    buy(0)


run()  # << START_OF_TRACE
