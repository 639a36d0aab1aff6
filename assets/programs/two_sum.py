def two_sum(numbers, target):
    seen = {}
    for i, number in enumerate(numbers):
        missing = target - number
        if missing in seen:
            return seen[missing], i
        seen[number] = i
    return None

# /// program
# title = "Two sum"
# teaches = "A dictionary of what was seen answers at once whether the missing part is there."
# level = 2
#
# [[cases]]
# call = "two_sum([2, 7, 4], 6)"
# returns = "(0, 2)"
#
# [[cases]]
# call = "two_sum([3, 3], 6)"
# returns = "(0, 1)"
#
# [[cases]]
# call = "two_sum([1, 2], 9)"
# returns = "None"
#
# [[cases]]
# call = "two_sum([], 0)"
# returns = "None"
# ///
