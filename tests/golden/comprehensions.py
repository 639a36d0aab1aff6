def square(n):
    return n * n


def run(x):
    a = [x for x in range(3)]
    b = {k: v for k, v in zip("ab", a) if v}
    c = {x % 2 for x in a}
    d = [
        [i * j for j in range(2)]
        for i in range(2)
    ]
    e = [square(n) for n in (1, 2)]
    f = sum(square(n) for n in (3,))
    for y in [z + 1 for z in a]:
        x += y
    while any([n > 8 for n in (x, 5)]):
        x -= 1
    return [print(n) for n in (x, 0)]


run(5)  # << START_OF_TRACE
