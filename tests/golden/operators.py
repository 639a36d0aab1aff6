class Vector:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Vector(self.x + other.x)

    def __eq__(self, other):
        return self.x == other.x

    def __repr__(self):
        return f"never shown {self.x}"

    def __len__(self):
        return self.x


def run():
    a = Vector(1)
    b = a + Vector(2)
    same = a == b
    return len(b), same


run()  # << START_OF_TRACE
