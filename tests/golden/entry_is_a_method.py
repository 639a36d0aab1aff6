class Cache:
    def __init__(self):
        self.store = {}

    def get(self, n):
        if n not in self.store:
            self.store[n] = n * n
        return self.store[n]


Cache().get(3)  # << START_OF_TRACE
