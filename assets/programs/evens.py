def evens(limit):
    n = 0
    while n < limit:
        yield n
        n += 2


def sum_of_evens(limit):
    total = 0
    for n in evens(limit):
        total += n
    return total

# /// program
# title = "A generator"
# teaches = "A generator stops at each yield, keeps its variables, and goes on when asked for the next value."
# level = 3
#
# [[cases]]
# call = "sum_of_evens(3)"
# returns = "2"
#
# [[cases]]
# call = "sum_of_evens(5)"
# returns = "6"
#
# [[cases]]
# call = "sum_of_evens(0)"
# returns = "0"
# ///
