class Point:
    __slots__ = ("x", "y")

    def __new__(cls, *args):
        return super().__new__(cls)

    def __init__(self, x, y):
        self.x = x
        self.y = y


Point(1, 2)  # << START_OF_TRACE
