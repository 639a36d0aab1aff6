def patient():
    while True:
        try:
            yield "waiting"
        except ValueError as error:
            yield f"heard {error}"
        finally:
            print("cleaning")


def plain():
    yield 1
    yield 2


def run():
    g = patient()
    next(g)
    heard = g.throw(ValueError("boo"))
    g.close()
    p = plain()
    next(p)
    p.close()
    return heard


run()  # << START_OF_TRACE
