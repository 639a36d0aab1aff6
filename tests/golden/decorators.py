def loud(function):
    def wrapper(*args):
        print("calling")
        return function(*args)

    return wrapper


def times(n):
    def decorate(function):
        return lambda *args: function(*args) * n

    return decorate


@loud
@times(
    2
)
def add(
    a,
    b,
):
    return a + b


def run():
    @loud
    def local():
        return 1

    return add(1, 2), local()


run()  # << START_OF_TRACE
