def g():
    yield 1
    yield 2


def outer():
    yield from g()


def guarded():
    try:
        yield from g()
    finally:
        x = 1


def final():
    try:
        yield 1
    finally:
        yield 2


def run():
    p = g()
    try:
        p.throw(ValueError(1))
    except ValueError:
        pass
    q = g()
    q.close()
    p = outer()
    next(p)
    p.close()
    p = outer()
    next(p)
    try:
        p.throw(ValueError(1))
    except ValueError:
        pass
    p = guarded()
    next(p)
    p.close()
    p = final()
    a = next(p), next(p)
    p.close()
    p = final()
    next(p)
    b = p.throw(ValueError(2))
    p.close()
    return a, b


run()  # << START_OF_TRACE
