class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


def kind(value):
    match value:
        case 0:
            return "zero"
        case [first, *rest] if rest:
            return f"{first} and {len(rest)} more"
        case {"name": name, **others}:
            return name, others
        case Point(x=0, y=y) | Point(x=y, y=0):
            return "on an axis", y
        case str() as text:
            word = text
        case _:
            word = "other"
    return word


def run():
    return [
        kind(0),
        kind([1, 2, 3]),
        kind({"name": "n", "a": 1}),
        kind(Point(0, 4)),
        kind("t"),
        kind(None),
    ]


run()  # << START_OF_TRACE
