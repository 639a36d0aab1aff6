def prefix_sums(items):
    sums = [0]
    for item in items:
        sums.append(sums[-1] + item)
    return sums


def range_sum(items, start, stop):
    sums = prefix_sums(items)
    return sums[stop] - sums[start]

# /// program
# title = "Prefix sums"
# teaches = "Sums that were added up once answer every later question with one subtraction."
# level = 2
#
# [[cases]]
# call = "range_sum([2, 5, 1], 1, 3)"
# returns = "6"
#
# [[cases]]
# call = "range_sum([4, 4], 0, 1)"
# returns = "4"
#
# [[cases]]
# call = "range_sum([3], 0, 0)"
# returns = "0"
# ///
