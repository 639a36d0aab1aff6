def make_counter(step):
    count = 0

    def increase():
        nonlocal count
        count += step
        return count

    return increase


def use(step):
    tick = make_counter(step)
    first = tick()
    second = tick()
    return first + second

# /// program
# title = "A counter in a closure"
# teaches = "An inner function keeps the variables around it alive after the outer one has returned."
# level = 3
#
# [[cases]]
# call = "use(2)"
# returns = "6"
#
# [[cases]]
# call = "use(-1)"
# returns = "-3"
#
# [[cases]]
# call = "use(0)"
# returns = "0"
# ///
