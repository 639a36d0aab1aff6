import math
from collections import deque

numbers = [3, 1, 2]
total = 0
for n in numbers:
    total += n
print("total", total)


def mean(xs):
    return sum(xs) / len(xs)


class Box:
    size = 2


result = [math.floor(mean(numbers) * x) for x in range(2)]
if __name__ == "__main__":
    print(result)
del n
