from collections import Counter, defaultdict, deque, namedtuple
from enum import Enum

Point = namedtuple("Point", "x y")


class Color(Enum):
    RED = 1
    BLUE = "b"


def run():
    p = Point(1, y=2)
    q = p._replace(x=Color.RED)
    groups = defaultdict(list)
    groups[p.x].append(Color("b"))
    seen = Counter("aab")
    line = deque([1, 2], maxlen=2)
    line.append(3)
    return q, frozenset({3, 1}), {"b", "a"}


run()  # << START_OF_TRACE
