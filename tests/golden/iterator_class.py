class Down:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


def run():
    out = []
    for x in Down(2):
        out.append(x)
    return out + [y for y in Down(1)]


run()  # << START_OF_TRACE
